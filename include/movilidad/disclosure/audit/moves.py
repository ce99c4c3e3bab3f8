"""Short ways from one point to others: the fewest steps that take a cell far enough, while some cells stand still.

What stands still at a point where all contributors have their true values is known to them; so one short way
proves a cell wide for every contributor whose own cell it leaves alone. A short way is looked for among the
unknowns that share rows with the cell, then among more of them. That none is found proves nothing.
"""

from collections.abc import Iterator

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.solver import TOLERANCE, Floats, Places, lp_model

_SIZES = (60, 300, 1500)  # unknowns of a neighbourhood
_DUAL_SIMPLEX = 1
_DEAR = 1000.0  # steps of others that are walked rather than one of an avoided cell
_NOBODY: Places = np.zeros(0, dtype=np.int64)


class Moves:
    """Differences from a whole point that lead to other points of the part.

    Args:
        point: a whole point of the part.
    """

    def __init__(self, part: Part, point: Floats) -> None:
        self.point = point
        self._rows, self._columns = part.matrix, part.matrix.tocsc()
        self._length = np.diff(part.matrix.indptr)
        self._down = point - part.column_low
        said = part.matrix @ point
        self._low, self._high = part.row_low - said, part.row_high - said

    def away(self, unknown: int, amount: float, avoided: Places, still: Places = _NOBODY) -> Floats | None:
        """A short move of one unknown by at least ``amount`` (down if negative); None if none is found.

        Args:
            avoided: unknowns that move only if nothing else helps.
            still: unknowns that do not move.
        """
        if -amount > self._down[unknown]:
            return None
        for near in self._neighbourhoods(unknown, still):
            step = self._within(near, amount, np.isin(near, avoided))
            if step is not None:
                move = np.zeros(len(self.point))
                move[near] = step
                return move
        return None

    def _neighbourhoods(self, unknown: int, still: Places) -> Iterator[Places]:
        """Growing sets of unknowns, the one in question first; short rows lead farther than long ones."""
        inside = np.zeros(len(self.point), dtype=bool)
        inside[still] = True
        inside[unknown] = True
        near = np.array([unknown])
        seen = np.zeros(len(self._length), dtype=bool)
        newest = near
        for size in _SIZES:
            before = len(near)
            while len(near) < size and len(newest):
                rows = self._among(self._columns, newest)
                rows = rows[~seen[rows]]
                seen[rows] = True
                rows = rows[np.argsort(self._length[rows], kind="stable")]
                newest = self._among(self._rows, rows)
                newest = newest[~inside[newest]]
                inside[newest] = True
                near = np.concatenate([near, newest])
            if len(near) > before:
                yield near

    @staticmethod
    def _among(matrix: sparse.csr_array | sparse.csc_array, lines: Places) -> Places:
        """The places of what is not zero in some rows (columns), each once, in order of the lines."""
        spans = [matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]] for line in lines]
        if not spans:
            return _NOBODY
        everything = np.concatenate(spans)
        _, first = np.unique(everything, return_index=True)
        return everything[np.sort(first)]

    def _within(self, near: Places, amount: float, avoided: npt.NDArray[np.bool_]) -> Floats | None:
        """Move the first of some unknowns while all others stand still."""
        inner = self._columns[:, near].tocsr()
        rows = np.flatnonzero(np.diff(inner.indptr))
        inner = inner[rows]
        low, high = self._low[rows], self._high[rows]
        size, down = len(near), self._down[near]
        least = np.zeros(2 * size)
        most = np.concatenate([np.full(size, np.inf), down])
        ahead, back = (0, size) if amount > 0 else (size, 0)
        least[ahead], most[back] = abs(amount), 0
        both = sparse.hstack([inner, -inner], format="csr")
        model = lp_model(both, low, high, least, most)
        price = np.tile(np.where(avoided, _DEAR, 1.0), 2)
        model.changeColsCost(2 * size, np.arange(2 * size, dtype=np.int32), price)
        model.setOptionValue("simplex_strategy", _DUAL_SIMPLEX)
        model.setOptionValue("presolve", "off")
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = np.array(model.getSolution().col_value)
        move = values[:size] - values[size:]
        whole = np.round(move)
        if np.abs(whole - move).max() > TOLERANCE or (whole < -down).any():
            return None
        said = inner @ whole
        return whole if ((said >= low) & (said <= high)).all() else None
