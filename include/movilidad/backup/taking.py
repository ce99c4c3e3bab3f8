"""Taking a backup: first what the databases know, then the files, which only grow; so no row is without its files.

Airflow's database comes before the warehouse: what Airflow takes for done is then done there too, and what it does
again changes nothing. What becomes public while the files are copied is unknown to the warehouse of the backup and
is left out by the restore.
"""

from collections import Counter
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from movilidad.backup.continuous import log_of
from movilidad.backup.databases import AIRFLOW, WAREHOUSE, databases, server_of
from movilidad.backup.dumps import dump, frozen
from movilidad.backup.folders import copy_files, require_apart
from movilidad.backup.key import KeyPrint, print_of_key
from movilidad.backup.record import Backup, Dump, backups_in, write_backup
from movilidad.backup.store import Store
from movilidad.model.errors import UsageError
from movilidad.model.progress import Say
from movilidad.publishing.code_version import code_version
from movilidad.publishing.register import PUBLISHED
from movilidad.store.engine import warehouse
from movilidad.store.seal import key_kept


def back_up(folder: Path, say: Say = lambda _: None) -> Backup:
    """Add a backup of this deployment to a folder of backups; it is there whole or not at all.

    Args:
        say: told in Spanish what begins.

    Raises:
        UsageError: the folder is part of what shall be kept; PostgreSQL's programs are missing or too old; the key
            of the pseudonyms is not to be found.
        UnavailableError: another backup into this folder is going on; the database's programs failed.
    """
    require_apart(folder)
    store, found = Store(folder), databases()
    with store.writing(), key_kept(warehouse()):
        log, reason = log_of(store, found[WAREHOUSE])
        dumps = {}
        if AIRFLOW in found:
            say("Base de Airflow…")
            with frozen(found[AIRFLOW]) as (connection, _):
                dumps[AIRFLOW] = _dumped(store, found[AIRFLOW], connection)
        say("Bodega…")
        with frozen(found[WAREHOUSE]) as (connection, moment):
            _require_tables(connection)
            key, public = _key(connection), _public(connection)
            dumps[WAREHOUSE] = _dumped(store, found[WAREHOUSE], connection)
        say("Archivos…")
        files = copy_files(store, warehouse())
        if log:
            say("Registro de la base (WAL)…")
        continuous = log.fetch() if log else None
        program = code_version()
        backup = Backup(
            momento=moment,
            programa=(program.version, program.sha256),
            publicaciones=public,
            clave=key,
            bases=dumps,
            continuo=continuous,
            sin_continuo=reason,
            carpetas=files,
        )
        store.seal()
        write_backup(folder, backup)
        if log:
            log.forget()
    return backup


def check(folder: Path) -> tuple[int, int]:
    """Read all that a folder of backups holds; give the number of backups and of contents.

    A DataError names what is damaged.
    """
    backups = backups_in(folder)
    return len(backups), Store(folder).require_intact(each for backup in backups for each in backup.entries())


def _dumped(store: Store, url: URL, connection: Connection) -> Dump:
    system, version = server_of(connection)
    file = store.unfinished / f"{url.database}.dump"
    dump(url, connection, file)
    return Dump(
        base=str(url.database),
        usuario=str(url.username),
        sistema=system,
        version=version,
        archivo=store.take(file, file.name),
    )


def _require_tables(connection: Connection) -> None:
    if connection.scalar(text("SELECT to_regclass('control.publicaciones')")) is None:
        raise UsageError("la bodega no tiene tablas: no hay nada que respaldar", remedy="revise MOVILIDAD_BODEGA")


def _key(connection: Connection) -> KeyPrint | None:
    """The fingerprint of the key; none as long as nothing was extracted by one."""
    found = print_of_key()
    if found is None and connection.scalar(text("SELECT count(*) FROM control.instantaneas")):
        raise UsageError(
            "no se encuentra la clave de los seudónimos, y sin saber cuál es el respaldo no serviría",
            remedy="defina MOVILIDAD_CLAVE_SEUDONIMOS aquí como la tienen las tareas, o revise MOVILIDAD_CARPETA",
        )
    return found


def _public(connection: Connection) -> int:
    states = Counter(connection.scalars(text("SELECT estado FROM control.publicaciones")))
    return states[PUBLISHED]
