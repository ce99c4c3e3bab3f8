"""The account of a day, table ``control.medidas_plataforma``: how a platform answered, and what it gives."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, text

from movilidad.model.periods import TZ, Month
from movilidad.monitoring.checks import Check, series
from movilidad.monitoring.deadline import waiting
from movilidad.quality.findings.past import past_results
from movilidad.quality.findings.timeliness import delivery
from movilidad.sources.contracts import Column, Contract
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

#: measure, object, so many of so many
Measure = tuple[str, str, int, int]


def account(contract: Contract, now: datetime) -> str:
    """Keep the account of the day before ``now``; made again, it replaces itself. Gives a sentence."""
    day = now.astimezone(TZ).date() - timedelta(days=1)
    begin, end = (datetime.combine(each, time(), TZ) for each in (day, day + timedelta(days=1)))
    with warehouse(Role.WATCH).begin() as connection:
        measures = [
            *_answers(series(connection, contract.fuente, begin, end)),
            *_given(connection, contract, Month.last_complete(now), now),
        ]
        _keep(connection, contract.fuente, day, measures)
    return f"{contract.titulo}, {day.isoformat()}: {len(measures):,} medidas."


def _answers(checks: list[Check]) -> Iterator[Measure]:
    """Errors among the looks of the day, and what the last one that answered saw."""
    if not checks:
        return
    yield "sin_respuesta", "", sum(not check.responde for check in checks), len(checks)
    yield "respuesta_incorrecta", "", sum(check.responde and not check.correcta for check in checks), len(checks)
    yield "columnas_faltantes", "", max(check.columnas_faltantes for check in checks), len(checks)
    yield "columnas_nuevas", "", max(check.columnas_nuevas for check in checks), len(checks)
    late = [check.atraso_meses for check in checks if check.atraso_meses is not None]
    if late:
        yield "meses_de_atraso", "", late[-1], len(late)


def _given(connection: Connection, contract: Contract, month: Month, now: datetime) -> Iterator[Measure]:
    """What its newest approved delivery holds, and how late the last month is by now."""
    came = delivery(connection, contract, month)
    if came.vence is not None and came.vence <= now and not came.is_filling_in:
        yield "dias_de_atraso", str(month), max(0, ((came.llegada or now) - came.vence).days), 1
    past = past_results(connection, contract.fuente, month.plus(1))
    if past:
        yield from completeness(contract, past[max(past)])
    if found := waiting(connection, contract.fuente, str(month)):
        yield "sin_decision_tras_10_dias", found.periodo, found.parte, found.total


def is_expected(column: Column) -> bool:
    """Whether a field should be filled in when a month is delivered; a return comes later."""
    return column.obligatoria and not column.madura


def completeness(contract: Contract, results: dict[str, Any]) -> Iterator[Measure]:
    """Usable cells of each field that should be filled in."""
    for name, own in results.items():
        for field, (empty, unusable) in own.get("campos", {}).items():
            column = contract.conjuntos[name].columnas.get(field) if name in contract.conjuntos else None
            if column is not None and is_expected(column) and own["filas"]:
                yield "completitud", f"{name}.{field}", own["filas"] - empty - unusable, own["filas"]


def _keep(connection: Connection, fuente: str, day: date, measures: list[Measure]) -> None:
    key = {"fuente": fuente, "dia": day}
    connection.execute(text("DELETE FROM control.medidas_plataforma WHERE fuente = :fuente AND dia = :dia"), key)
    if measures:
        connection.execute(
            text(
                "INSERT INTO control.medidas_plataforma (fuente, dia, medida, objeto, parte, total)"
                " VALUES (:fuente, :dia, :medida, :objeto, :parte, :total)"
            ),
            [
                {**key, "medida": name, "objeto": about, "parte": part, "total": whole}
                for name, about, part, whole in measures
            ],
        )
