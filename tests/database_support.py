"""Databases and warehouses that live as long as a test, or as long as several of them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from movilidad.model.settings import get_settings
from movilidad.store.engine import engine_for
from movilidad.store.migrations import migrate
from movilidad.store.roles import Role


@contextmanager
def new_database(postgres_folder: str, template: str = "template1") -> Iterator[Engine]:
    """A database of its own on the server of ``postgres_folder``: empty, or a copy of one that nobody uses."""
    name = f"t_{uuid4().hex[:12]}"
    admin = create_engine(_url(postgres_folder, "postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine = create_engine(_url(postgres_folder, name))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@contextmanager
def as_warehouse(database: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A migrated database, with the settings of this process pointing to it and to folders below ``folder``."""
    for name in [name for name in os.environ if name.startswith("MOVILIDAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MOVILIDAD_BODEGA", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(folder / "carpeta"))
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(folder / "publicaciones"))
    monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", "clave-de-prueba")
    get_settings.cache_clear()
    migrate(database)
    yield database
    get_settings.cache_clear()


@contextmanager
def own_warehouse(postgres_folder: str, folder: Path) -> Iterator[tuple[Engine, pytest.MonkeyPatch]]:
    """A new database as the warehouse of this process, and what undoes further changes of it when it is gone."""
    with (
        new_database(postgres_folder) as database,
        pytest.MonkeyPatch.context() as patch,
        as_warehouse(database, folder, patch) as warehouse,
    ):
        yield warehouse, patch


def leave(url: str) -> None:
    """End every connection of this process to a warehouse, whatever its role."""
    for role in (None, *Role):
        engine_for(url, role).dispose()


def _url(folder: str, database: str) -> URL:
    return URL.create("postgresql+psycopg2", username="postgres", database=database, query={"host": folder})
