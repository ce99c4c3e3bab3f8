"""Everything that leads from one backup to the next: a base of the whole server and the log (WAL) after it.

A replication slot, one for each folder of backups, lets the server keep its log until the next backup fetches it.
So it is asked for only where the server limits what it keeps: a backup that is forgotten must not fill its disk.
"""

import hashlib
import json
import tarfile
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from movilidad.backup.databases import connected, server_of
from movilidad.backup.programs import Programs, programs_of
from movilidad.backup.record import Continuous
from movilidad.backup.store import Store
from movilidad.model.atomic import PRIVATE, make_folder
from movilidad.model.errors import UnavailableError

_OURS = "SELECT restart_lsn FROM pg_replication_slots WHERE slot_name = :slot"
_OLDEST = 15  # servers before it do not say where a slot begins


def log_of(store: Store, url: URL) -> "tuple[Log | None, str]":
    """The log of the warehouse's server, which is kept from now on; without it, why not, in Spanish."""
    with connected(url) as connection:
        _, version = server_of(connection)
        reason = _obstacle(connection, version)
    programs = programs_of(version)
    if programs is None:
        return None, f"los programas de PostgreSQL que hay no son de la versión del servidor ({version})"
    if not reason and not _may_replicate(url):
        reason = "el usuario de la base no puede replicar (REPLICATION), o pg_hba.conf no lo admite"
    log = Log(store, url, programs)
    if not reason and not log.reserve():
        reason = "al servidor no le quedan ranuras de réplica (max_replication_slots)"
    return (None, reason) if reason else (log, "")


class Log:
    """The log of a server, as one folder of backups keeps it.

    Args:
        store: where it is kept.
        url: the warehouse.
        programs: those of the server's very version.
    """

    def __init__(self, store: Store, url: URL, programs: Programs) -> None:
        self._store, self._url, self._programs = store, url, programs
        self._slot, self._inbox = f"movilidad_{store.identity()}", store.folder / ".registro"
        # the disk of backups may be slow; the server's own patience is one minute
        said = f"{url.query.get('options', '')} -c wal_sender_timeout=10min".strip()
        self._streaming = url.update_query_dict({"options": said})

    def reserve(self) -> bool:
        """Let the server keep its log from now on, if it does not yet; False if it has no more slots."""
        make_folder(self._inbox, PRIVATE)
        with connected(self._url) as connection:
            _drop_lost(connection)
            if connection.scalar(text(_OURS), {"slot": self._slot}) is None:
                self.forget()  # it is another server's, or has a gap now
                try:
                    connection.execute(
                        text("SELECT pg_create_physical_replication_slot(:slot, true)"), {"slot": self._slot}
                    )
                except DBAPIError:
                    return False
        return True

    def fetch(self) -> Continuous:
        """Take a base, and the log since the last time up to its end. What was committed before is in it."""
        with connected(self._url) as connection:
            system, version = server_of(connection)
            # recovery up to a moment ends at the first commit after it
            connection.execute(text("SELECT pg_current_xact_id()"))
        base = self._base()
        with connected(self._url) as connection:
            ended, reached = connection.execute(
                text("SELECT clock_timestamp(), (pg_current_wal_flush_lsn() - 1)::text")
            ).one()
        self._receive(reached)
        segments = sorted(self._inbox.glob("*[0-9A-F].gz")) + sorted(self._inbox.glob("*.history*"))
        return Continuous(
            sistema=system,
            version=version,
            termino=ended,
            base=[self._store.take(file, file.name) for file in base],
            wal=[self._store.keep(file, file.name) for file in segments],
        )

    def forget(self) -> None:
        """Empty the inbox: what is in it is in a backup now."""
        for file in self._inbox.iterdir():
            file.unlink()

    def _base(self) -> list[Path]:
        """A base with its own log; the slot keeps that until the end, so no second process has to read along."""
        folder = self._store.unfinished / "base"
        self._programs.run(
            "pg_basebackup",
            *(f"--pgdata={folder}", "--format=tar", "--gzip", "--wal-method=fetch", "--checkpoint=fast"),
            *("--manifest-checksums=SHA256", "--no-sync"),
            url=self._streaming,
        )
        _require_whole(folder)
        return sorted(folder.iterdir())

    def _receive(self, reached: str) -> None:
        self._programs.run(
            "pg_receivewal",
            *(f"--directory={self._inbox}", f"--slot={self._slot}", f"--endpos={reached}"),
            *("--no-loop", "--compress=gzip"),
            url=self._streaming,
        )


def _obstacle(connection: Connection, version: int) -> str:
    """Why moments between backups cannot be had from this server; empty if they can."""
    if version < _OLDEST:
        return f"el servidor es anterior a la versión {_OLDEST} de PostgreSQL"
    if connection.scalar(text("SELECT count(*) > 2 FROM pg_tablespace")):
        return "el servidor tiene datos en otros espacios de tablas"
    if connection.scalar(text("SHOW max_slot_wal_keep_size")) == "-1":
        return "el servidor no tiene límite en max_slot_wal_keep_size"
    return ""


def _may_replicate(url: URL) -> bool:
    driver = url.get_dialect().import_dbapi()
    _, options = url.get_dialect()().create_connect_args(url)
    try:
        driver.connect(**options, replication="true").close()
    except driver.Error:
        return False
    return True


def unpack(base: Path, folder: Path) -> None:
    """Make a server's folder of ``base.tar.gz``."""
    folder.mkdir(mode=PRIVATE)
    with tarfile.open(base) as packed:
        packed.extractall(folder, filter="data")


def _require_whole(folder: Path) -> None:
    """Compare what was packed with the list that the server made of it, as ``pg_verifybackup`` does.

    That program itself crashes as it comes with the embedded server (18.4), and reads packed bases from 18 on.
    """
    listed = json.loads((folder / "backup_manifest").read_text(encoding="utf-8"))["Files"]
    expected = {each["Path"]: (each["Size"], each["Checksum"]) for each in listed if "Path" in each}
    with tarfile.open(folder / "base.tar.gz") as packed:
        found = {each.name: (each.size, _sha(packed, each)) for each in packed if each.isfile()}
    if any(found.get(path) != what for path, what in expected.items()):
        raise UnavailableError(
            "la copia del servidor no llegó entera",
            remedy="repita el respaldo; si vuelve a pasar, revise el disco",
        )


def _sha(packed: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = packed.extractfile(member)
    return hashlib.file_digest(content, "sha256").hexdigest() if content else ""  # type: ignore[arg-type]


def _drop_lost(connection: Connection) -> None:
    """Drop the slots of folders that were not used for so long that the server has given up on them."""
    lost = text(
        "SELECT slot_name FROM pg_replication_slots WHERE slot_name LIKE 'movilidad\\_%' AND wal_status = 'lost'"
    )
    for slot in connection.scalars(lost).all():
        connection.execute(text("SELECT pg_drop_replication_slot(:slot)"), {"slot": slot})
