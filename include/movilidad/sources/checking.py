"""How a source is now: whether it answers, whether its columns drifted, how fresh it is."""

from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from movilidad.model.errors import MovilidadError, UnavailableError
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.opening import open_source
from movilidad.sources.reader import Reader
from movilidad.sources.structure import Drift, compare


@dataclass(frozen=True)
class SourceCheck:
    """Result of checking a source.

    Attributes:
        alcanzable: it answered.
        correcta: it answered and has every column that its contract promises.
        ultimo_mes: last month with records, where the source can tell.
        atraso_meses: complete months that it still lacks.
        faltantes: data set → promised columns that are missing.
        nuevas: data set → columns that the contract does not know.
        latencia_ms: how long its answers took, from the first opening on; None if it did not give them.
        mensaje: all of it in Spanish, for the operator.
    """

    fuente: str
    alcanzable: bool
    correcta: bool
    mensaje: str
    ultimo_mes: Month | None = None
    atraso_meses: int | None = None
    faltantes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    nuevas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    latencia_ms: int | None = None


_PATIENCE = 5  # seconds of retries when the question is whether a source answers at all


def impatient(connection: Connection) -> Connection:
    """The connection with little patience, unless it says how much itself."""
    return connection.model_copy(update={"extra": {"tiempo_reintentos": _PATIENCE, **connection.extra}})


def check_source(contract: Contract, connection: Connection, now: datetime) -> SourceCheck:
    """Check a source without storing anything; what is wrong is told in the result, not raised."""
    complete = Month.last_complete(now)
    began = perf_counter()
    try:
        with open_source(contract, connection, complete) as reader:
            latest = reader.latest_month()
        month = min(latest or complete, complete)
        with open_source(contract, connection, month) as reader:
            drifts = _drifts(contract, reader, month)
    except UnavailableError as error:
        return SourceCheck(contract.fuente, alcanzable=False, correcta=False, mensaje=str(error))
    except MovilidadError as error:
        return SourceCheck(contract.fuente, alcanzable=True, correcta=False, mensaje=str(error))
    latency = round(1000 * (perf_counter() - began))
    missing = {name: drift.missing for name, drift in drifts.items() if drift.missing}
    new = {name: drift.new for name, drift in drifts.items() if drift.new and drift.recognised}
    late = None if latest is None else max(0, len(latest.through(complete)) - 1)
    return SourceCheck(
        contract.fuente,
        alcanzable=True,
        correcta=not missing,
        mensaje=_message(drifts, latest, late),
        ultimo_mes=latest,
        atraso_meses=late,
        faltantes=missing,
        nuevas=new,
        latencia_ms=latency,
    )


def _drifts(contract: Contract, reader: Reader, month: Month) -> dict[str, Drift]:
    found = {name: reader.columns(name) for name, data in contract.conjuntos.items() if data.is_given(month)}
    # without a record, a service does not show its columns
    return {name: compare(contract.conjuntos[name], columns) for name, columns in found.items() if columns}


def _message(drifts: dict[str, Drift], latest: Month | None, late: int | None) -> str:
    parts = ["responde"]
    for name, drift in drifts.items():
        if complaint := drift.complaint():
            parts.append(f"{name}: {complaint}")
        if drift.new and drift.recognised:
            parts.append(f"{name}: columnas nuevas que no se leen: {drift.new_columns()}")
    if latest:
        parts.append(f"último mes con registros: {latest.label}")
    if late:
        parts.append(f"le falta {late} mes completo" if late == 1 else f"le faltan {late} meses completos")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."
