"""All that is known of a platform and a month: how it answered, when it delivered, what its records were like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, text

from movilidad.model.periods import Month
from movilidad.monitoring.checks import Check, series
from movilidad.monitoring.daily import is_expected
from movilidad.monitoring.deadline import Waiting, waiting
from movilidad.monitoring.incidents import Incident
from movilidad.monitoring.keeping import incidents_within
from movilidad.quality.findings.past import past_results
from movilidad.quality.findings.timeliness import Delivery, delivery
from movilidad.quality.quarantine import NOW_HELD
from movilidad.sources.contracts import Contract, contract_names
from movilidad.store.engine import warehouse

EVERY_MINUTES = 15
_YEAR = 12
_NO_DELIVERY = Delivery(None, None)

# a record with two faults in one field is one record
_CAUSES = f"""
SELECT c.conjunto, c.campo, c.motivo, count(DISTINCT c.fila)
{NOW_HELD}
GROUP BY c.conjunto, c.campo, c.motivo
"""
_DRIFT = """
SELECT DISTINCT ON (asunto) que, cuanto, encontrado FROM control.hallazgos
WHERE fuente = :fuente AND periodo = :periodo AND split_part(asunto, '/', 1) IN ('deriva', 'completitud')
ORDER BY asunto, hallazgo_id DESC
"""
_DEMONSTRATION = """
SELECT coalesce(bool_or(i.demostracion), false) FROM control.examenes e
JOIN control.instantaneas i ON i.snapshot_id = e.objeto WHERE e.fuente = :fuente AND e.periodo = :periodo
"""


@dataclass(frozen=True)
class Service:
    """How it answered: looks that were made, answered, answered as promised; milliseconds of its answers."""

    previstos: int
    hechos: int
    responden: int
    correctos: int
    mediana: float | None
    p95: float | None

    @property
    def fallidos(self) -> int:
        return self.hechos - self.correctos


@dataclass(frozen=True)
class FieldMonth:
    """A field of a data set: of ``filas`` cells some are empty, some hold what cannot be used."""

    vacias: int
    inservibles: int
    filas: int

    @property
    def usables(self) -> int:
        return self.filas - self.vacias - self.inservibles


Fields = dict[tuple[str, str], FieldMonth]


@dataclass(frozen=True)
class Cause:
    """Records set apart for one reason; one record may have several."""

    conjunto: str
    campo: str
    motivo: str
    registros: int


@dataclass(frozen=True)
class DriftEvent:
    """A change of form, as the quality control told it."""

    que: str
    cuanto: str
    encontrado: datetime


@dataclass(frozen=True)
class Evaluation:
    """A platform in a month.

    Attributes:
        campos: fields that should be filled in; ``antes`` the same of the twelve months before, where known.
        filas: records delivered by data set, ``apartadas`` those of them in quarantine.
        plazo: applications older than ten days, where the platform has applications.
    """

    contrato: Contract
    mes: Month
    servicio: Service
    incidentes: tuple[Incident, ...] = ()
    entrega: Delivery = _NO_DELIVERY
    campos: Fields = field(default_factory=dict)
    antes: Mapping[Month, Fields] = field(default_factory=dict)
    filas: Mapping[str, int] = field(default_factory=dict)
    apartadas: Mapping[str, int] = field(default_factory=dict)
    causas: tuple[Cause, ...] = ()
    deriva: tuple[DriftEvent, ...] = ()
    plazo: Waiting | None = None
    demostracion: bool = False

    def named(self, name: str, about: str) -> str:
        """A field as its contract calls it for people."""
        return self.contrato.called(name, about)


def measured_sources(month: Month) -> list[str]:
    """The sources that were looked at in a month, or that delivered it, by name."""
    query = text(
        "SELECT fuente FROM control.chequeos_plataforma WHERE momento >= :begin AND momento < :end"
        " UNION SELECT fuente FROM control.examenes WHERE periodo = :period"
    )
    with warehouse().connect() as connection:
        given = {"begin": month.start, "end": month.end, "period": str(month)}
        found = set(connection.execute(query, given).scalars())
    return [name for name in contract_names() if name in found]


def evaluate(contract: Contract, month: Month) -> Evaluation:
    """Read all that the warehouse knows of a source and a month."""
    key = {"fuente": contract.fuente, "periodo": str(month)}
    with warehouse().connect() as connection:
        looks = series(connection, contract.fuente, month.start, month.end)
        results = past_results(connection, contract.fuente, month.plus(1))
        own = results.get(month, {})
        plazo = waiting(connection, contract.fuente, str(month))
        return Evaluation(
            contrato=contract,
            mes=month,
            servicio=service(looks, month),
            incidentes=tuple(incidents_within(connection, contract.fuente, month.start, month.end)),
            entrega=delivery(connection, contract, month),
            campos=_fields(contract, own),
            antes={
                each: _fields(contract, found)
                for each, found in results.items()
                if month.plus(-_YEAR) <= each < month
            },
            filas={name: found["filas"] for name, found in own.items()},
            apartadas={name: found["en_cuarentena"] for name, found in own.items()},
            causas=causes(connection, contract.fuente, month) if own else (),
            deriva=tuple(DriftEvent(*row) for row in connection.execute(text(_DRIFT), key)),
            plazo=plazo if plazo and plazo.periodo == str(month) else None,
            demostracion=any(look.demostracion for look in looks) or _is_demonstration(connection, key),
        )


def causes(connection: Connection, fuente: str, month: Month) -> tuple[Cause, ...]:
    """Why records of a month are set apart now, and how many for each reason."""
    found = connection.execute(text(_CAUSES), {"fuente": fuente, "periodo": str(month)})
    return tuple(Cause(*row) for row in found)


def service(checks: list[Check], month: Month) -> Service:
    """How the looks of a month went."""
    latencies = [check.latencia_ms for check in checks if check.latencia_ms is not None]
    return Service(
        previstos=round((month.end - month.start).total_seconds() / 60 / EVERY_MINUTES),
        hechos=len(checks),
        responden=sum(check.responde for check in checks),
        correctos=sum(check.correcta for check in checks),
        mediana=median(latencies) if latencies else None,
        p95=quantiles(latencies, n=20, method="inclusive")[-1] if len(latencies) > 1 else None,
    )


def _fields(contract: Contract, results: dict[str, Any]) -> Fields:
    return {
        (name, about): FieldMonth(empty, unusable, own["filas"])
        for name, own in results.items()
        if name in contract.conjuntos and own["filas"]
        for about, (empty, unusable) in own.get("campos", {}).items()
        if (column := contract.conjuntos[name].columnas.get(about)) is not None and is_expected(column)
    }


def _is_demonstration(connection: Connection, key: dict[str, str]) -> bool:
    return bool(connection.execute(text(_DEMONSTRATION), key).scalar())
