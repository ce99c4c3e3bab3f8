"""Every extraction that gave a snapshot, table ``control.extracciones``: when each month of a source came."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, text

Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Extraction:
    """One extraction; data set → columns that the contract does not know, or that were not there."""

    snapshot_id: str
    momento: datetime
    notas: tuple[str, ...] = ()
    nuevas: Columns = field(default_factory=dict)
    faltantes: Columns = field(default_factory=dict)


def register(
    connection: Connection,
    fuente: str,
    periodo: str,
    snapshot_id: str,
    seen: tuple[Sequence[str], Columns, Columns],
) -> None:
    """Note an extraction that has just been stored; ``seen`` are its notes, its new and its missing columns."""
    notes, new, missing = (json.dumps(part, ensure_ascii=False) for part in seen)
    connection.execute(
        text(
            "INSERT INTO control.extracciones"
            " (fuente, periodo, snapshot_id, momento, notas, columnas_nuevas, columnas_faltantes) VALUES"
            " (:fuente, :periodo, :snapshot_id, now(), CAST(:notas AS jsonb), CAST(:nuevas AS jsonb),"
            " CAST(:faltantes AS jsonb))"
        ),
        {
            "fuente": fuente,
            "periodo": periodo,
            "snapshot_id": snapshot_id,
            "notas": notes,
            "nuevas": new,
            "faltantes": missing,
        },
    )


def last_extraction(connection: Connection, fuente: str, periodo: str, snapshot_id: str) -> Extraction | None:
    """The newest extraction of a month that gave this snapshot."""
    row = connection.execute(
        text(
            "SELECT snapshot_id, momento, notas, columnas_nuevas, columnas_faltantes FROM control.extracciones"
            " WHERE fuente = :fuente AND periodo = :periodo AND snapshot_id = :snapshot_id"
            " ORDER BY orden DESC LIMIT 1"
        ),
        {"fuente": fuente, "periodo": periodo, "snapshot_id": snapshot_id},
    ).one_or_none()
    return None if row is None else Extraction(row[0], row[1], tuple(row[2]), row[3], row[4])


def first_moment(connection: Connection, fuente: str, periodo: str) -> datetime | None:
    """When a month of a source was first extracted."""
    moment: datetime | None = connection.execute(
        text("SELECT min(momento) FROM control.extracciones WHERE fuente = :fuente AND periodo = :periodo"),
        {"fuente": fuente, "periodo": periodo},
    ).scalar()
    return moment
