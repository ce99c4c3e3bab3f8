"""Releases after a restore: public is what the warehouse of then knows, and what was withdrawn since stays so.

Files only grow, so those of a backup hold every release of an earlier moment. Which of them were public is the
register's to say; whatever stands around them follows from it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from movilidad.backup.record import Entry
from movilidad.model.series import SERIES
from movilidad.publishing.places import public_folder
from movilidad.publishing.register import PUBLISHED, find, is_id, parse_id, releases
from movilidad.publishing.standing import settle
from movilidad.publishing.tombstone import read_tombstone
from movilidad.publishing.withdrawal import withdraw


@dataclass(frozen=True)
class Settled:
    """Ids of releases.

    Attributes:
        left_out: became public after the moment that was restored; not public here.
        withdrawn: were withdrawn after that moment, and are withdrawn here too.
    """

    left_out: list[str]
    withdrawn: list[str]


def stands_then(engine: Engine) -> Callable[[str], bool]:
    """Whether a file of the publication folder belongs to a release that the register has as seen, or to none."""
    seen = _seen(engine)
    periods = {each.rpartition("/")[0] for each in seen}

    def stands(path: str) -> bool:
        parts = path.split("/")
        if parts[0] not in SERIES or len(parts) < 3:
            return True
        release = _release_of(path)
        return release in seen if release else "/".join(parts[:2]) in periods

    return stands


def settle_releases(engine: Engine, published: Iterable[Entry], now: datetime) -> Settled:
    """Bring everything beside the releases up to the register; ``published`` are the files of the backup."""
    seen = _seen(engine)
    known = sorted({release for entry in published if (release := _release_of(entry.ruta))})
    withdrawn = [release for release in known if release in seen and _withdraw_again(engine, release)]
    for series, period in sorted({tuple(release.split("/")[:2]) for release in seen}):
        settle(engine, series, parse_id(f"{series}/{period}/r1")[1], now)
    return Settled([release for release in known if release not in seen], withdrawn)


def _withdraw_again(engine: Engine, release: str) -> bool:
    """Let a release be withdrawn of which the backup has the tombstone; whether it was not yet."""
    found = read_tombstone(public_folder(release))
    with engine.connect() as connection:
        public = find(connection, release).estado == PUBLISHED
    if found is None or not public:
        return False
    withdraw(release, found.motivo, found.aprobada_por, datetime.fromisoformat(found.fecha))
    return True


def _seen(engine: Engine) -> set[str]:
    """What the register alone says: folders of a later moment count for nothing."""
    with engine.connect() as connection:
        return {
            each.publicacion_id for each in releases(connection) if each.estado == PUBLISHED or each.is_withdrawn
        }


def _release_of(path: str) -> str | None:
    release = "/".join(path.split("/")[:3])
    return release if is_id(release) else None
