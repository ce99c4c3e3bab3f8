"""From a platform to a snapshot: read, check the structure, pseudonymise, store."""

import logging
import re

import pandas as pd

from movilidad.model.codelists import fold
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.sources.checking import SourceCheck, check_source
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract, Dataset
from movilidad.sources.opening import open_source
from movilidad.sources.pseudonyms import pseudonymise
from movilidad.sources.reader import Place
from movilidad.sources.structure import Drift, compare, printable
from movilidad.store import extractions, snapshots
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

__all__ = ["SourceCheck", "check_source", "extract", "latest_month"]

_DEMO_MARK = "DEMO-"

_log = logging.getLogger(__name__)


def extract(contract: Contract, month: Month, connection: Connection) -> str:
    """Extract a source for one month and store the snapshot; gives the snapshot's name.

    The snapshot's columns are named by the contract's fields, key first; a ``cui`` field holds the pseudonym and
    ``<field>_estado`` what can be said of the CUI. What the contract does not name is not stored.

    Raises:
        UnavailableError: the source does not answer; trying again later may help.
        DataError: what it gave is not what the contract promises.
        UsageError: the contract or the connection is not usable.
    """
    with open_source(contract, connection, month) as reader:
        raw = {
            name: reader.read(name) if dataset.is_given(month) else _nothing(dataset)
            for name, dataset in contract.conjuntos.items()
        }
        place = Place(contract, connection, month, list(reader.notes))
    frames = {name: _prepared(place, name, frame) for name, frame in raw.items()}
    drifts = {
        name: compare(contract.conjuntos[name], list(map(str, frame.columns))) for name, frame in raw.items()
    }
    snapshot_id = snapshots.save(
        contract.fuente,
        frames,
        contrato_sha256=contract.sha256(),
        demostracion=_is_demonstration(place, frames),
        notas=place.notes,
    )
    with warehouse(Role.INGEST).begin() as connected:
        extractions.register(connected, contract.fuente, str(month), snapshot_id, (place.notes, *_changes(drifts)))
    counts = ", ".join(f"{name} {len(frame):,}" for name, frame in frames.items())
    _log.info("fuente %s, periodo %s: instantánea %s (%s)", contract.fuente, month, snapshot_id, counts)
    for note in place.notes:
        _log.warning("fuente %s, periodo %s: %s", contract.fuente, month, note)
    return snapshot_id


def _changes(drifts: dict[str, Drift]) -> tuple[extractions.Columns, extractions.Columns]:
    """New and missing columns by data set, as they may be shown."""
    new = {name: [printable(column) for column in drift.new] for name, drift in drifts.items() if drift.new}
    missing = {name: list(drift.missing_optional) for name, drift in drifts.items() if drift.missing_optional}
    return new, missing


def latest_month(contract: Contract, connection: Connection) -> Month | None:
    """The last month with records, where the source can tell: by the contract's query, or by file names."""
    with open_source(contract, connection, Month(2000, 1)) as reader:
        return reader.latest_month()


def _nothing(dataset: Dataset) -> pd.DataFrame:
    """A data set of a month of which the source does not give it yet."""
    return pd.DataFrame({column.origen: pd.Series(dtype="str") for column in dataset.columnas.values()})


def _prepared(place: Place, name: str, raw: pd.DataFrame) -> pd.DataFrame:
    dataset = place.dataset(name)
    drift = compare(dataset, [str(column) for column in raw.columns])
    _require_structure(place, name, drift, len(raw))
    _require_rows(place, name, len(raw))
    frame = _fields(dataset, raw)
    _require_month(place, name, frame)
    return frame


def _require_structure(place: Place, name: str, drift: Drift, rows: int) -> None:
    if complaint := drift.complaint():
        raise place.data_error(
            complaint,
            name,
            rows=rows,
            remedy=f"confirme el cambio con el responsable y corrija el contrato; {place.ask_steward()}",
        )
    if drift.missing_optional:
        place.notes.append(f"{name}: faltan columnas opcionales: {', '.join(drift.missing_optional)}")
    if drift.new:
        place.notes.append(f"{name}: columnas nuevas que no se leen: {drift.new_columns()}")


def _require_rows(place: Place, name: str, rows: int) -> None:
    minimum = place.dataset(name).least_rows(place.month)
    if rows >= minimum:
        return
    if not rows:
        when = f" en {place.month.label}" if place.period else ""
        raise place.data_error(f"la fuente no dio ninguna fila{when}", name, rows=0)
    raise place.data_error(f"hay menos filas que las {minimum:,} que el contrato espera", name, rows=rows)


def _fields(dataset: Dataset, raw: pd.DataFrame) -> pd.DataFrame:
    """The contract's fields, key first; the CUI replaced."""
    key = get_settings().pseudonym_key().root
    ordered = [*dataset.clave, *(name for name in dataset.columnas if name not in dataset.clave)]
    fields: dict[str, pd.Series] = {}
    for name in (field for field in ordered if field in dataset.columnas):
        column = dataset.columnas[name]
        if column.origen in raw.columns:
            values = raw[column.origen]
        else:
            values = pd.Series([None] * len(raw), index=raw.index, dtype="str")
        if column.tipo == "cui":
            fields[name], fields[f"{name}_estado"] = pseudonymise(values, key)
        else:
            fields[name] = values
    return pd.DataFrame(fields, index=raw.index)


def _require_month(place: Place, name: str, frame: pd.DataFrame) -> None:
    """A monthly delivery whose own column of months says another one is the wrong delivery."""
    if place.period is None:
        return
    for field, column in place.dataset(name).columnas.items():
        if column.tipo != "mes":
            continue
        written = frame[field].dropna().unique()
        other = [text for text in written if _month_in(text) not in {None, place.month}]
        if count := int(frame[field].isin(other).sum()):
            raise place.data_error(
                f"la columna «{column.origen}» dice otro mes que el pedido",
                name,
                rows=count,
                remedy=f"pida los datos de {place.month.label}: {place.ask_steward()}",
            )


def _month_in(text: str) -> Month | None:
    """The month that a text plainly names (``2026-10``, ``2026-10-01``, ``octubre de 2026``), if any."""
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-\d{2}.*)?", text.strip()):
        return Month(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"([a-z]+) (?:de(?:l)? )?(\d{4})", fold(text)):
        for number in range(1, 13):
            candidate = Month(int(match[2]), number)
            if candidate.label.split()[0] == match[1]:
                return candidate
    return None


def _is_demonstration(place: Place, frames: dict[str, pd.DataFrame]) -> bool:
    """Whether the records are simulated: the connection says so, or a record key is marked."""
    if place.connection.extra.get("demostracion"):
        return True
    return any(
        bool(frame[field].fillna("").str.startswith(_DEMO_MARK).any())
        for name, frame in frames.items()
        for field, column in place.dataset(name).columnas.items()
        if column.clase == "registro"
    )
