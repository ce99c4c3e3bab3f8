"""Restoring into an empty place: databases, files, and what stands around the releases; then all is verified."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL

from movilidad.backup.choosing import Choice, choose
from movilidad.backup.databases import AIRFLOW, AIRFLOW_VARIABLE, databases, require_empty_database
from movilidad.backup.dumps import dump, frozen, load
from movilidad.backup.folders import OWN, PUBLISHED, put_back, require_empty_folders
from movilidad.backup.key import require_same_key
from movilidad.backup.moment import server_at, url_within
from movilidad.backup.record import Backup, Dump, backups_in
from movilidad.backup.releases import Settled, settle_releases, stands_then
from movilidad.backup.store import Store
from movilidad.model.atomic import PRIVATE, PUBLIC, sync_disk_of
from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ
from movilidad.model.progress import Say
from movilidad.model.settings import get_settings
from movilidad.publishing.whole_verification import Verified, verify_all
from movilidad.store.audit_trail import note
from movilidad.store.engine import warehouse
from movilidad.store.migrations import migrate

Opened = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Restored:
    """What was brought back: the state of ``moment``, and what the verification of each release found."""

    moment: datetime
    backup: Backup
    releases: Settled
    verified: list[Verified]


def restore(
    folder: Path,
    until: datetime | None,
    now: datetime,
    say: Say = lambda _: None,
    opened: Opened = nullcontext,
    who: str = "el sistema",
) -> Restored:
    """Bring a deployment back into empty databases and folders.

    Args:
        until: the newest state that is not after this moment; without it, the newest there is.
        say: told in Spanish what begins, and what was found of each release.
        opened: makes the deployment's databases be there once its own folder is back.
        who: for the audit trail.

    Raises:
        UsageError: something is in the way; the place has another key of the pseudonyms; there is no such state.
        DataError: the backup is damaged, or does not lead to that moment.
    """
    store, choice = Store(folder), choose(backups_in(folder), until)
    require_same_key(choice.files.clave)
    require_empty_folders()
    if get_settings().bodega.get_secret_value():
        _require_empty_databases(choice)
    say(f"Comprobando el respaldo del {choice.files.name}…")
    store.require_intact(choice.entries())
    with _dumps(choice, store, say) as dumps:
        say("Carpeta del programa…")
        put_back(store, choice.files.carpetas[OWN], get_settings().carpeta, PRIVATE)
        sync_disk_of(get_settings().carpeta)
        with opened():
            _require_empty_databases(choice)
            for role, url in _wanted(choice).items():
                say(f"Base «{url.database}»…")
                load(dumps[role], url)
            migrate(warehouse())
            say("Publicaciones…")
            published = choice.files.carpetas[PUBLISHED]
            put_back(store, published, get_settings().publicaciones, PUBLIC, stands_then(warehouse()))
            sync_disk_of(get_settings().publicaciones)
            settled = settle_releases(warehouse(), published, now)
            with warehouse().begin() as connection:
                note(connection, who, "restauración de un respaldo", choice.files.name)
            say("Comprobando cada publicación…")
            return Restored(choice.moment, choice.files, settled, list(_verified(say)))


def _verified(say: Say) -> Iterator[Verified]:
    for each in verify_all():
        say(each.line)
        yield each


def _wanted(choice: Choice) -> dict[str, URL]:
    """The databases of this place that the backup fills; a UsageError if it has one that this place lacks."""
    found = databases()
    if AIRFLOW in choice.dumps.bases and AIRFLOW not in found:
        raise UsageError(
            "el respaldo trae también la base de Airflow",
            remedy=f"ponga en {AIRFLOW_VARIABLE} una base vacía en que restaurarla",
        )
    return {role: found[role] for role in choice.dumps.bases}


def _require_empty_databases(choice: Choice) -> None:
    for role, url in _wanted(choice).items():
        require_empty_database(url, choice.dumps.bases[role].version)


@contextmanager
def _dumps(choice: Choice, store: Store, say: Say) -> Iterator[dict[str, Path]]:
    """The dump of each database as it was at the moment of a choice."""
    kept = {role: store.place_of(each.archivo) for role, each in choice.dumps.bases.items()}
    if choice.base is None:
        yield kept
        return
    say(f"Llevando la base hasta el {choice.moment.astimezone(TZ):%Y-%m-%d %H:%M:%S}…")
    with tempfile.TemporaryDirectory(prefix="movilidad-") as name:
        with server_at(choice, choice.base, store) as server:
            for role, each in choice.dumps.bases.items():
                if each.sistema == choice.base.sistema:
                    kept[role] = _dumped_from(server, each, Path(name) / role)
        yield kept


def _dumped_from(server: Path, one: Dump, target: Path) -> Path:
    url = url_within(server, one.base, one.usuario)
    with frozen(url) as (connection, _):
        dump(url, connection, target)
    return target
