"""Deployments on PostgreSQL servers that a test starts: one to be backed up, empty ones to restore into."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest
from publishing_support import contents
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from movilidad.backup import restoring, store
from movilidad.backup.databases import AIRFLOW_VARIABLE, connected
from movilidad.model.settings import get_settings
from movilidad.stack.postgres import database_url, embedded_postgres
from movilidad.store import snapshots
from movilidad.store.engine import warehouse
from movilidad.store.migrations import migrate

KEY = "una clave de prueba"


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL server of its own; gives its socket folder."""
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with embedded_postgres(Path(folder) / "postgres") as socket_folder:
            with connected(make_url(database_url(socket_folder, "postgres"))) as connection:
                # nobody pulls the plug of a test
                connection.execute(text("ALTER SYSTEM SET fsync = off"))
                connection.execute(text("SELECT pg_reload_conf()"))
            yield socket_folder


@pytest.fixture(autouse=True)
def nobody_pulls_the_plug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a disk that others write to is what these tests would mostly do."""
    for module in (store, restoring):
        monkeypatch.setattr(module, "sync_disk_of", lambda folder: None)


@dataclass(frozen=True)
class Place:
    """A deployment: two databases of a server and two folders, none of which need exist."""

    root: Path
    socket_folder: str
    name: str

    @classmethod
    def new(cls, root: Path, socket_folder: str) -> "Place":
        return cls(root, socket_folder, f"t_{uuid4().hex[:12]}")

    @property
    def publications(self) -> Path:
        return self.root / "publicaciones"

    @property
    def own(self) -> Path:
        return self.root / "carpeta"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "MOVILIDAD_BODEGA": database_url(self.socket_folder, self.name),
            "MOVILIDAD_CARPETA": str(self.own),
            "MOVILIDAD_PUBLICACIONES": str(self.publications),
            AIRFLOW_VARIABLE: database_url(self.socket_folder, f"{self.name}_airflow"),
        }

    def enter(self, patch: pytest.MonkeyPatch, key: str = KEY) -> None:
        """Let the settings of this process point here; an empty key is none."""
        for name in [name for name in os.environ if name.startswith("MOVILIDAD_")]:
            patch.delenv(name)
        for name, value in self.environment.items():
            patch.setenv(name, value)
        if key:
            patch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", key)
        get_settings.cache_clear()

    def begin(self, patch: pytest.MonkeyPatch, key: str = KEY) -> Engine:
        """Create the databases, with the warehouse's tables and one in Airflow's; enter."""
        with connected(make_url(database_url(self.socket_folder, "postgres"))) as connection:
            for name in (self.name, f"{self.name}_airflow"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        self.enter(patch, key)
        migrate(warehouse())
        self.note_run("primera")
        return warehouse()

    def copied(self, root: Path, patch: pytest.MonkeyPatch) -> "Place":
        """A deployment like this one, which nobody uses meanwhile; enter it."""
        place = Place.new(root, self.socket_folder)
        shutil.copytree(self.root, root, symlinks=True)
        with connected(make_url(database_url(self.socket_folder, "postgres"))) as connection:
            for ending in ("", "_airflow"):
                connection.execute(text(f"CREATE DATABASE {place.name}{ending} TEMPLATE {self.name}{ending}"))
        place.enter(patch)
        return place

    def note_run(self, name: str) -> None:
        """A row in Airflow's database."""
        with connected(make_url(self.environment[AIRFLOW_VARIABLE])) as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS dag_run (run_id text PRIMARY KEY)"))
            connection.execute(text("INSERT INTO dag_run VALUES (:name)"), {"name": name})

    def rows(self, *endings: str) -> dict[str, tuple[int, str]]:
        """Table → number and hash of its rows; of both databases, or of those whose names end so.

        Not the audit trail, which tells besides that somebody restored.
        """
        found = {}
        for ending in endings or ("", "_airflow"):
            with connected(make_url(database_url(self.socket_folder, self.name + ending))) as connection:
                tables = connection.scalars(
                    text(
                        "SELECT table_schema || '.' || table_name FROM information_schema.tables"
                        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
                        " AND table_name <> 'bitacora' ORDER BY 1"
                    )
                ).all()
                for table in tables:
                    query = f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t"
                    found[f"{ending}:{table}"] = tuple(connection.execute(text(query)).one())
        return found

    def files(self) -> dict[str, bytes]:
        """Every file of both folders."""
        return {**_named("carpeta", self.own), **_named("publicaciones", self.publications)}


def free_slots(socket_folder: str) -> None:
    """Let a server forget the folders of backups."""
    with connected(make_url(database_url(socket_folder, "postgres"))) as connection:
        connection.execute(text("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"))


def tidy(socket_folder: str, *kept: Place) -> None:
    """Let a server forget the folders of backups and every deployment but these: a base holds them all."""
    free_slots(socket_folder)
    names = {name for place in kept for name in (place.name, f"{place.name}_airflow")}
    with connected(make_url(database_url(socket_folder, "postgres"))) as connection:
        found = connection.scalars(text(r"SELECT datname FROM pg_database WHERE datname LIKE 't\_%'")).all()
        for name in sorted(set(found) - names):
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def a_snapshot(number: int = 1) -> str:
    """Store a snapshot; gives its name."""
    frame = pd.DataFrame({"a": [f"{number}", None]}, dtype="str")
    return snapshots.save("visas_eeuu", {"visas": frame}, contrato_sha256="c" * 64, demostracion=True)


def _named(prefix: str, folder: Path) -> dict[str, bytes]:
    return {f"{prefix}/{name}": content for name, content in contents(folder).items()}
