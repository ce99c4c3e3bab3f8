"""What makes a programme about moves small: cells that can only move together, and loose ends.

Where all but two cells of an equation stand still, one gives the other: a solver moves each such class as one.
Beside published months most of what is hidden hangs on little else. A class that stands in one equation only and
of which nobody asks anything takes up what the others leave there: the equation becomes a range.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from movilidad.disclosure.system import Flags, Floats, Indices

_STILL = -1
_EXACT = 1e-6


@dataclass(frozen=True)
class Together:
    """Classes of cells that move by the same amount.

    Attributes:
        number: per cell, its class; -1 if it cannot move at all.
        sign: per cell, 1 if it moves with its class, -1 if the other way, 0 if not at all.
        matrix: the equations among classes; none is empty.
    """

    number: Indices
    sign: Floats
    matrix: sparse.csr_array

    @property
    def size(self) -> int:
        return int(self.matrix.shape[1])

    def sums(self, amounts: Floats) -> Floats:
        """Per class, the sum of its cells' amounts."""
        moving = self.number >= 0
        return np.bincount(self.number[moving], amounts[moving], self.size).astype(np.float64)

    def least(self, up: Floats, down: Floats) -> tuple[Floats, Floats]:
        """How far each class can go up and down at most: as far as each of its cells."""
        moving, found = self.number >= 0, (np.full(self.size, np.inf), np.full(self.size, np.inf))
        along = self.sign[moving] > 0
        for bound, ahead, back in zip(found, (up, down), (down, up), strict=True):
            np.minimum.at(bound, self.number[moving], np.where(along, ahead[moving], back[moving]))
        return found


def together(matrix: sparse.csr_array) -> Together:
    """The classes of the cells (columns) of equations that are zero for every move."""
    number, sign = np.arange(matrix.shape[1]), np.ones(matrix.shape[1])
    while True:
        moving = np.flatnonzero(number >= 0)
        count = int(number.max(initial=_STILL)) + 1
        of_class = sparse.csr_array((sign[moving], (moving, number[moving])), shape=(len(number), count))
        among = sparse.csr_array(matrix @ of_class)
        among.eliminate_zeros()
        entries = np.diff(among.indptr)
        among = sparse.csr_array(among[entries > 0])
        label, turn = _linked(among)
        if np.array_equal(np.sort(label), np.arange(count)):  # nothing merged, nothing stands still
            return Together(number, sign, among)
        sign[moving] *= turn[number[moving]]
        number[moving] = label[number[moving]]


def _linked(among: sparse.csr_array) -> tuple[Indices, Floats]:
    """Per class, the class into which it merges (-1: it cannot move) and whether it turns round."""
    count = among.shape[1]
    starts, entries = among.indptr[:-1], np.diff(among.indptr)
    pairs = starts[entries == 2]
    pairs = pairs[np.abs(among.data[pairs]) == np.abs(among.data[pairs + 1])]
    first, second = among.indices[pairs], among.indices[pairs + 1]
    against = among.data[pairs] * among.data[pairs + 1] > 0
    # every class stands twice, as it is and turned round
    ahead, back = np.where(against, second + count, second), np.where(against, second, second + count)
    rows, columns = np.concatenate([first, first + count]), np.concatenate([ahead, back])
    graph = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(2 * count, 2 * count))
    component = connected_components(graph, directed=False)[1]
    own, turned = component[:count], component[count:]
    still = own == turned  # it would have to move against itself
    still[among.indices[starts[entries == 1]]] = True
    whole = np.minimum(own, turned)
    still |= np.isin(whole, whole[still])
    label = np.full(count, _STILL, dtype=np.intp)
    label[~still] = np.unique(whole[~still], return_inverse=True)[1]
    return label, np.where(still, 0.0, np.where(own == whole, 1.0, -1.0))


@dataclass(frozen=True)
class LooseEnds:
    """Classes that stand in one equation only, with the factor 1 or -1.

    Attributes:
        classes: their numbers, and ``rows``, ``factors`` where they stand.
        up, down: how far each can go.
    """

    classes: Indices
    rows: Indices
    factors: Floats
    up: Floats
    down: Floats

    def ranges(self, rows: int) -> tuple[Floats, Floats]:
        """Least and greatest sum that the other classes may have in each of ``rows`` equations."""
        ahead = np.where(self.factors > 0, self.up, self.down)
        back = np.where(self.factors > 0, self.down, self.up)
        low, high = -np.bincount(self.rows, ahead, rows), np.bincount(self.rows, back, rows)
        return low.astype(np.float64), high.astype(np.float64)

    @cached_property
    def _of_row(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for place, row in enumerate(self.rows.tolist()):
            found.setdefault(row, []).append(place)
        return found

    def taking_up(self, sums: Floats) -> Floats | None:
        """How far each goes so that equations in which the others have these sums hold; None if it cannot."""
        amounts = np.zeros(len(self.classes))
        for row in np.flatnonzero(sums).tolist():
            left = -float(sums[row])
            for place in self._of_row.get(row, ()):
                wanted = left * self.factors[place]
                amounts[place] = min(max(wanted, -self.down[place]), self.up[place])
                left -= amounts[place] * self.factors[place]
            if abs(left) > _EXACT:
                return None
        return amounts


def loose_ends(classes: Together, unasked: Flags, up: Floats, down: Floats) -> LooseEnds:
    """The loose ends among classes.

    Args:
        unasked: cells that may always move, at no cost, and of which nobody asks anything.
        up, down: how far each cell can go.
    """
    columns = sparse.csc_array(classes.matrix)
    found = np.flatnonzero((np.diff(columns.indptr) == 1) & (classes.sums((~unasked).astype(np.float64)) == 0))
    entries = columns.indptr[found]
    plain = np.abs(columns.data[entries]) == 1
    found, entries = found[plain], entries[plain]
    ahead, back = classes.least(up, down)
    return LooseEnds(found, columns.indices[entries], columns.data[entries], ahead[found], back[found])
