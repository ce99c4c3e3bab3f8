"""All that is known of a platform and a month: how it answered, when it delivered, what its records were like."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, Row, text

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Month
from movilidad.monitoring.checks import Check, series
from movilidad.monitoring.counts import APART, CELLS, OLD, RECEIVED, Cause, Counts, Examined, Place, counted
from movilidad.monitoring.daily import is_expected
from movilidad.monitoring.deadline import waiting
from movilidad.monitoring.incidents import Incident
from movilidad.monitoring.keeping import incidents_within
from movilidad.quality.findings.timeliness import Delivery, delivery
from movilidad.sources.contracts import Contract, contract_names
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

EVERY_MINUTES = 15
_NO_DELIVERY = Delivery(None, None)

# the newest one that was approved; of a month of which none was, the newest
_EXAMINED = """
SELECT objeto, reglas_sha256, resultados FROM control.examenes
WHERE fuente = :fuente AND periodo = :periodo ORDER BY aprobado DESC, orden DESC LIMIT 1
"""
# the examination after which a load was made
_OF_LOAD = """
SELECT snapshot_id AS objeto, reglas_sha256, resultados
FROM control.cargas JOIN control.veredictos USING (snapshot_id, reglas_sha256) WHERE carga_id = :carga
"""
# whatever came of it: what is set apart now
_NEWEST = """
SELECT objeto, reglas_sha256 FROM control.examenes
WHERE fuente = :fuente AND periodo = :periodo ORDER BY orden DESC LIMIT 1
"""
# a record with two faults in one field is one record
_CAUSES = """
SELECT conjunto, campo, motivo, count(DISTINCT fila) FROM control.cuarentena
WHERE snapshot_id = :objeto AND reglas_sha256 = :reglas
GROUP BY conjunto, campo, motivo
ORDER BY conjunto COLLATE "C", campo COLLATE "C", motivo COLLATE "C"
"""
# how much changed is told in numbers of records, which are not for readers; names of columns are
_DRIFT = """
SELECT que, detalle, encontrado FROM (
    SELECT DISTINCT ON (asunto) asunto, que, encontrado,
           CASE WHEN asunto ~ '/columnas_(nuevas|faltantes)$' THEN cuanto ELSE '' END AS detalle
    FROM control.hallazgos
    WHERE fuente = :fuente AND periodo = :periodo AND split_part(asunto, '/', 1) IN ('deriva', 'completitud')
    ORDER BY asunto, hallazgo_id DESC
) h ORDER BY asunto COLLATE "C"
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
class DriftEvent:
    """A change of form, as the quality control told it; ``detalle`` names columns, where it is about columns."""

    que: str
    detalle: str
    encontrado: datetime


@dataclass(frozen=True)
class Evaluation:
    """A platform in a month.

    Attributes:
        conteos: what was counted of its records; of a protected evaluation a hidden count is None.
        demostracion: made from simulated records or looks at a simulated platform.
    """

    contrato: Contract
    mes: Month
    servicio: Service
    incidentes: tuple[Incident, ...] = ()
    entrega: Delivery = _NO_DELIVERY
    conteos: Counts = field(default_factory=dict)
    deriva: tuple[DriftEvent, ...] = ()
    demostracion: bool = False

    @property
    def fuente(self) -> str:
        return self.contrato.fuente

    @property
    def dias_de_atraso(self) -> int | None:
        """Days after the calendar; None if it is not known, or the month was fetched for the past."""
        return None if self.entrega.is_filling_in else self.entrega.days_late

    @property
    def conjuntos(self) -> list[str]:
        """The data sets that were delivered."""
        return [place.conjunto for place in self._places("registros", RECEIVED) if place.conjunto != TOTAL]

    @property
    def campos(self) -> list[tuple[str, str]]:
        """The fields that should be filled in, by data set and name."""
        found = [(place.conjunto, place.campo) for place in self._places("celdas", CELLS)]
        return sorted(each for each in found if each[1] != TOTAL)

    @property
    def causas(self) -> list[Place]:
        """The reasons for which records were set apart."""
        return list(self._places("causas", APART))

    @property
    def solicitudes(self) -> str:
        """The data set of the applications whose age is watched; empty if there is none."""
        return next((place.conjunto for place in self._places("plazo", OLD)), "")

    def cells(self, indicator: str, conjunto: str = TOTAL, campo: str = TOTAL) -> int | None:
        """A count of cells of a field or margin; None if it is hidden or nothing was delivered."""
        return self.conteos.get(Place("celdas", indicator, conjunto, campo))

    def records(self, indicator: str, conjunto: str = TOTAL) -> int | None:
        """A count of records of a data set, or of all; None if it is hidden or nothing was delivered."""
        return self.conteos.get(Place("registros", indicator, conjunto))

    def named(self, name: str, about: str) -> str:
        """A field as its contract calls it for people."""
        return self.contrato.called(name, about)

    def _places(self, table: str, indicator: str) -> Iterator[Place]:
        return (place for place in self.conteos if (place.tabla, place.indicador) == (table, indicator))


def answered_and_made(found: Iterable[Evaluation]) -> tuple[int, int]:
    """Looks at several platforms: those that were answered, and all that were made."""
    services = [each.servicio for each in found]
    return sum(each.responden for each in services), sum(each.hechos for each in services)


def measured_sources(month: Month) -> list[str]:
    """The sources that were looked at in a month, or that delivered it, by name."""
    query = text(
        "SELECT fuente FROM control.chequeos_plataforma WHERE momento >= :begin AND momento < :end"
        " UNION SELECT fuente FROM control.examenes WHERE periodo = :period"
    )
    with warehouse(Role.WATCH).connect() as connection:
        given = {"begin": month.start, "end": month.end, "period": str(month)}
        found = set(connection.execute(query, given).scalars())
    return [name for name in contract_names() if name in found]


def evaluate(contract: Contract, month: Month) -> Evaluation:
    """Read all that the warehouse knows of a source and a month."""
    key = {"fuente": contract.fuente, "periodo": str(month)}
    with warehouse(Role.WATCH).connect() as connection:
        looks = series(connection, contract.fuente, month.start, month.end)
        return Evaluation(
            contrato=contract,
            mes=month,
            servicio=service(looks, month),
            incidentes=tuple(incidents_within(connection, contract.fuente, month.start, month.end)),
            entrega=delivery(connection, contract, month),
            conteos=_counts(connection, contract, month, _row(connection, _EXAMINED, key)),
            deriva=tuple(DriftEvent(*row) for row in connection.execute(text(_DRIFT), key)),
            demostracion=any(look.demostracion for look in looks) or _is_demonstration(connection, key),
        )


def of_load(connection: Connection, contract: Contract, month: Month, carga_id: str) -> Evaluation:
    """The month of a source as one of its loads holds it: its counts, without looks and incidents."""
    row = _row(connection, _OF_LOAD, {"carga": carga_id})
    return Evaluation(contract, month, service([], month), conteos=_counts(connection, contract, month, row))


def causes(connection: Connection, fuente: str, month: Month) -> tuple[Cause, ...]:
    """Why records of a month are set apart now, and how many for each reason."""
    row = connection.execute(text(_NEWEST), {"fuente": fuente, "periodo": str(month)}).one_or_none()
    return _causes_in(connection, row.objeto, row.reglas_sha256) if row else ()


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


def _row(connection: Connection, query: str, given: Mapping[str, str]) -> Row[Any] | None:
    return connection.execute(text(query), given).one_or_none()


def _counts(connection: Connection, contract: Contract, month: Month, row: Row[Any] | None) -> Counts:
    plazo = waiting(connection, contract.fuente, str(month))
    return counted(_examined(connection, contract, row), plazo if plazo and plazo.periodo == str(month) else None)


def _examined(connection: Connection, contract: Contract, row: Row[Any] | None) -> Examined:
    results: dict[str, Any] = row.resultados if row else {}
    own = {name: found for name, found in results.items() if name in contract.conjuntos}
    return Examined(
        filas={name: found["filas"] for name, found in own.items()},
        apartadas={name: found["en_cuarentena"] for name, found in own.items()},
        campos={
            (name, about): (empty, unusable)
            for name, found in own.items()
            if found["filas"]
            for about, (empty, unusable) in found.get("campos", {}).items()
            if (column := contract.conjuntos[name].columnas.get(about)) is not None and is_expected(column)
        },
        causas=_causes_in(connection, row.objeto, row.reglas_sha256) if row else (),
    )


def _causes_in(connection: Connection, objeto: str, reglas: str) -> tuple[Cause, ...]:
    found = connection.execute(text(_CAUSES), {"objeto": objeto, "reglas": reglas})
    return tuple(Cause(*row) for row in found)


def _is_demonstration(connection: Connection, key: Mapping[str, str]) -> bool:
    return bool(connection.execute(text(_DEMONSTRATION), key).scalar())
