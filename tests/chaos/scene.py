"""An installation on a small disk of its own, with everything around it, as new for every month that is played."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import yaml
from alerts_support import OPERATOR
from sqlalchemy import NullPool, create_engine

from chaos.cluster import Cluster, fill, free
from chaos.lines import PROGRAMME, SERVICES, STORE, line_of
from chaos.schedule import (
    DATABASE_DEATH,
    DATABASE_RESTART,
    DEATH,
    DISK_FULL,
    LEFT_FOR_DEAD,
    ON_THE_LINE,
    TWICE,
    Fault,
)
from movilidad.model.settings import get_settings
from movilidad.stack.environment import connections
from movilidad.stack.installation import Installation
from movilidad.store.migrations import migrate

BUCKET = "datos"
_ROOM = "600m"  # of the disk
_ALERTS = {"operadores": ["operacion"], "personas": {"operacion": {"nombre": "Operación", "correo": OPERATOR}}}
_TARGET = {"nombre": STORE, "titulo": "Almacén de objetos", "clase": "archivos", "conexion": STORE}
_IMPATIENT = {"tiempo_espera": 20, "tiempo_reintentos": 12}


@dataclass(frozen=True)
class Scene:
    """An installation and what is around it.

    Attributes:
        root: what the outside writes; the log of all tasks.
        has_disk: whether :attr:`disk` is one of its own, which can be full.
        store: a client of the object store, on a line that is always good.
    """

    root: Path
    has_disk: bool
    cluster: Cluster
    store: Any

    @property
    def disk(self) -> Path:
        """The installation's disk, with its database."""
        return self.root / "disco"

    @property
    def publications(self) -> Path:
        return self.disk / "publicaciones"

    @property
    def mails(self) -> Path:
        return self.root / "correo"

    @property
    def log(self) -> Path:
        """What the tasks print."""
        return self.root / "tareas.log"

    def renew(self) -> None:
        """Nothing has happened yet."""
        for folder in (self.disk / "carpeta", self.publications, self.mails):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self.log.write_bytes(b"")
        self.cluster.new_warehouse()
        for name in self.objects():
            self.store.delete_object(Bucket=BUCKET, Key=name)

    def objects(self) -> list[str]:
        """What is in the object store, by name."""
        pages = self.store.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def happen(self, fault: Fault, seed: int) -> None:
        """Let a fault begin, within the process that it strikes."""
        if fault.kind == DEATH:
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault.kind in (TWICE, LEFT_FOR_DEAD):
            os.kill(os.getpid(), signal.SIGSTOP)  # whoever plays the month lets it go on
        elif fault.kind == DATABASE_DEATH:
            self.cluster.kill()
        elif fault.kind == DATABASE_RESTART:
            self.cluster.restart()
        elif fault.kind == DISK_FULL:
            fill(self.disk)
        elif fault.kind in ON_THE_LINE:
            self._line(fault).write_text(f"{fault.kind} {seed}", encoding="utf-8")

    def mend(self, fault: Fault) -> None:
        """End a fault."""
        if fault.kind == DISK_FULL:
            free(self.disk)
        elif fault.kind in ON_THE_LINE:
            self._line(fault).unlink(missing_ok=True)

    def settle(self, faults: tuple[Fault, ...]) -> None:
        """End all faults and have the database answer."""
        for fault in faults:
            self.mend(fault)
        self.cluster.ensure()

    def _line(self, fault: Fault) -> Path:
        return self.root / "lineas" / line_of(fault.step)


@contextmanager
def scene(platforms: Path, socket: str, database: str) -> Iterator[Scene]:
    """Start everything around a new installation, and have this process be part of it.

    Args:
        platforms: folder of a seeding; ``socket`` and ``database`` are where the programme's database is.
    """
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True))
        root = Path(name)
        root.chmod(0o755)
        around = stack.enter_context(_outside(root, platforms, f"{socket}/.s.PGSQL.5432"))
        disk = root / "disco"
        disk.mkdir()
        has_disk = _mount(disk)
        if has_disk:
            stack.callback(subprocess.run, ["umount", "-l", disk], check=True)
        cluster = Cluster(disk / "cluster")
        _enter(root, cluster, _connections(platforms, database, around))
        stack.callback(cluster.kill)
        cluster.make()
        migrate(create_engine(cluster.prepared_url(), poolclass=NullPool))
        yield Scene(root, has_disk, cluster, _client(around["almacen"]))


@contextmanager
def _outside(folder: Path, platforms: Path, socket: str) -> Iterator[dict[str, Any]]:
    """What is around, in a process of its own; gives what that printed."""
    for name in ("lineas", "correo"):
        (folder / name).mkdir()
    arguments = [sys.executable, "-m", "chaos.outside", str(folder), str(platforms), socket]
    with (folder / "alrededor.log").open("wb") as log:
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdin
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)


def _mount(folder: Path) -> bool:
    """Let a folder be a disk of its own; False where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={_ROOM},mode=0755", "tmpfs", folder]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


def _enter(root: Path, cluster: Cluster, known: dict[str, Any]) -> None:
    """The variables of the installation, for this process and all that it forks."""
    for name in [name for name in os.environ if name.startswith("MOVILIDAD_")]:
        del os.environ[name]
    (root / "avisos.yml").write_text(yaml.safe_dump(_ALERTS, allow_unicode=True), encoding="utf-8")
    (root / "destinos.yml").write_text(yaml.safe_dump({"destinos": [_TARGET]}), encoding="utf-8")
    os.environ |= {
        "MOVILIDAD_CARPETA": str(root / "disco" / "carpeta"),
        "MOVILIDAD_PUBLICACIONES": str(root / "disco" / "publicaciones"),
        "MOVILIDAD_BODEGA": cluster.url,
        "MOVILIDAD_CLAVE_SEUDONIMOS": "la misma en todos los meses que se juegan",
        "MOVILIDAD_AVISOS": str(root / "avisos.yml"),
        "MOVILIDAD_DESTINOS": str(root / "destinos.yml"),
        "GX_ANALYTICS_ENABLED": "false",
        **{f"AIRFLOW_CONN_{name.upper()}": json.dumps(connection) for name, connection in known.items()},
    }
    get_settings.cache_clear()


def _connections(platforms: Path, database: str, around: dict[str, Any]) -> dict[str, Any]:
    """As in the embedded environment, but on lines that can fail and with less patience."""
    installation = Installation(platforms.parent, date(2021, 1, 1), "", "", "", around["ficha"])
    assert installation.platforms == platforms
    found, ports = connections(installation, {}, ""), around["lineas"]
    for name in SERVICES:
        extra = {**found[name]["extra"], **_IMPATIENT, "url": f"http://127.0.0.1:{ports[name]}"}
        extra.pop("respaldo", None)  # those files would answer in its place
        found[name] = {**found[name], "extra": extra}
    reached = {"host": "127.0.0.1", "port": ports[PROGRAMME], "login": "postgres", "schema": database}
    found[PROGRAMME] = {**found[PROGRAMME], **reached, "extra": {**found[PROGRAMME]["extra"], **_IMPATIENT}}
    store = around["almacen"]
    client = {**store["extra"]["opciones"]["client_kwargs"], "endpoint_url": f"http://127.0.0.1:{ports[STORE]}"}
    options = {"client_kwargs": client, "config_kwargs": {"retries": {"max_attempts": 1}}}
    kept = {**store, "conn_type": "aws", "extra": {**store["extra"], **_IMPATIENT, "opciones": options}}
    return {**found, "correo_avisos": around["correo"], STORE: kept}


def _client(store: dict[str, Any]) -> Any:
    """An own way to the object store."""
    return boto3.client(
        "s3",
        aws_access_key_id=store["login"],
        aws_secret_access_key=store["password"],
        **store["extra"]["opciones"]["client_kwargs"],
    )
