"""The warehouse's server as it was at a moment: its base, led up to then by its log, in a folder of its own."""

import gzip
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL

from movilidad.backup.choosing import Choice
from movilidad.backup.continuous import unpack
from movilidad.backup.programs import Programs, programs_of
from movilidad.backup.record import Continuous, Entry
from movilidad.backup.store import Store
from movilidad.model.atomic import PRIVATE
from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import TZ
from movilidad.stack.postgres import server_user
from movilidad.stack.processes import end_with_parent

# its own configuration may name places and libraries of another machine
_CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
restore_command = 'cp "{folder}/wal/%f" "%p"'
recovery_target_time = '{moment}'
recovery_target_action = 'promote'
hot_standby = off
fsync = off
autovacuum = off
"""


@contextmanager
def server_at(choice: Choice, base: Continuous, store: Store) -> Iterator[Path]:
    """Lead the server of a base up to the moment of a choice; give its socket folder while it runs.

    Raises:
        UsageError: the programs of its very version are not here.
        DataError: its log does not lead there.
    """
    programs = programs_of(base.version)
    if programs is None:
        raise UsageError(
            f"para volver a un momento entre dos respaldos hace falta PostgreSQL {base.version}, el del respaldo",
            remedy=f"instale postgresql-{base.version} y ponga su carpeta de programas en MOVILIDAD_POSTGRESQL, o"
            " restaure uno de los respaldos",
        )
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _lay_out(folder, choice, base.base, store)
        with _running(folder, programs) as server:
            _wait_until_there(folder, server, programs, choice)
            yield folder


def url_within(folder: Path, database: str, user: str) -> URL:
    """The URL of a database of that server."""
    return URL.create("postgresql+psycopg2", user, database=database, query={"host": str(folder)})


def _lay_out(folder: Path, choice: Choice, base: list[Entry], store: Store) -> None:
    data, wal = folder / "datos", folder / "wal"
    unpack(next(store.place_of(entry) for entry in base if entry.ruta == "base.tar.gz"), data)
    wal.mkdir()
    for entry in choice.wal:
        target = wal / entry.ruta.removesuffix(".gz")
        opened = gzip.open if entry.ruta.endswith(".gz") else open
        with opened(store.place_of(entry), "rb") as packed, target.open("wb") as segment:
            shutil.copyfileobj(packed, segment)
    said = _CONFIGURATION.format(folder=folder, moment=_written(choice.moment))
    for name, content in (
        ("postgresql.conf", said),
        ("postgresql.auto.conf", ""),
        ("pg_hba.conf", "local all all trust\n"),
        ("pg_ident.conf", ""),
        ("recovery.signal", ""),
    ):
        (data / name).write_text(content)


@contextmanager
def _running(folder: Path, programs: Programs) -> Iterator[subprocess.Popen[bytes]]:
    user = server_user()
    if user:
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, user)
    (folder / "datos").chmod(PRIVATE)
    with (folder / "servidor.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [programs.folder / "postgres", "-D", folder / "datos"],
            user=user,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - only a system call, no locks
        )
    try:
        yield server
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def _wait_until_there(folder: Path, server: subprocess.Popen[bytes], programs: Programs, choice: Choice) -> None:
    """Wait for the end of the recovery, however long it takes; a DataError if the server gave up."""
    asked = [str(programs.folder / "pg_isready"), "--quiet", f"--host={folder}"]
    while subprocess.run(asked, check=False).returncode != 0:  # noqa: S603 - PostgreSQL's own program
        if server.poll() is not None:
            raise DataError(
                f"el registro de la base (WAL) no llega sin huecos hasta el {_written(choice.moment)}",
                place="respaldo",
                remedy=f"indique en --until un momento de antes, o el {choice.dumps.name}, que es un respaldo",
            )
        time.sleep(0.1)


def _written(moment: datetime) -> str:
    return moment.astimezone(TZ).isoformat(sep=" ")
