"""From a snapshot's text to typed frames, with a word on the state of every field of every row.

Nothing is dropped here and nothing is guessed: what cannot be read is missing (a code: ``ND``) and says so in
``<field>_estado``; the expectation suite decides what follows from that.
"""

import pandas as pd

from movilidad.model.errors import DataError
from movilidad.model.identifiers import CuiStatus
from movilidad.model.limits import LONGEST_KEY, LONGEST_TEXT
from movilidad.quality import readers
from movilidad.quality.ages import add_age
from movilidad.quality.codes import read_code
from movilidad.quality.columns import Cleaned, stripped, with_equivalents
from movilidad.quality.marks import mark_duplicates, mark_references
from movilidad.quality.places import read_places
from movilidad.quality.states import State
from movilidad.quality.wages import judge_wages
from movilidad.sources.contracts import Column, Contract, Dataset
from movilidad.store.snapshots import Snapshot

STATE = "_estado"

_PLAIN = {
    "entero": readers.read_integer,
    "decimal": readers.read_decimal,
    "salario": readers.read_decimal,
    "mes": readers.read_month,
    "logico": readers.read_logical,
    "nit": readers.read_nit,
}
_TIMES = {"fecha": readers.read_date, "momento": readers.read_instant}


def clean(contract: Contract, snapshot: Snapshot) -> dict[str, pd.DataFrame]:
    """Typed frame of each dataset of ``contract``, one row per row of the snapshot, index = row number from 0.

    Columns: every field (text: str; ``entero``: Int64; ``decimal`` and ``salario``: float64; ``fecha``:
    datetime64[ns]; ``momento``: datetime64[ns, UTC]; ``logico``: boolean; codes: str with ``ND``), its
    ``<field>_estado``, ``departamento_…`` beside every ``municipio_…``, ``<field>_conocido`` for references,
    ``edad_salida`` where a birth date is at hand, ``duplicada`` and ``repetida``.

    Raises:
        DataError: the snapshot lacks a dataset or a field that the contract demands.
    """
    frames = {
        name: _clean_dataset(contract, name, dataset, snapshot) for name, dataset in contract.conjuntos.items()
    }
    for name, dataset in contract.conjuntos.items():
        mark_references(frames[name], dataset, frames)
        add_age(name, frames, contract.conjuntos)
        mark_duplicates(frames[name], dataset, _credible(frames[name], dataset))
    return frames


def department_field(field: str) -> str:
    """Name of the department derived beside a municipality: ``municipio_origen`` → ``departamento_origen``."""
    return field.replace("municipio", "departamento", 1)


def _clean_dataset(contract: Contract, name: str, dataset: Dataset, snapshot: Snapshot) -> pd.DataFrame:
    raw = _raw(contract, name, dataset, snapshot)
    cleaned: dict[str, Cleaned] = {}
    for field, column in dataset.columnas.items():
        if column.tipo == "cui":
            cleaned[field] = Cleaned(raw[field], raw[field + STATE].fillna(str(CuiStatus.EMPTY)))
        elif column.tipo == "municipio":
            department = department_field(field)
            cleaned[field], cleaned[department] = read_places(raw[field], raw[str(column.departamento)])
        else:
            cleaned[field] = _read(raw[field], column, field in dataset.clave)
    for field, column in dataset.columnas.items():
        if column.tipo == "salario":
            currencies, periods = (
                _values_or_constant(part, cleaned, dataset, raw.index) for part in (column.moneda, column.periodo)
            )
            cleaned[field] = judge_wages(cleaned[field], currencies, periods)
    columns = {
        title: series
        for field, each in cleaned.items()
        for title, series in ((field, each.values), (field + STATE, each.states))
    }
    return pd.DataFrame(columns, index=raw.index)


def _read(texts: pd.Series, column: Column, is_key: bool) -> Cleaned:
    if column.tipo == "texto":
        return readers.read_text(texts, LONGEST_KEY if is_key or column.clase == "registro" else LONGEST_TEXT)
    if column.tipo in _TIMES:
        return _TIMES[column.tipo](texts, column.formatos)
    if column.tipo == "codigo":
        return read_code(texts, str(column.lista), column.conversiones)
    return _PLAIN[column.tipo](texts)


def _raw(contract: Contract, name: str, dataset: Dataset, snapshot: Snapshot) -> pd.DataFrame:
    """The dataset's text columns, stripped; an optional column that the source does not have is empty."""
    if name not in snapshot.frames:
        raise _incomplete(contract, snapshot, f"no tiene el conjunto «{name}»")
    source = snapshot.frames[name].reset_index(drop=True)
    needed = {field: column.obligatoria for field, column in dataset.columnas.items()}
    needed |= {field + STATE: True for field, column in dataset.columnas.items() if column.tipo == "cui"}
    if missing := [field for field, required in needed.items() if required and field not in source]:
        raise _incomplete(contract, snapshot, f"al conjunto «{name}» le faltan columnas: {', '.join(missing)}")
    empty = pd.Series(pd.NA, index=source.index, dtype="str")
    raw = {field: stripped(source[field]) if field in source else empty for field in needed}
    for field, column in dataset.columnas.items():
        raw[field] = with_equivalents(raw[field], column.equivalencias)
    return pd.DataFrame(raw, index=source.index)


def _incomplete(contract: Contract, snapshot: Snapshot, what: str) -> DataError:
    return DataError(
        f"la instantánea no corresponde al contrato: {what}",
        source=contract.fuente,
        place=snapshot.snapshot_id,
        remedy="el contrato cambió después de la extracción: vuelva a extraer la fuente",
    )


def _values_or_constant(
    name: str | None, cleaned: dict[str, Cleaned], dataset: Dataset, index: pd.Index
) -> pd.Series:
    if name in cleaned:
        return cleaned[name].values
    return pd.Series(dataset.constantes[str(name)], index=index, dtype="str")


def _credible(frame: pd.DataFrame, dataset: Dataset) -> pd.Series:
    """Rows whose identity and dates can be read: the better of two copies, before any suite has judged."""
    fine = pd.Series(data=True, index=frame.index)
    good = {str(state) for state in (State.OK, State.EMPTY, CuiStatus.UNKNOWN_PLACE)}
    for field, column in dataset.columnas.items():
        if column.tipo == "cui":
            fine &= frame[field + STATE].isin(good - {str(State.EMPTY)})
        elif column.tipo in _TIMES:
            fine &= frame[field + STATE].isin(good)
    return fine
