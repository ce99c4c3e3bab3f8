"""What earlier evaluations published of each platform: an evaluation follows them up, and is compared with them.

Read from their files, as any reader could: what they hid is hidden here too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from movilidad.model.periods import Month
from movilidad.monitoring.counts import CELLS, USABLE
from movilidad.monitoring.opportunities import UNDECIDED, Followed, Opportunity, Proposed, Unit, follow
from movilidad.publishing.places import kept_folder
from movilidad.publishing.platforms.tables import FILES, Evaluations
from movilidad.publishing.register import parse_id
from movilidad.publishing.tables_read import PublishedTable, read_tables

_Field = tuple[str, str]
Shares = Mapping[_Field, float]  # data set and field (or ``Total``) → share of usable cells


@dataclass(frozen=True)
class Published:
    """What one evaluation says: of each platform its opportunities, shares of usable cells, availability in %."""

    mes: Month
    propuestas: Mapping[str, tuple[Proposed, ...]]
    completitud: Mapping[str, Shares]
    disponibilidad: Mapping[str, float | None]


@dataclass(frozen=True)
class PlatformContext:
    """A month of evaluations among those before.

    Attributes:
        seguimiento: by platform, what became of what was proposed before.
        antes: by platform, the shares of usable cells of earlier months, oldest first.
        anterior: the id of the evaluation before; empty if there is none.
    """

    seguimiento: Mapping[str, tuple[Followed, ...]] = field(default_factory=dict)
    antes: Mapping[str, Mapping[Month, Shares]] = field(default_factory=dict)
    anterior: str = ""


def context_of(tables: Evaluations, comparables: Iterable[str]) -> PlatformContext:
    """The evaluations beside the named earlier ones, oldest first.

    A platform that was not evaluated for a while is followed up from the last evaluation that has it.
    """
    names = list(comparables)
    before = [published(name) for name in names]
    followed = {}
    for found in tables.plataformas:
        last = next((each for each in reversed(before) if found.fuente in each.disponibilidad), None)
        if last:
            followed[found.fuente] = follow(last.propuestas.get(found.fuente, ()), found, tables.minimo)
    return PlatformContext(
        seguimiento=followed,
        antes={
            found.fuente: {
                each.mes: each.completitud[found.fuente] for each in before if found.fuente in each.completitud
            }
            for found in tables.plataformas
        },
        anterior=names[-1] if names else "",
    )


def published(publicacion_id: str) -> Published:
    """What an evaluation says; a DataError if its files are gone or damaged."""
    month = parse_id(publicacion_id)[1].last
    tables = {table.nombre: table for table in read_tables(kept_folder(publicacion_id))}
    return Published(
        mes=month,
        propuestas=_proposed(tables, month),
        completitud=_shares(tables[FILES["celdas"][0]]),
        disponibilidad={
            row["plataforma"]: float(row["valor"]) if row["valor"] else None
            for row in tables["servicio_por_plataforma"].records()
            if row["indicador"] == "disponibilidad"
        },
    )


def _proposed(tables: Mapping[str, PublishedTable], month: Month) -> dict[str, tuple[Proposed, ...]]:
    """What the evaluation proposed, and what it could not say whether it was solved."""
    followed = tables["seguimiento"].records() if "seguimiento" in tables else []
    since = {(row["plataforma"], row["clave"]): Month.parse(row["desde"]) for row in followed}
    found: dict[str, list[Proposed]] = {}
    for row in tables["oportunidades"].records():
        own = found.setdefault(row["plataforma"], [])
        begin = since.get((row["plataforma"], row["clave"]), month)
        own.append(Proposed(_opportunity(row, row["cuantos"], row["de_cuantos"]), begin))
    for row in followed:
        if row["resultado"] in UNDECIDED:
            told = _opportunity(row, row["antes"], row["de_antes"])
            found.setdefault(row["plataforma"], []).append(Proposed(told, Month.parse(row["desde"])))
    return {fuente: tuple(own) for fuente, own in found.items()}


def _opportunity(row: Mapping[str, str], part: str, whole: str) -> Opportunity:
    return Opportunity(
        clave=row["clave"],
        que=row["que"],
        hacer=row["hacer"],
        unidad=cast(Unit, row["unidad"]),
        parte=int(part),
        total=int(whole) if whole else None,
    )


def _shares(table: PublishedTable) -> dict[str, dict[_Field, float]]:
    counts: dict[tuple[str, _Field], dict[str, int]] = {}
    for row in table.records():
        if row["valor"]:
            cell = counts.setdefault((row["plataforma"], (row["conjunto"], row["campo"])), {})
            cell[row["indicador"]] = int(row["valor"])
    found: dict[str, dict[_Field, float]] = {}
    for (fuente, place), cell in counts.items():
        if cell.get(CELLS) and USABLE in cell:
            found.setdefault(fuente, {})[place] = cell[USABLE] / cell[CELLS]
    return found
