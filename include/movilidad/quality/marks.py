"""What a row is to other rows: known reference, duplicate of an earlier one, second report of one event."""

import pandas as pd

from movilidad.model.codelists import UNKNOWN
from movilidad.sources.contracts import Dataset

DUPLICATE = "duplicada"
REPEATED = "repetida"
KNOWN = "_conocido"


def mark_references(frame: pd.DataFrame, dataset: Dataset, kept: dict[str, pd.DataFrame]) -> None:
    """Set ``<field>_conocido``: does the value occur in the rows ``kept`` of the dataset that it refers to?"""
    for field, target in dataset.referencias.items():
        name, _, column = target.partition(".")
        known = kept[name][column].dropna() if name in kept else pd.Series(dtype="str")
        # not isin, which is slow on many texts
        found = pd.Index(known.unique()).get_indexer(pd.Index(frame[field])) >= 0
        frame[field + KNOWN] = frame[field].notna() & found


def mark_duplicates(frame: pd.DataFrame, dataset: Dataset, fine: pd.Series) -> None:
    """Set ``duplicada`` (the key, or without one all fields, as in another row) and ``repetida`` (same ``unica``).

    One row of each group stays unmarked: the first of those that are ``fine`` (True), else the first. So a row
    that leaves for another reason never takes a good one with it, nor does a duplicate make another row
    ``repetida``. What is missing or ``ND`` equals nothing in a key or in ``unica``.
    """
    keyed = _stated(frame, dataset.clave)
    duplicates = _later(frame.loc[keyed, list(dataset.clave)], fine)
    copies = _later(frame.loc[~keyed, list(dataset.columnas)], fine)
    frame[DUPLICATE] = frame.index.isin(duplicates) | frame.index.isin(copies)
    again = pd.Index([])
    if dataset.unica:
        candidates = _stated(frame, dataset.unica) & ~frame[DUPLICATE]
        again = _later(frame.loc[candidates, list(dataset.unica)], fine)
    frame[REPEATED] = frame.index.isin(again)


def _stated(frame: pd.DataFrame, fields: tuple[str, ...]) -> pd.Series:
    """Rows in which every one of ``fields`` has a value; none when there is no field."""
    values = frame[list(fields)]
    return (values.notna() & (values != UNKNOWN)).all(axis=1) & bool(fields)


def _later(fields: pd.DataFrame, fine: pd.Series) -> pd.Index:
    """Index of the rows equal to one that comes before them, when those that are fine come first."""
    in_order = (~fine[fields.index]).sort_values(kind="stable").index
    repeated = fields.loc[in_order].duplicated()
    return repeated.index[repeated]
