"""What surrounds the releases of a period: tombstones, ``latest``, the list of revisions, the portal.

All of it follows from the register, so whoever was killed in between is finished by the next call.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from movilidad.model.atomic import PUBLIC, point_to, sync, write_file
from movilidad.model.periods import Period
from movilidad.model.settings import get_settings
from movilidad.publishing.locks import exclusive
from movilidad.publishing.metadata import as_json
from movilidad.publishing.portal import write_portal
from movilidad.publishing.register import Release, releases
from movilidad.publishing.revision_list import NAME, revision_list
from movilidad.publishing.tombstone import bury, withdrawals

LATEST = "latest"


def settle(engine: Engine, series: str, period: Period, now: datetime) -> None:
    """Bring everything beside the releases of a period up to what the register says. Twice is the same as once."""
    with engine.connect() as connection:
        seen = [found for found in releases(connection, series, period) if found.was_seen]
        gone = withdrawals(connection, [found.publicacion_id for found in seen if found.is_withdrawn])
    for withdrawal in gone:
        bury(withdrawal)
    folder = get_settings().publicaciones / series / str(period)
    _point_to_newest(folder / LATEST, [found for found in seen if found.is_public])
    listed = as_json(revision_list(f"{series}/{period}", seen, gone))
    if not (folder / NAME).is_file() or (folder / NAME).read_bytes() != listed:
        write_file(folder / NAME, listed, PUBLIC)
    # two months may be published at once; the portal lists both only if one writer waits for the other
    with exclusive(engine, "portal"):
        write_portal(get_settings().publicaciones, now)


def _point_to_newest(link: Path, standing: list[Release]) -> None:
    if standing:
        point_to(link, f"r{max(found.revision for found in standing)}")
    elif link.is_symlink():
        link.unlink()
        sync(link.parent)
