"""What counts for a month: of every source, the load that is in force."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.sources.contracts import contract_names, load_contract


@dataclass(frozen=True, order=True)
class Load:
    """The rows of one source that count for a month."""

    fuente: str
    carga_id: str
    snapshot_id: str
    demostracion: bool


_CURRENT = """
SELECT DISTINCT ON (v.fuente) v.fuente, v.carga_id, c.snapshot_id, i.demostracion
FROM control.vigencias v
JOIN control.cargas c USING (carga_id)
JOIN control.instantaneas i USING (snapshot_id)
WHERE v.periodo = :periodo AND v.fuente = ANY(:fuentes)
ORDER BY v.fuente, v.orden DESC
"""


def current_loads(engine: Engine, month: Month) -> list[Load]:
    """The newest load of each contract for ``month``, sorted by source.

    A DataError names every source that has not delivered the month, and who answers for it.
    """
    sources = contract_names()
    with engine.connect() as connection:
        found = connection.execute(text(_CURRENT), {"periodo": str(month), "fuentes": sources})
        loads = sorted(Load(**row) for row in found.mappings())
    missing = sorted(set(sources) - {load.fuente for load in loads})
    if missing:
        raise DataError(
            f"{_verb(missing)} {month.label}: {'; '.join(_with_steward(source) for source in missing)}",
            period=month,
            remedy=f"corra {_runs(missing)} con el mes {month} y repita el informe",
        )
    return loads


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
