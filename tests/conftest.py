"""Real parts for the tests: an embedded PostgreSQL, one warehouse per test that asks for it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from database_support import as_warehouse, new_database
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine

from movilidad.model import paths
from movilidad.stack.postgres import socket_folder_of, start_server

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


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for Airflow, with our plugins: whichever test imports it first fixes both for the process."""
    home = tmp_path_factory.mktemp("airflow")
    os.environ["AIRFLOW_HOME"] = str(home)
    os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(paths.PROJECT / "plugins")
    return home


@pytest.fixture
def database(postgres_folder: str) -> Iterator[Engine]:
    """An empty database of its own."""
    with new_database(postgres_folder) as engine:
        yield engine


@pytest.fixture
def warehouse(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A migrated warehouse, with the settings of this process pointing to it and to folders of the test."""
    with as_warehouse(database, tmp_path, monkeypatch) as engine:
        yield engine
