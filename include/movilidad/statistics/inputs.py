"""What counts for a month: of every source, the load that is in force."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.sources.contracts import Report, load_contract, sources_of


@dataclass(frozen=True, order=True)
class Load:
    """The rows of one source that count for a month."""

    fuente: str
    carga_id: str
    snapshot_id: str
    demostracion: bool


# the loads of several months, each its own
LoadsByMonth = Mapping[Month, Sequence[Load]]

_CURRENT = """
SELECT DISTINCT ON (v.fuente) v.fuente, v.carga_id, c.snapshot_id, i.demostracion
FROM control.vigencias v
JOIN control.cargas c USING (carga_id)
JOIN control.instantaneas i USING (snapshot_id)
WHERE v.periodo = :periodo AND v.fuente = ANY(:fuentes) AND v.desde <= coalesce(:momento, 'infinity'::timestamptz)
ORDER BY v.fuente, v.orden DESC
"""


def current_loads(
    engine: Engine, month: Month, as_of: datetime | None = None, report: Report = "mensual"
) -> list[Load]:
    """The newest load for ``month`` of each source that a report needs, sorted by source.

    Args:
        as_of: an instant: what was in force then, so that figures can be given as they were known. Now, if None.
        report: the report, as the contracts name it in ``informes``.

    A DataError names every source that has not delivered the month, and who answers for it.
    """
    sources = sources_of(report)
    parameters = {"periodo": str(month), "fuentes": sources, "momento": as_of}
    with engine.connect() as connection:
        found = connection.execute(text(_CURRENT), parameters)
        loads = sorted(Load(**row) for row in found.mappings())
    missing = sorted(set(sources) - {load.fuente for load in loads})
    if missing:
        raise DataError(
            f"{_verb(missing)} {month.label}: {'; '.join(_with_steward(source) for source in missing)}",
            period=month,
            remedy=f"corra {_runs(missing)} con el mes {month} y repita el informe",
        )
    return loads


def delivered_sources(connection: Connection, month: Month) -> set[str]:
    """The sources of which a load is in force for a month."""
    query = text("SELECT DISTINCT fuente FROM control.vigencias WHERE periodo = :month")
    return set(connection.execute(query, {"month": str(month)}).scalars())


def period_loads(engine: Engine, period: Period, as_of: datetime | None = None) -> dict[Month, list[Load]]:
    """The loads of every month of a longer period, of all sources that its report needs; each month its own.

    A DataError for the first month not delivered.
    """
    return {month: current_loads(engine, month, as_of, "cuatrimestral") for month in period.months}


def earlier_loads(engine: Engine, month: Month, as_of: datetime | None = None) -> dict[Month, list[Load]]:
    """The loads of the year's months before ``month`` that were delivered by all sources of the monthly report.

    A platform may have begun in the middle of a year: then a month is missing, and no year to date can be counted.
    """
    found: dict[Month, list[Load]] = {}
    for earlier in Period.to_date(month).months[:-1]:
        with suppress(DataError):
            found[earlier] = current_loads(engine, earlier, as_of)
    return found


def load_ids(loads: list[Load]) -> list[str]:
    """The ids by which the loads' rows are found in the core."""
    return [load.carga_id for load in loads]


def _verb(sources: list[str]) -> str:
    return "falta que una fuente entregue" if len(sources) == 1 else f"faltan {len(sources)} fuentes por entregar"


def _with_steward(source: str) -> str:
    steward = load_contract(source).responsable
    return f"{source} (responde {steward.nombre}, {steward.correo})"


def _runs(sources: list[str]) -> str:
    return ", ".join(f"ingesta_{source}" for source in sources)
