"""Deleting records that are not needed any more: the snapshots of persons, after a time.

Releases are computed again from the core, so they stay verifiable; a snapshot is only needed to judge and load a
month again, for which it can be extracted again. Its name stays in the register and in the manifests.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine, text

from movilidad.store import audit_trail
from movilidad.store.seal import pseudonym_columns
from movilidad.store.snapshots import folder_of

_OLD = "SELECT snapshot_id FROM control.instantaneas WHERE extraida < :before ORDER BY snapshot_id"


@dataclass(frozen=True)
class Purged:
    """How many snapshots of persons were deleted, and how many lines of quarantine with them."""

    instantaneas: int
    cuarentena: int


def purge(engine: Engine, before: datetime, who: str) -> Purged:
    """Delete the snapshots that hold persons and were extracted before a moment, and what their quarantine lists.

    Args:
        engine: with all rights of the login.
        before: an instant, with time zone.
        who: for the audit trail.
    """
    with engine.begin() as connection:
        old = list(_of_persons(connection, before))
        lines = connection.execute(
            text("DELETE FROM control.cuarentena WHERE snapshot_id = ANY(:old)"),
            {"old": [folder.name for folder in old]},
        ).rowcount
        for folder in old:
            audit_trail.note(connection, who, "borrado de una instantánea", folder.name)
    for folder in old:
        shutil.rmtree(folder)
    return Purged(len(old), lines)


def _of_persons(connection: Connection, before: datetime) -> Iterator[Path]:
    for name in connection.scalars(text(_OLD), {"before": before}):
        folder = folder_of(name)
        if any(pseudonym_columns(pq.read_schema(file).names) for file in folder.glob("*.parquet")):
            yield folder
