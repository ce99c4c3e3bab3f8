"""Short ways from one point to others: few steps that take a cell far enough, while some cells stand still.

What stands still at a point where all contributors have their true values is known to them; so one short way
proves a cell wide for every contributor whose own cell it leaves alone.
"""

import highspy
import numpy as np
from scipy import sparse

from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.rests import with_rests
from movilidad.disclosure.audit.solver import NO_PLACES, Floats, Optimum, Places, lp_model, rounded, state_of

_DUAL_SIMPLEX = 1
_DEAR = 1000.0  # steps of others that are walked rather than one of an avoided cell
_SPREAD = 0.5  # by how much more than another a step may cost
_SEED = 4_117


class Moves:
    """Differences from a whole point that lead to other points of the part.

    Args:
        point: a whole point of the part.
        holding: the unknowns that are to be moved or avoided.
    """

    def __init__(self, part: Part, point: Floats, holding: Places) -> None:
        self.size = len(part.columns)
        self._part, self._point = part, point
        rests = with_rests(part, holding)
        self._back = rests.back
        here = rests.forth @ point
        self._upper = np.concatenate([np.full(self.size, np.inf), here - rests.low])
        said = rests.matrix @ here
        self._prices = _prices(self.size)
        self._model = step_model(rests.matrix, rests.row_low - said, rests.row_high - said, self._upper)
        self._model.setOptionValue("simplex_strategy", _DUAL_SIMPLEX)
        self._model.setOptionValue("simplex_scale_strategy", 0)
        self._model.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)

    def away(self, unknown: int, amount: float, avoided: Places) -> Floats | None:
        """A short move of one unknown by at least ``amount`` (down if negative) that avoids to move some others.

        None if there is none, or the shortest is not whole.
        """
        ahead, back = np.array([[unknown], [unknown + self.size]])[:: 1 if amount > 0 else -1]
        most = self._upper[ahead]
        if most[0] < abs(amount):
            return None
        dear = np.unique(np.concatenate([avoided, avoided + self.size]))  # HiGHS wants each once
        self._price(dear, np.full(len(dear), _DEAR))
        self._bound(back, np.zeros(1), np.zeros(1))
        self._bound(ahead, np.array([abs(amount)]), most)
        found = self._shortest()
        self._price(dear, self._prices[dear])
        self._bound(ahead, np.zeros(1), most)
        self._bound(back, np.zeros(1), self._upper[back])
        return None if found.point is None else self._whole(found.point)

    def towards(self, weights: Floats, amount: float, still: Places = NO_PLACES) -> Optimum:
        """The shortest move, whole or not, of a sum of unknowns by at least ``amount`` (down if negative).

        Args:
            weights: per unknown, how often it is in the sum.
            still: unknowns that do not move.
        """
        own = self._back.T @ weights
        row = np.concatenate([own, -own])
        places = np.flatnonzero(row)
        ends = (amount, np.inf) if amount > 0 else (-np.inf, amount)
        self._model.addRow(*ends, len(places), places.astype(np.int32), row[places])
        fixed = np.unique(np.concatenate([still, still + self.size]))
        self._bound(fixed, np.zeros(len(fixed)), np.zeros(len(fixed)))
        found = self._shortest()
        self._bound(fixed, np.zeros(len(fixed)), self._upper[fixed])
        self._model.deleteRows(1, np.array([self._model.getNumRow() - 1], dtype=np.int32))
        return Optimum(None if found.point is None else self._back @ found.point, found.state)

    def _shortest(self) -> Optimum:
        self._model.clearSolver()  # from standing still it is nearer than from the last answer
        self._model.run()
        state = state_of(self._model)
        values = np.array(self._model.getSolution().col_value)
        return Optimum(values[: self.size] - values[self.size :] if state == "optimal" else None, state)

    def _whole(self, steps: Floats) -> Floats | None:
        whole = rounded(steps)
        if whole is None:
            return None
        move = self._back @ whole
        return move if self._part.holds(self._point + move) else None

    def _price(self, columns: Places, costs: Floats) -> None:
        self._model.changeColsCost(len(columns), columns.astype(np.int32), costs)

    def _bound(self, columns: Places, low: Floats, high: Floats) -> None:
        self._model.changeColsBounds(len(columns), columns.astype(np.int32), low, high)


def step_model(matrix: sparse.csr_array, row_low: Floats, row_high: Floats, most: Floats) -> highspy.Highs:
    """The programme of the shortest move within rows: steps ahead of every unknown, then steps back.

    Args:
        row_low, row_high: what the rows leave a move.
        most: per step ahead and back, how far it may go.
    """
    both = sparse.hstack([matrix, -matrix], format="csr")
    model = lp_model(both, row_low, row_high, np.zeros(len(most)), most)
    model.changeColsCost(len(most), np.arange(len(most), dtype=np.int32), _prices(len(most) // 2))
    model.setOptionValue("presolve", "off")
    return model


def _prices(size: int) -> Floats:
    """Of a step ahead or back: about the same, but no two equal, among which the simplex would wander long."""
    return np.tile(1 + np.random.default_rng(_SEED).uniform(0, _SPREAD, size), 2)
