"""How many records, cells and applications a platform gave in a month: each count at its place.

Counts of records are counts about persons, so readers get them protected; then a hidden one is None. What is here
is all that an evaluation counts of records, and nothing else of it does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from movilidad.model.codelists import TOTAL
from movilidad.monitoring.deadline import Waiting

Table = Literal["registros", "celdas", "causas", "plazo"]

RECEIVED, APART = "registros_recibidos", "registros_apartados"
CELLS, EMPTY, UNUSABLE, USABLE = "celdas", "celdas_vacias", "celdas_inservibles", "celdas_utiles"
OLD, WAITING = "solicitudes_de_mas_de_10_dias", "solicitudes_sin_decision"


class Place(NamedTuple):
    """Where a count stands; ``Total`` is a margin, and a place has no part that its table does not have."""

    tabla: Table
    indicador: str
    conjunto: str
    campo: str = ""
    causa: str = ""


Counts = Mapping[Place, int | None]


@dataclass(frozen=True)
class Cause:
    """Records set apart for one reason; one record may have several."""

    conjunto: str
    campo: str
    motivo: str
    registros: int


@dataclass(frozen=True)
class Examined:
    """What the quality control counted in a delivery, by data set.

    Attributes:
        filas: records; ``apartadas`` those of them in quarantine, for ``causas``.
        campos: of each field that should be filled in, its cells that are empty and that cannot be used.
    """

    filas: Mapping[str, int]
    apartadas: Mapping[str, int]
    campos: Mapping[tuple[str, str], tuple[int, int]]
    causas: Iterable[Cause] = ()


def counted(found: Examined, plazo: Waiting | None) -> dict[Place, int | None]:
    """All counts with their margins, in the order in which they are told."""
    counts: dict[Place, int | None] = {}
    if found.filas:
        for indicator, by in ((RECEIVED, found.filas), (APART, found.apartadas)):
            counts[Place("registros", indicator, TOTAL)] = sum(by.values())
            counts |= {Place("registros", indicator, name): count for name, count in by.items()}
    counts |= _cells(found)
    for cause in found.causas:
        counts[Place("causas", APART, cause.conjunto, cause.campo, cause.motivo)] = cause.registros
    if plazo:
        counts[Place("plazo", OLD, plazo.conjunto)] = plazo.total
        counts[Place("plazo", WAITING, plazo.conjunto)] = plazo.parte
    return counts


def _cells(found: Examined) -> dict[Place, int]:
    rows: dict[tuple[str, str], list[int]] = {}
    if found.campos:
        rows[TOTAL, TOTAL] = [0, 0, 0, 0]
    for (name, field), (empty, unusable) in found.campos.items():
        whole = found.filas[name]
        own = [whole, empty, unusable, whole - empty - unusable]
        for margin in ((TOTAL, TOTAL), (name, TOTAL)):
            before = rows.setdefault(margin, [0, 0, 0, 0])
            rows[margin] = [one + other for one, other in zip(before, own, strict=True)]
        rows[name, field] = own
    return {
        Place("celdas", indicator, name, field): count
        for (name, field), own in rows.items()
        for indicator, count in zip((CELLS, EMPTY, UNUSABLE, USABLE), own, strict=True)
    }
