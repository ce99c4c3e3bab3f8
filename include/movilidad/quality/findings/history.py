"""How a source did from month to month: counts of the rules, gaps, timeliness, exceptions."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from movilidad.model.periods import Month
from movilidad.quality.exceptions import in_force
from movilidad.quality.findings.timeliness import delivery
from movilidad.sources.contracts import Contract, load_contract


@dataclass(frozen=True)
class RuleMonth:
    """One rule in one month; ``parte`` of the rows failed, ``aceptadas`` passed by a recorded exception."""

    periodo: str
    conjunto: str
    columna: str
    regla: str
    gravedad: str
    cumple: bool
    filas: int
    fallas: int
    aceptadas: int
    parte: float


@dataclass(frozen=True)
class Summary:
    """What can be said of a month of a source in public, no rule and no record.

    Attributes:
        dias_tarde: days after the contract's calendar; None if unknown, or fetched for the past.
        excepciones: decisions in force for the source.
    """

    dias_tarde: int | None
    excepciones: int


def rule_history(connection: Connection, fuente: str, months: int) -> list[RuleMonth]:
    """The newest examination of each of the last ``months`` months, oldest first."""
    rows = connection.execute(
        text(
            "SELECT periodo, conjunto, columna, regla, gravedad, cumple, filas, fallas, aceptadas,"
            " coalesce(parte, 0)::float8 FROM control.historia_calidad h WHERE fuente = :fuente"
            " AND orden IN (SELECT max(orden) FROM control.examenes WHERE fuente = :fuente GROUP BY periodo"
            " ORDER BY periodo DESC LIMIT :months) ORDER BY periodo, conjunto, columna, regla"
        ),
        {"fuente": fuente, "months": months},
    )
    return [RuleMonth(*row) for row in rows]


def summary(connection: Connection, fuente: str, month: Month) -> Summary:
    """How late a month came, and which exceptions hold for it."""
    came = delivery(connection, load_contract(fuente), month)
    return Summary(
        dias_tarde=None if came.is_filling_in else came.days_late,
        excepciones=len(in_force(connection, fuente, month).decisions),
    )


def completeness(contract: Contract, results: dict[str, Any]) -> float | None:
    """Share of usable cells over all fields that the contract demands; None without rows or profile."""
    cells = gaps = 0
    for name, own in results.items():
        for field, counted in own.get("campos", {}).items():
            dataset = contract.conjuntos.get(name)  # an old delivery may have had another
            column = dataset.columnas.get(field) if dataset else None
            if column is not None and column.obligatoria:
                cells += own["filas"]
                gaps += sum(counted)
    return round(1 - gaps / cells, 4) if cells else None
