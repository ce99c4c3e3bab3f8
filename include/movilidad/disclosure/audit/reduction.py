"""What follows at once from the equations, and the parts into which the rest falls."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from movilidad.disclosure.audit.equations import Equations

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Unknowns that hang together, and the rows over them; known unknowns are put into the row bounds.

    Attributes:
        columns, rows: their places in the whole system.
    """

    columns: Places
    rows: Places
    matrix: sparse.csr_array
    row_low: Floats
    row_high: Floats
    column_low: Floats

    def holds(self, point: Floats) -> bool:
        """Whether a point meets every row and bound exactly; whole numbers leave no rounding."""
        said = self.matrix @ point
        return bool(
            (said >= self.row_low).all() and (said <= self.row_high).all() and (point >= self.column_low).all()
        )


@dataclass(frozen=True)
class Reduced:
    """Attributes:
    known: per unknown its value, or nan.
    impossible: rows that cannot be met; then the parts are empty.
    parts: what is left.
    """

    known: Floats
    impossible: list[int]
    parts: list[Part]


def reduce(system: Equations) -> Reduced:
    """Deduce single unknowns, over and over, from one row at a time; then split what is left."""
    state = _State(system)
    while state.deduce():
        pass
    impossible = np.flatnonzero(state.impossible()).tolist()
    return Reduced(state.known, impossible, [] if impossible else list(state.parts()))


class _State:
    def __init__(self, system: Equations) -> None:
        self.system = system
        self.known = np.full(system.matrix.shape[1], np.nan)
        self.plus, self.minus = system.matrix.maximum(0).tocsr(), (-system.matrix).maximum(0).tocsr()

    def _rest(self) -> tuple[Floats, Floats]:
        """What the rows ask of the free unknowns."""
        said = self.system.matrix @ np.nan_to_num(self.known)
        return self.system.row_low - said, self.system.row_high - said

    def _counts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Per row: free unknowns added and taken away, and the least of both."""
        free = np.isnan(self.known)
        floor = np.where(free, self.system.column_low, 0.0)
        counted = free.astype(float)
        return self.plus @ counted, self.minus @ counted, self.plus @ floor, self.minus @ floor

    def deduce(self) -> bool:
        """One round; whether anything new is known."""
        low, high = self._rest()
        added, taken, least_added, least_taken = self._counts()
        at_floor = ((added > 0) & (taken == 0) & (high <= least_added)) | (
            (taken > 0) & (added == 0) & (-low <= least_taken)
        )
        single = (added + taken == 1) & (low == high)
        new = self._free_in(at_floor)
        self.known[new] = self.system.column_low[new]
        for row in np.flatnonzero(single & ~at_floor):
            span = slice(*self.system.matrix.indptr[row : row + 2])
            for column, sign in zip(self.system.matrix.indices[span], self.system.matrix.data[span], strict=True):
                if np.isnan(self.known[column]):
                    self.known[column] = low[row] / sign
        return bool(len(new) or (single & ~at_floor).any())

    def _free_in(self, rows: npt.NDArray[np.bool_]) -> Places:
        touched = abs(self.system.matrix).T @ rows.astype(float) > 0
        return np.flatnonzero(touched & np.isnan(self.known))

    def impossible(self) -> npt.NDArray[np.bool_]:
        low, high = self._rest()
        added, taken, least_added, least_taken = self._counts()
        wrong = ((taken == 0) & (least_added > high)) | ((added == 0) & (-least_taken < low))
        bad = np.flatnonzero((self.known < self.system.column_low) | (self.known % 1 > 0))
        if len(bad):
            flags = np.zeros(len(self.known))
            flags[bad] = 1
            wrong |= abs(self.system.matrix) @ flags > 0
        return np.asarray(wrong)

    def parts(self) -> Iterator[Part]:
        low, high = self._rest()
        free = np.flatnonzero(np.isnan(self.known))
        if not len(free):
            return
        rows = np.flatnonzero(abs(self.system.matrix) @ np.isnan(self.known).astype(float) > 0)
        inner = self.system.matrix[rows][:, free].tocsr()
        corners = sparse.csr_array((len(rows), len(rows))), sparse.csr_array((len(free), len(free)))
        graph = sparse.block_array([[corners[0], abs(inner)], [abs(inner).T, corners[1]]])
        count, label = connected_components(graph, directed=False)
        row_of, column_of = label[: len(rows)], label[len(rows) :]
        for rows_here, columns_here in zip(_by(row_of, count), _by(column_of, count), strict=True):
            matrix = inner[rows_here][:, columns_here].tocsr()
            places, columns = rows[rows_here], free[columns_here]
            floor = self.system.column_low[columns]
            yield Part(columns, places, matrix, low[places], high[places], floor)


def _by(label: npt.NDArray[np.int32], count: int) -> list[Places]:
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label, minlength=count))[:-1]
    return [np.asarray(part, dtype=np.int64) for part in np.split(order, ends)]
