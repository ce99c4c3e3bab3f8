"""Whole runs of ``make report``'s command, each in folders of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import psutil
import pytest

from movilidad.model.errors import UnavailableError
from movilidad.model.progress import Say
from movilidad.model.settings import get_settings
from movilidad.stack.distributed import distributed
from movilidad.stack.environment import connections, free_port, in_embedded, library_environment
from movilidad.stack.installation import Installation
from movilidad.stack.keys import ADMINISTRATOR, ADMINISTRATOR_KEY
from movilidad.stack.postgres import embedded_postgres
from movilidad.stack.report import for_a_report
from movilidad.stack.running import Running

MONTH = "2026-10"
# messages go out on any day and at any hour
ALERTS = "operadores: [operacion]\npersonas: {operacion: {nombre: Operación}}\n"


@dataclass(frozen=True)
class Place:
    """An installation of the test's own."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "carpeta"

    @property
    def publications(self) -> Path:
        return self.root / "publicaciones"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOVILIDAD", "AIRFLOW"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return {
            **kept,
            "HOME": str(self.root),
            "MOVILIDAD_CARPETA": str(self.folder),
            "MOVILIDAD_PUBLICACIONES": str(self.publications),
            "MOVILIDAD_CLAVE_SEUDONIMOS": "la misma en todas las instalaciones de prueba",
        }

    def secret(self, name: str) -> str:
        """One of the keys that the services made for themselves."""
        return (self.folder / "secretos" / name).read_text(encoding="utf-8")

    def start_report(self, month: str = MONTH) -> subprocess.Popen[str]:
        """Begin ``make report``'s command."""
        return subprocess.Popen(
            [sys.executable, "-m", "movilidad.stack", "report", "--month", month],
            env=self.environment,
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def report(self, month: str = MONTH) -> str:
        """Run it to its end and give what it printed."""
        run = self.start_report(month)
        printed, _ = run.communicate()
        assert run.returncode == 0, printed
        return printed

    def release(self, name: str = "r1", month: str = MONTH) -> Path:
        return self.publications / "mensual" / month / name

    def files(self, name: str = "r1", month: str = MONTH) -> dict[str, bytes]:
        """Path within the release → bytes."""
        folder = self.release(name, month)
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }

    @contextmanager
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        """The library's settings point here and the database runs; gives its socket folder."""
        for name, value in self.environment.items():
            if name.startswith("MOVILIDAD"):
                monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        installation = Installation.open()
        with embedded_postgres(installation.database) as socket_folder:
            known = connections(installation, in_embedded(socket_folder), f"http://127.0.0.1:{free_port()}")
            for name, value in library_environment(installation, socket_folder, known).items():
                monkeypatch.setenv(name, value)
            get_settings.cache_clear()
            yield socket_folder
        get_settings.cache_clear()

    def processes(self) -> list[str]:
        """Commands of processes that belong to this installation."""
        found = []
        ours = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
        for process in psutil.process_iter(["cmdline", "environ"]):
            command = " ".join(process.info["cmdline"] or [])
            home = (process.info["environ"] or {}).get("MOVILIDAD_CARPETA", "")
            if process.pid not in ours and (str(self.root) in command or home == str(self.folder)):
                found.append(command)
        return found


@dataclass(frozen=True)
class Reported:
    """An installation after its first report, what the command printed, and the addresses it listened on."""

    place: Place
    printed: str
    listened: frozenset[str]


def watched_report(place: Place) -> Reported:
    """Run a report and look every second on which addresses its processes listen."""
    run = place.start_report()
    listened: set[str] = set()
    with ThreadPoolExecutor(1) as pool:
        printing = pool.submit(run.communicate)
        while not printing.done():
            listened |= _listening(run.pid)
            time.sleep(1)
        printed, _ = printing.result()
    assert run.returncode == 0, printed
    return Reported(place, printed, frozenset(listened))


@contextmanager
def operated(place: Place, alerts: str = ALERTS) -> Iterator[dict[str, Any]]:
    """The operators' environment of ``make up``: gives its state.

    Args:
        alerts: who is told of what is wrong, as ``avisos.yml`` says it.
    """
    (place.root / "avisos.yml").write_text(alerts, encoding="utf-8")
    environment = {**place.environment, "MOVILIDAD_AVISOS": str(place.root / "avisos.yml")}

    def stack(*arguments: str) -> None:
        command = [sys.executable, "-m", "movilidad.stack", *arguments]
        done = subprocess.run(
            command, env=environment, cwd=place.root, capture_output=True, text=True, check=False
        )
        log = place.folder / "registros" / "entorno.log"
        assert done.returncode == 0, done.stderr + (log.read_text() if log.is_file() else "")

    stack("up", "--port", str(free_port()))
    try:
        yield json.loads((place.folder / "estado.json").read_text())
    finally:
        stack("down")


@contextmanager
def settings_of(place: Place, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """This process's settings point at an installation.

    Args:
        settings: variables that ``.env`` would add.
    """
    before = dict(os.environ)
    wanted = {**place.environment, **settings}
    os.environ |= {name: value for name, value in wanted.items() if name.startswith("MOVILIDAD")}
    get_settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before
        get_settings.cache_clear()


@contextmanager
def served(
    place: Place, say: Say = print, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Running]:
    """The services of ``docker-compose.yml`` as processes of this one, whose settings point there."""
    with settings_of(place, settings):
        try:
            with for_a_report(distributed(Installation.open(), say, settings)) as running:
                yield running
        except UnavailableError as error:
            for log in sorted((place.folder / "registros").glob("*.log")):
                error.add_note("\n".join([log.name, *log.read_text(errors="replace").splitlines()[-15:]]))
            raise


def administrator_of(services: Running, place: Place) -> httpx.Client:
    """The first user of the services, logged in."""
    return logged_in(services.url, ADMINISTRATOR, place.secret(ADMINISTRATOR_KEY))


def logged_in(url: str, user: str, password: str) -> httpx.Client:
    """Somebody logged in to Airflow, as programs are and as browsers are."""
    client = httpx.Client(base_url=url, timeout=30, trust_env=False)
    answer = client.post("/auth/token", json={"username": user, "password": password})
    answer.raise_for_status()
    token = answer.json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    client.cookies.set("_token", token)  # as the browser has it, for pages
    return client


def _listening(root: int) -> set[str]:
    found = set()
    try:
        family = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
    except psutil.NoSuchProcess:
        return found
    for process in family:
        with suppress(psutil.Error):
            sockets = process.net_connections(kind="inet")
            found |= {each.laddr.ip for each in sockets if each.status == psutil.CONN_LISTEN}
    return found
