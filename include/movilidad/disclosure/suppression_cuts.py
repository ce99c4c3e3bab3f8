"""What a pattern lacks, as inequalities: from the duals of the reader's programmes (Fischetti and Salazar 2000).

How far a cell can move is at most a weighted sum over the hidden cells, with weights from the dual solution, and
that holds for every pattern. A pattern in which the sum is too small is excluded, with all that lack the same.
"""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from movilidad.disclosure.suppression_model import new_solver
from movilidad.disclosure.suppression_moves import NOBODY
from movilidad.disclosure.suppression_part import Part
from movilidad.disclosure.system import Floats

_TINY = 1e-7


@dataclass(frozen=True)
class Cut:
    """``factors @ z >= bound``, with z of 1 for hidden groups."""

    factors: Floats
    bound: float

    def violation(self, z: Floats) -> float:
        return float(self.bound - self.factors @ z)


class Reader:
    """The reader's programme, for patterns in which groups may also be hidden by half."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._solver = new_solver()
        self._solver.passModel(_model(part))
        self._every = np.arange(part.size, dtype=np.int32)

    def cut(self, z: Floats, cell: int, known: int = NOBODY) -> Cut | None:
        """What the pattern lacks for this cell against those who know ``known``; None if nothing."""
        part = self._part
        share = part.spread(self._assumed(z, cell, known), 1.0)
        if known != NOBODY:
            share[known] = 0.0
        self._solver.changeColsBounds(part.size, self._every, -part.down * share, part.up * share)
        terms = [self._terms(cell, sign) for sign in (1, -1)]
        if part.latent[cell]:
            terms[0], terms[1], wanted = terms[0] / part.far[cell], terms[1] / part.short[cell], 1.0
        else:
            wanted = float(part.need[cell])
        total = np.asarray(terms[0] + terms[1])
        if known != NOBODY:
            total[known] = 0.0
        return self._cut(total, wanted, cell, known)

    def _assumed(self, z: Floats, cell: int, known: int) -> Floats:
        """Hidden shares, given that the cell (and the one known) is hidden."""
        own = [group for group in self._own(cell, known) if z[group] > _TINY]
        scale = min((z[group] for group in own), default=1.0)
        assumed = np.minimum(1.0, z / scale)
        assumed[self._own(cell, known)] = 1.0
        return np.asarray(assumed)

    def _own(self, cell: int, known: int) -> list[int]:
        groups = {int(self._part.group[cell]), int(self._part.group[known]) if known != NOBODY else -1}
        return sorted(groups - {-1})

    def _terms(self, cell: int, sign: int) -> Floats:
        """Per cell, how much its being hidden adds at most to the cell's movement."""
        part, solver = self._part, self._solver
        solver.changeColCost(cell, -float(sign))
        solver.run()
        duals = np.asarray(solver.getSolution().row_dual)
        solver.changeColCost(cell, 0.0)
        pull = part.columns.T @ duals
        pull[cell] += sign  # the reduced costs, turned round: positive is a reason to go up
        pull[np.abs(pull) < _TINY] = 0.0
        return np.asarray(np.where(pull > 0, pull * part.up, -pull * part.down))

    def _cut(self, total: Floats, wanted: float, cell: int, known: int) -> Cut | None:
        part, own = self._part, self._own(cell, known)
        always = part.group < 0
        factors = np.bincount(part.group[~always], total[~always], len(part.cost)).astype(np.float64)
        lacking = wanted - float(total[always].sum()) - float(factors[own].sum())
        if lacking <= _TINY * max(1.0, wanted):
            return None
        factors = np.minimum(factors / lacking, 1.0)
        factors[own] = -1.0
        return Cut(factors, 1.0 - len(own))


def _model(part: Part) -> Any:
    matrix = sparse.csc_array(part.columns)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(matrix.shape[1])
    model.row_lower_ = model.row_upper_ = np.zeros(matrix.shape[0])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    return model
