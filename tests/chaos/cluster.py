"""A PostgreSQL server of its own that may be killed at any time and starts again."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from movilidad.stack.postgres import database_url, program_folders, server_user

WAREHOUSE, _PREPARED = "bodega", "preparada"
_SECONDS = 60.0
# not synchronised: here processes die, not the machine, and what a dead process has written stays
_OPTIONS = {
    "fsync": "off",
    "listen_addresses": "",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "shared_buffers": "32MB",
    "max_connections": "40",
}


@dataclass(frozen=True)
class Cluster:
    """A server whose data, socket and log are in one folder."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "datos"

    @property
    def url(self) -> str:
        """Of the warehouse."""
        return database_url(str(self.folder), WAREHOUSE)

    def make(self) -> None:
        """Lay out the data and start."""
        self.folder.mkdir(parents=True)
        if user := server_user():
            shutil.chown(self.folder, user)
        programs = program_folders()[0]
        make = [programs / "initdb", "-D", self.data, "-U", "postgres", "--locale=C", "--encoding=UTF8", "-N"]
        subprocess.run(make, user=server_user(), cwd=self.folder, check=True, capture_output=True)
        self.start()
        self._administer(f"CREATE DATABASE {_PREPARED}")

    def prepared_url(self) -> str:
        """Of the database that every warehouse is a copy of."""
        return make_url(self.url).set(database=_PREPARED).render_as_string(hide_password=False)

    def new_warehouse(self) -> None:
        """A copy of the prepared database in place of the warehouse."""
        self._administer(f"DROP DATABASE IF EXISTS {WAREHOUSE} WITH (FORCE)")
        self._administer(f"CREATE DATABASE {WAREHOUSE} TEMPLATE {_PREPARED}")

    def start(self) -> None:
        """Start, as whatever watches over a server does; wait until it answers."""
        command = [program_folders()[0] / "postgres", "-D", self.data, "-k", self.folder]
        for name, value in _OPTIONS.items():
            command += ["-c", f"{name}={value}"]
        # whoever starts it may die at once
        with (self.folder.parent / "postgres.log").open("ab") as log:
            subprocess.Popen(
                command,
                user=server_user(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + _SECONDS
        while not self.answers():
            assert time.monotonic() < deadline, f"PostgreSQL no arranca: {self.folder.parent / 'postgres.log'}"
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it takes connections."""
        engine = create_engine(database_url(str(self.folder), "postgres"), poolclass=NullPool)
        with suppress(OperationalError), engine.connect():
            return True
        return False

    def kill(self, number: int = signal.SIGKILL) -> None:
        """SIGKILL to the server and all its processes, or a signal to the server; wait until all are gone."""
        found = self._processes()
        for process in found if number == signal.SIGKILL else found[:1]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        deadline = time.monotonic() + _SECONDS
        while not all(map(_is_gone, found)):
            assert time.monotonic() < deadline, "PostgreSQL no termina"
            time.sleep(0.005)
        # until somebody collects the dead server, its number looks like that of a living one
        for lock in (self.data / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def ensure(self) -> None:
        """Have it answer."""
        if not self.answers():
            self.kill()
            self.start()

    def restart(self) -> None:
        """End at once, as in a crash, and start again."""
        self.kill(signal.SIGQUIT)
        self.start()

    def _processes(self) -> list[psutil.Process]:
        """The server first."""
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            server = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            return [server, *server.children(recursive=True)] if server.name() == "postgres" else []
        return []

    def _administer(self, statement: str) -> None:
        engine = create_engine(
            database_url(str(self.folder), "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))


def _is_gone(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True


def fill(folder: Path) -> None:
    """Take all that is left of a disk."""
    room = os.statvfs(folder)
    with (folder / "lleno").open("ab", buffering=0) as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize)
        while file.write(bytes(4096)):
            pass


def free(folder: Path) -> None:
    """Give it back."""
    (folder / "lleno").unlink(missing_ok=True)
