"""Real parts for the tests: an embedded PostgreSQL, one warehouse per test that asks for it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from movilidad.model.settings import get_settings
from movilidad.stack.postgres import socket_folder_of, start_server
from movilidad.store.migrations import migrate

# a change is judged by the same examples each time; on a developer's machine new ones are tried
hypothesis_settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """Socket folder of a PostgreSQL server that lives as long as the test session.

    Not below pytest's own temporary folder: another session would close that to the server's user.
    """
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as folder:
        server = start_server(Path(folder))
        yield socket_folder_of(server)
        server.cleanup()


def _url(folder: str, database: str) -> URL:
    return URL.create("postgresql+psycopg2", username="postgres", database=database, query={"host": folder})


@pytest.fixture
def database(postgres_folder: str) -> Iterator[Engine]:
    """An empty database of its own."""
    name = f"t_{uuid4().hex[:12]}"
    admin = create_engine(_url(postgres_folder, "postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(_url(postgres_folder, name))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def warehouse(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A migrated warehouse, with the settings of this process pointing to it and to folders of the test."""
    for name in [name for name in os.environ if name.startswith("MOVILIDAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MOVILIDAD_BODEGA", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path / "carpeta"))
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(tmp_path / "publicaciones"))
    monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", "clave-de-prueba")
    get_settings.cache_clear()
    migrate(database)
    yield database
    get_settings.cache_clear()
