"""The databases of a deployment: which there are, on which server, whether they are empty."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings
from movilidad.store.creation import create_database

WAREHOUSE, AIRFLOW = "bodega", "airflow"
AIRFLOW_VARIABLE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"

_OWN_OBJECTS = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""


def databases() -> dict[str, URL]:
    """The warehouse, and Airflow's own database if its address is set and PostgreSQL's."""
    found = {WAREHOUSE: make_url(get_settings().warehouse_url())}
    written = os.environ.get(AIRFLOW_VARIABLE, "")
    if written.startswith("postgres"):
        found[AIRFLOW] = make_url(written).set(drivername="postgresql+psycopg2")
    return found


@contextmanager
def connected(url: URL) -> Iterator[Connection]:
    """A connection that commits each statement, unless told otherwise, and leaves nothing open."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def server_of(connection: Connection) -> tuple[str, int]:
    """What tells a server from every other one, and its version (18)."""
    query = "SELECT system_identifier, current_setting('server_version_num') FROM pg_control_system()"
    system, version = connection.execute(text(query)).one()
    return str(system), int(version) // 10_000


def require_empty_database(url: URL, version: int) -> None:
    """A UsageError unless the database is empty and its server is not older; it is created if there is none."""
    if not _exists(url):
        _create(url)
    with connected(url) as connection:
        objects = connection.scalar(text(_OWN_OBJECTS))
        _, own = server_of(connection)
    if objects:
        raise UsageError(
            f"la base «{url.database}» no está vacía: tiene {objects:,} tablas u otros objetos",
            remedy="se restaura solo en una base vacía; indique otra, o aparte esa",
        )
    if own < version:
        raise UsageError(
            f"el servidor es PostgreSQL {own} y el respaldo es de la {version}",
            remedy=f"restaure en un servidor de la versión {version} o posterior",
        )


def _create(url: URL) -> None:
    try:
        create_database(url.render_as_string(hide_password=False))
    except DBAPIError:
        raise UsageError(
            f"la base «{url.database}» no existe y su usuario no puede crearla",
            remedy="que la cree vacía, a nombre de ese usuario, quien administra el servidor",
        ) from None


def _exists(url: URL) -> bool:
    query = text("SELECT count(*) FROM pg_database WHERE datname = :name")
    try:
        with connected(url.set(database="postgres")) as connection:
            return bool(connection.scalar(query, {"name": url.database}))
    except OperationalError:
        return True  # whoever may not look there connects to his own database alone
