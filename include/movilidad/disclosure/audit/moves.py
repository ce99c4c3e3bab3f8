"""Short ways from one point to others: the fewest steps that take a cell far enough, while some cells stand still.

What stands still at a point where all contributors have their true values is known to them; so one short way
proves a cell wide for every contributor whose own cell it leaves alone.
"""

import numpy as np
from scipy import sparse

from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.rests import with_rests
from movilidad.disclosure.audit.solver import TOLERANCE, Floats, Optimum, Places, lp_model, state_of

_DUAL_SIMPLEX = 1
_NONE: Places = np.zeros(0, dtype=np.int64)
_DEAR = 1000.0  # steps of others that are walked rather than one of an avoided cell


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
        both = sparse.hstack([rests.matrix, -rests.matrix], format="csr")
        low, high = rests.row_low - said, rests.row_high - said
        self._model = lp_model(both, low, high, np.zeros(2 * self.size), self._upper)
        self._price(np.arange(2 * self.size), 1.0)
        self._model.setOptionValue("simplex_strategy", _DUAL_SIMPLEX)
        self._model.setOptionValue("presolve", "off")
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
        self._price(dear, _DEAR)
        self._bound(back, np.zeros(1), np.zeros(1))
        self._bound(ahead, np.array([abs(amount)]), most)
        found = self._shortest()
        self._price(dear, 1.0)
        self._bound(ahead, np.zeros(1), most)
        self._bound(back, np.zeros(1), self._upper[back])
        return None if found.point is None else self._whole(found.point)

    def towards(self, weights: Floats, amount: float, still: Places = _NONE) -> Optimum:
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
        rounded = np.round(steps)
        if np.abs(rounded - steps).max() > TOLERANCE:
            return None
        move = self._back @ rounded
        return move if self._part.holds(self._point + move) else None

    def _price(self, columns: Places, cost: float) -> None:
        self._model.changeColsCost(len(columns), columns.astype(np.int32), np.full(len(columns), cost))

    def _bound(self, columns: Places, low: Floats, high: Floats) -> None:
        self._model.changeColsBounds(len(columns), columns.astype(np.int32), low, high)
