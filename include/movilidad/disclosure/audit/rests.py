"""What is at most something else, written with a rest that is not negative: fewer rows for a programme.

Most rows say that one unknown is at most another (persons and trips, a month and the year). With *greater = less +
rest* such a row becomes a bound of the rest, which takes the place of the greater unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from movilidad.disclosure.audit.reduction import Floats, Part, Places

_ITSELF = -1


@dataclass(frozen=True)
class Rests:
    """A part in other unknowns: its own, but for some of them their rest beyond a lesser one.

    Attributes:
        back: the part's unknowns are ``back @`` these; whole points stay whole both ways.
        forth: these are ``forth @`` the part's.
        matrix, row_low, row_high, low: the same system in these.
    """

    back: sparse.csr_array
    forth: sparse.csr_array
    matrix: sparse.csr_array
    row_low: Floats
    row_high: Floats
    low: Floats


def with_rests(part: Part, kept: Places) -> Rests:
    """The part in rests.

    Args:
        kept: unknowns that stay as they are, since they are going to be held.
    """
    size = len(part.columns)
    lesser, used = _lesser(part, kept)
    low = part.column_low.copy()
    for column, row in used.items():
        low[column] = part.row_low[row]
    back = _back(lesser, size)
    others = np.setdiff1d(np.arange(len(part.rows)), list(used.values()))
    # the bound of a greater unknown that its rest and the lesser one do not see to
    greater = np.array(list(used), dtype=int)
    bare = greater[part.column_low[greater] > (back @ low)[greater]]
    less = sparse.coo_array((np.ones(len(greater)), (greater, lesser[greater])), shape=(size, size))
    return Rests(
        back,
        sparse.csr_array(sparse.eye_array(size) - less),
        sparse.vstack([part.matrix[others] @ back, back[bare]], format="csr"),
        np.concatenate([part.row_low[others], part.column_low[bare]]),
        np.concatenate([part.row_high[others], np.full(len(bare), np.inf)]),
        low,
    )


def _lesser(part: Part, kept: Places) -> tuple[Places, dict[int, int]]:
    """Per unknown the lesser one of which it has a rest, or -1; and per such unknown the row that says so."""
    lesser = np.full(len(part.columns), _ITSELF)
    stays = np.zeros(len(part.columns), dtype=bool)
    stays[kept] = True
    used: dict[int, int] = {}
    for row, less, greater in _comparisons(part):
        if not stays[greater] and lesser[greater] == _ITSELF and greater not in _chain(lesser, less):
            lesser[greater] = less
            used[greater] = row
    return lesser, used


def _comparisons(part: Part) -> Iterator[tuple[int, int, int]]:
    """Rows that say that one unknown is at most another: row, the lesser, the greater."""
    starts = part.matrix.indptr
    for row in np.flatnonzero((np.diff(starts) == 2) & np.isinf(part.row_high)).tolist():
        columns, signs = (each[starts[row] : starts[row + 1]] for each in (part.matrix.indices, part.matrix.data))
        if sorted(signs) == [-1.0, 1.0]:
            yield row, int(columns[signs < 0][0]), int(columns[signs > 0][0])


def _chain(lesser: Places, column: int) -> list[int]:
    """An unknown, the lesser one, the one that is still less, and so on."""
    found = [column]
    while lesser[found[-1]] != _ITSELF:
        found.append(int(lesser[found[-1]]))
    return found


def _back(lesser: Places, size: int) -> sparse.csr_array:
    chains = [_chain(lesser, column) for column in range(size)]
    columns = np.concatenate([np.array(chain) for chain in chains])
    ends = np.cumsum([0, *map(len, chains)])
    return sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(size, size))
