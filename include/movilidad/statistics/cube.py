"""Counting: every dimension becomes small integers once, every table is a few histograms of them.

Works on any rows; a value that is missing, cut too short or not in its list counts as ``ND``, so every table
sums to the same total. Persons are counted by their first departure, as ``population`` marks it.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from movilidad.model.codelists import TOTAL, UNKNOWN
from movilidad.statistics.columns import coded
from movilidad.statistics.contents import CONTENTS
from movilidad.statistics.grouping import Counts, Integers, count, count_distinct, flatten
from movilidad.statistics.specs import Dimension, Table, TableSpecs

CONTRIBUTORS, SCATTERED = "contribuyentes", "dispersos"
_LARGEST_NUMBER = 2**62


@dataclass(frozen=True)
class Encoded:
    """A population as integers.

    Attributes:
        poblacion: its name.
        positions: dimension → position of each row's code in ``codes`` (int16).
        codes: dimension → the codes to print, in the order of the list, ``ND`` last: those counted, or the whole
            list if it is always printed whole.
        first: the rows by which their contributor (person, employer, recruiter) is counted.
        contributors: whose row it is, from 0.
        outside: column → number of rows with a code that no list knows.
    """

    poblacion: str
    positions: dict[str, npt.NDArray[np.int16]]
    codes: dict[str, list[str]]
    first: npt.NDArray[np.bool_]
    contributors: Integers
    outside: dict[str, int]

    def take(self, rows: npt.NDArray[np.intp] | slice) -> "Encoded":
        """The same population with some of its rows; the codes to print stay."""
        return Encoded(
            self.poblacion,
            {name: position[rows] for name, position in self.positions.items()},
            self.codes,
            self.first[rows],
            self.contributors[rows],
            self.outside,
        )


def encode(rows: pd.DataFrame, specs: TableSpecs, population: str) -> Encoded:
    """Turn a population's dimension columns into integers.

    Args:
        rows: the columns that the population's dimensions name (text or categorical), the id of the contributor
            and, if a contributor may have several rows, ``primera_salida`` (bool).
    """
    positions: dict[str, npt.NDArray[np.int16]] = {}
    codes: dict[str, list[str]] = {}
    outside: dict[str, int] = {}
    for name in specs.dimensions_of(population):
        dimension = specs.dimensiones[name]
        positions[name], codes[name], stray = _positions(rows[dimension.column], dimension)
        outside[dimension.column] = max(stray, outside.get(dimension.column, 0))
    many = "primera_salida" in rows
    return Encoded(
        poblacion=population,
        positions=positions,
        codes=codes,
        first=rows["primera_salida"].to_numpy(dtype=bool) if many else np.ones(len(rows), dtype=bool),
        contributors=coded(rows[CONTENTS[population].contributor])[0],
        outside=outside,
    )


def _positions(column: pd.Series, dimension: Dimension) -> tuple[npt.NDArray[np.int16], list[str], int]:
    """Position of each row's code among the codes to print; and how many rows have a code that no list knows."""
    found, uniques = coded(column)
    place = {code: number for number, code in enumerate((*dimension.codes, UNKNOWN))}
    counted = [dimension.counted_as(value) for value in uniques]
    rows = np.bincount(found + 1, minlength=len(uniques) + 1)  # missing (-1) first
    full = np.array([place[UNKNOWN], *(place[code or UNKNOWN] for code in counted)])
    shown = np.bincount(full, weights=rows, minlength=len(place)) > 0
    shown |= dimension.lista_completa
    shown[-1] = True  # ND is always a category
    translation = (np.cumsum(shown) - 1)[full].astype(np.int16)
    outside = sum(int(rows[number]) for number, code in enumerate(counted, start=1) if code is None)
    return translation[found + 1], [code for code, each in zip(place, shown, strict=True) if each], outside


def count_cells(encoded: Encoded, table: Table) -> dict[str, Counts]:
    """``distintos`` and ``registros`` of every cell and margin of a table.

    Returns:
        Arrays with an axis per dimension: at 0 the margin, then the codes of ``encoded.codes``.
    """
    positions = [encoded.positions[name] for name in table.dimensiones]
    shape = [len(encoded.codes[name]) for name in table.dimensiones]
    cells, number = flatten(positions, shape), int(np.prod(shape))
    rows = count(cells, number)
    repeats = np.flatnonzero(~encoded.first)  # mostly few
    persons = rows - count(cells[repeats], number)
    return {
        "registros": _with_margins(rows.reshape(shape)),
        "distintos": _with_margins(persons.reshape(shape)) if table.aditiva else _distinct(encoded, table),
    }


def _with_margins(cells: Counts) -> Counts:
    for axis in range(cells.ndim):
        cells = np.concatenate([cells.sum(axis=axis, keepdims=True), cells], axis=axis)
    return cells


def _distinct(encoded: Encoded, table: Table) -> Counts:
    """Contributors of each cell and of each margin, where one may have rows in several cells."""
    shape = [len(encoded.codes[name]) for name in table.dimensiones]
    result = np.zeros([size + 1 for size in shape], dtype=np.int64)
    for kept in product((False, True), repeat=len(shape)):
        sizes = [size if keep else 1 for size, keep in zip(shape, kept, strict=True)]
        positions = [
            encoded.positions[name] if keep else np.zeros(len(encoded.first), dtype=np.int16)
            for name, keep in zip(table.dimensiones, kept, strict=True)
        ]
        found = count_distinct(flatten(positions, sizes), int(np.prod(sizes)), encoded.contributors)
        result[tuple(slice(1, None) if keep else slice(0, 1) for keep in kept)] = found.reshape(sizes)
    return result


def printed_cells(table: Table, rows: Counts) -> npt.NDArray[np.bool_]:
    """Which cells of ``count_cells`` have a row: all, but in a hierarchy parts only within what they break down.

    Args:
        rows: the table's ``registros``.
    """
    printed = np.ones(rows.shape, dtype=bool)
    if table.jerarquia:
        others = rows.ndim - 2
        pairs = rows.reshape(*rows.shape[:2], -1)[:, :, 0]  # the margin of all others
        within = pairs > 0
        within[:, 0] = True
        within[0, 1:] = False
        printed &= within.reshape(*within.shape, *(1,) * others)
    return printed


def count_table(encoded: Encoded, specs: TableSpecs, table: Table) -> pd.DataFrame:
    """A table as a tidy frame: a column per dimension, ``indicador``, ``unidad``, ``valor`` (int64).

    Rows stand by indicator; within it each margin (``Total``) comes before its cells, which follow the order of
    their list, ``ND`` last. ``ND`` is always there; another code if its list is printed whole or something was
    counted. Codes that cross freely meet in every combination, with zeros; in a hierarchy only counted parts
    appear, each within its own whole.
    """
    counted = count_cells(encoded, table)
    printed = printed_cells(table, counted["registros"])
    places = np.nonzero(printed)
    indicators = [specs.indicadores[name] for name in table.indicadores]
    columns = {
        name: np.tile(np.array([TOTAL, *encoded.codes[name]], dtype=object)[place], len(indicators))
        for name, place in zip(table.dimensiones, places, strict=True)
    }
    size = len(places[0])
    columns["indicador"] = np.repeat(np.array([each.nombre for each in indicators], dtype=object), size)
    columns["unidad"] = np.repeat(np.array([each.unidad for each in indicators], dtype=object), size)
    frame = pd.DataFrame(columns, dtype="str")
    return frame.assign(valor=np.concatenate([counted[each.cuenta][printed] for each in indicators]))


def detail(encoded: Encoded, specs: TableSpecs) -> pd.DataFrame:
    """The finest crossing behind a population's tables: all its dimensions at once, only what was counted.

    Returns:
        A column per dimension (codes; no margins), one per indicator of the population, and

        - ``contribuyentes``: distinct persons (employers, recruiters) with a row in the cell, also those counted
          in another;
        - ``dispersos``: 0, or the number of the one contributor whom the row is about, who has others too. With
          it the contributors of any margin can be told: each of these once, and all others.

        In the order of the dimensions' codes.
    """
    names = list(encoded.positions)
    cells, rows = _finest(encoded)
    scattered = _scattered(cells, encoded)
    _, rows, cells = np.unique(
        cells * (int(scattered.max(initial=0)) + 1) + scattered, return_index=True, return_inverse=True
    )
    number = len(rows)
    frame = pd.DataFrame(
        {name: np.array(encoded.codes[name], dtype=object)[encoded.positions[name][rows]] for name in names},
        dtype="str",
    )
    counts = {"registros": count(cells, number), "distintos": count(cells[encoded.first], number)}
    for name, indicator in specs.indicators_of(encoded.poblacion).items():
        frame[name] = counts[indicator.cuenta]
    behind = count_distinct(cells, number, encoded.contributors)
    return frame.assign(**{CONTRIBUTORS: behind, SCATTERED: scattered[rows]})


def _scattered(cells: Integers, encoded: Encoded) -> npt.NDArray[np.int64]:
    """Per row, the number (from 1) of its contributor if he has rows in several cells, 0 otherwise.

    Numbers follow the cells of each, so that they do not depend on the order of the rows.
    """
    rows = pd.DataFrame({"who": encoded.contributors, "cell": cells, "first": encoded.first})
    rows = rows[(rows["who"] >= 0) & rows.groupby("who")["cell"].transform("nunique").gt(1)]
    found: dict[int, list[tuple[int, bool]]] = {}
    for who, cell, first in rows.sort_values(["cell", "first"]).itertuples(index=False):
        found.setdefault(who, []).append((cell, first))
    numbers = {who: number for number, who in enumerate(sorted(found, key=found.__getitem__), start=1)}
    result = np.zeros(len(cells), dtype=np.int64)
    result[rows.index] = [numbers[who] for who in rows["who"]]
    return result


def _finest(encoded: Encoded) -> tuple[Integers, npt.NDArray[np.intp]]:
    """Each row's cell among those that occur, numbered in the order of the codes; and one row of each cell."""
    cells: Integers = np.zeros(len(encoded.first), dtype=np.int64)
    bound = 1
    for name, position in encoded.positions.items():
        size = len(encoded.codes[name])
        if bound * size > _LARGEST_NUMBER:  # number anew those that occur so far
            found, cells = np.unique(cells, return_inverse=True)
            bound = len(found)
        cells = cells * size + position
        bound *= size
    _, rows, cells = np.unique(cells, return_index=True, return_inverse=True)
    return cells, rows
