"""What a data set looks like, in counts: so that the next delivery can be compared with this one.

No value of a record is kept. Of codes the counts by code are, where the code is of a closed list and says nothing
sensitive of a person.
"""

from typing import Any

import pandas as pd

from movilidad.model.codelists import UNKNOWN
from movilidad.model.identifiers import CuiStatus
from movilidad.quality.states import State
from movilidad.sources.contracts import Dataset

_STATE = "_estado"
_FINE = {str(State.OK), str(CuiStatus.UNKNOWN_PLACE)}
_SAMPLE = 2_000
_CLEARLY = 0.95
_MOST_CODES = 12
_REPEATED = 3  # rows with the same unknown text: a new code rather than a slip
_SHOWN_KEYS = 5
_FORMS = {
    "numero": r"[+-]?\d[\d,]*(\.\d+)?",
    "momento": r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*",
    "fecha_iso": r"\d{4}-\d{2}-\d{2}",
    "fecha": r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
}


def profile(dataset: Dataset, raw: pd.DataFrame, frame: pd.DataFrame, kept: pd.Series) -> dict[str, Any]:
    """The profile of one data set.

    Args:
        raw: its text, as in the snapshot; ``frame`` the same rows cleaned.
        kept: whether a row stays.

    Returns:
        ``campos``: field → cells that are empty, cells that cannot be used; ``formas``: field → how its text is
        written; ``codigos``: field → texts that its list does not know and that come again and again (how many,
        in how many rows, record keys of some); ``partes``: field → code → rows that stay.
    """
    return {
        "campos": {field: _gaps(frame[field + _STATE]) for field in dataset.columnas},
        "formas": {field: _form(raw[field]) for field in dataset.columnas if field in raw and _is_told(field)},
        "codigos": _new_codes(dataset, raw.reset_index(drop=True), frame),
        "partes": {
            field: _shares(frame.loc[kept, field])
            for field, column in dataset.columnas.items()
            if column.tipo == "codigo" and column.clase != "sensible"
        },
    }


def _is_told(field: str) -> bool:
    return not field.endswith(_STATE)


def _gaps(states: pd.Series) -> list[int]:
    empty = int((states == str(State.EMPTY)).sum())
    return [empty, int(len(states) - empty - states.isin(_FINE).sum())]


def _form(texts: pd.Series) -> str:
    written = texts.dropna()
    if written.empty:
        return "vacia"
    sample = written.iloc[:: max(1, len(written) // _SAMPLE)].astype("str").str.strip()
    shares = {name: sample.str.fullmatch(pattern).mean() for name, pattern in _FORMS.items()}
    name, share = max(shares.items(), key=lambda each: float(each[1]))
    if share >= _CLEARLY:
        return name
    return "texto" if sum(shares.values()) <= 1 - _CLEARLY else "mixta"


def _new_codes(dataset: Dataset, raw: pd.DataFrame, frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    found = {}
    for field, column in dataset.columnas.items():
        if column.tipo != "codigo" or field not in raw:
            continue
        unknown = raw.loc[(frame[field + _STATE] == str(State.OUT_OF_LIST)).to_numpy(), field]
        times = unknown.value_counts()
        repeated = unknown[unknown.isin(times.index[times >= _REPEATED])]
        if len(repeated):
            keys = raw.loc[repeated.index[:_SHOWN_KEYS], list(dataset.clave)].fillna("").astype("str")
            found[field] = {
                "distintos": int(repeated.nunique()),
                "filas": len(repeated),
                "claves": [" / ".join(record) for record in keys.itertuples(index=False)],
            }
    return found


def _shares(codes: pd.Series) -> dict[str, int]:
    """The commonest codes and their rows; what was not stated is no code."""
    counts = codes[codes != UNKNOWN].value_counts().head(_MOST_CODES)
    return {str(code): int(rows) for code, rows in counts.items()}
