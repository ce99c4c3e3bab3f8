"""Counting: every dimension becomes small integers once, every table is one histogram of them.

Works on any rows; a value that is missing, cut too short or not in its list counts as ``ND``, so every table
sums to the same total. Persons are departures less repeated departures: of a person's rows all but the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from movilidad.model.codelists import TOTAL, UNKNOWN
from movilidad.statistics.columns import coded
from movilidad.statistics.specs import Dimension, Table, TableSpecs

_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Encoded:
    """A population as integers.

    Attributes:
        positions: dimension → position of each row's code in ``codes`` (int16).
        codes: dimension → its codes in the order of printing, ``ND`` last.
        repeats: rows that are not their person's first departure.
        outside: dimension → number of rows with a code that is not in the list.
        rows: number of departures.
    """

    positions: dict[str, npt.NDArray[np.int16]]
    codes: dict[str, list[str]]
    repeats: npt.NDArray[np.intp]
    outside: dict[str, int]
    rows: int


def encode(population: pd.DataFrame, specs: TableSpecs) -> Encoded:
    """Turn the population's dimension columns into integers.

    Args:
        population: one row per departure with the columns that the dimensions name (text or categorical) and
            ``primera_salida`` (bool), as ``population.with_dimensions`` gives it.
    """
    positions: dict[str, npt.NDArray[np.int16]] = {}
    outside: dict[str, int] = {}
    used = {name for table in specs.cuadros.values() for name in table.dimensiones}
    for name, dimension in specs.dimensiones.items():
        if name in used:
            positions[name], outside[name] = _positions(population[dimension.column], dimension)
    return Encoded(
        positions=positions,
        codes={name: [*specs.dimensiones[name].codes, UNKNOWN] for name in positions},
        repeats=np.flatnonzero(~population["primera_salida"].to_numpy(dtype=bool)),
        outside=outside,
        rows=len(population),
    )


def _positions(column: pd.Series, dimension: Dimension) -> tuple[npt.NDArray[np.int16], int]:
    """Position of each row's code, and how many rows have a code that the list does not know."""
    found, uniques = coded(column)
    place = {code: number for number, code in enumerate(dimension.codes)}
    unknown = len(place)
    translation = np.full(len(uniques) + 1, unknown, dtype=np.int16)  # the last entry is for missing (-1)
    stray = np.zeros(len(uniques) + 1, dtype=bool)
    for number, value in enumerate(uniques):
        code = _cut(value, dimension)
        translation[number] = place.get(code, unknown)
        stray[number] = code != UNKNOWN and code not in place
    outside = int(np.count_nonzero(stray[found])) if stray.any() else 0
    return translation[found], outside


def _cut(code: str, dimension: Dimension) -> str:
    if dimension.nivel is None or code == UNKNOWN:
        return code
    return code[: dimension.nivel] if len(code) >= dimension.nivel else UNKNOWN


def count_table(encoded: Encoded, specs: TableSpecs, name: str) -> pd.DataFrame:
    """The table ``name`` as a tidy frame: a column per dimension, ``indicador``, ``unidad``, ``valor`` (int64).

    Rows stand by indicator; within it the Total comes first, then the codes in the order of their list, ``ND``
    last. ``ND`` is always there; another code if its list is printed whole or something was counted. In a
    hierarchy each margin ``(a, Total)`` comes before its cells ``(a, b)``, of which only counted ones appear.
    """
    table = specs.cuadros[name]
    counts = _histograms(encoded, table)
    cells = (
        _hierarchy(encoded, specs, table, counts) if table.jerarquia else _one_way(encoded, specs, table, counts)
    )
    units = [specs.indicadores[name].unidad for name in table.indicadores]
    size = len(cells.keys)
    frame = pd.DataFrame([*cells.keys] * len(units), columns=list(table.dimensiones), dtype="str")
    frame["indicador"] = np.repeat(np.array(table.indicadores, dtype=object), size)
    frame["unidad"] = np.repeat(np.array(units, dtype=object), size)
    frame["valor"] = np.concatenate([cells.values[unit] for unit in units])
    return frame.astype({"indicador": "str", "unidad": "str"})


@dataclass(frozen=True)
class _Cells:
    keys: Sequence[tuple[str, ...]]
    values: dict[str, _Counts]


def _histograms(encoded: Encoded, table: Table) -> dict[str, _Counts]:
    """Persons and departures per cell, as a flat array of the last dimension within the first."""
    sizes = [len(encoded.codes[name]) for name in table.dimensiones]
    flat: npt.NDArray[np.signedinteger] = encoded.positions[table.dimensiones[0]]
    for name, size in zip(table.dimensiones[1:], sizes[1:], strict=True):
        flat = flat.astype(np.int32) * size + encoded.positions[name]
    cells = int(np.prod(sizes))
    departures = np.bincount(flat, minlength=cells)
    repeats = np.bincount(flat[encoded.repeats], minlength=cells)
    return {"salidas": departures, "personas": departures - repeats}


def _one_way(encoded: Encoded, specs: TableSpecs, table: Table, counts: dict[str, _Counts]) -> _Cells:
    (name,) = table.dimensiones
    shown = _shown(specs.dimensiones[name], counts["salidas"])
    keys = [(TOTAL,), *((encoded.codes[name][number],) for number in shown)]
    return _Cells(keys, {unit: np.concatenate([[c.sum()], c[shown]]) for unit, c in counts.items()})


def _hierarchy(encoded: Encoded, specs: TableSpecs, table: Table, counts: dict[str, _Counts]) -> _Cells:
    outer, inner = table.dimensiones
    width = len(encoded.codes[inner])
    square = {unit: c.reshape(-1, width) for unit, c in counts.items()}
    margin = {unit: c.sum(axis=1) for unit, c in square.items()}
    keys = [(TOTAL, TOTAL)]
    values = {unit: [int(c.sum())] for unit, c in counts.items()}
    for number in _shown(specs.dimensiones[outer], margin["salidas"]):
        code = encoded.codes[outer][number]
        counted = np.flatnonzero(square["salidas"][number])
        keys += [(code, TOTAL), *((code, encoded.codes[inner][child]) for child in counted)]
        for unit, found in values.items():
            found += [int(margin[unit][number]), *square[unit][number][counted].tolist()]
    return _Cells(keys, {unit: np.array(found, dtype=np.int64) for unit, found in values.items()})


def _shown(dimension: Dimension, departures: _Counts) -> npt.NDArray[np.intp]:
    """Positions to print: a cell without departures has no persons either."""
    shown = (departures > 0) | dimension.lista_completa
    shown[-1] = True  # ND is always a category
    return np.flatnonzero(shown)
