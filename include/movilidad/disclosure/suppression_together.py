"""Cells that can only move together: where all but two cells of an equation stand still, one gives the other.

A solver then moves each such class as one: beside published months, most of what is hidden hangs on little else.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from movilidad.disclosure.system import Floats, Indices

_STILL = -1


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
        if len(label) and label.min() >= 0 and label.max() + 1 == count or not len(label):
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

