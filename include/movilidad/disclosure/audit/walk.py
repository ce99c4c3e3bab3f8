"""Ways from a point that go through the months one by one: the month in question steps, the later ones follow.

Nothing earlier moves, and every month steps as little as it can. That is no shortest way, and there may be one
where this finds none; but each step has one month's size, and most questions over several months end here.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from movilidad.disclosure.audit.blocks import Block
from movilidad.disclosure.audit.moves import Moves, step_model
from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.solver import NO_PLACES, Floats, Places, rounded, state_of


class Walk:
    """From one whole point of a part.

    Args:
        months: of the part, the earliest first.
        holding: unknowns that may be asked to stand still.
    """

    def __init__(self, part: Part, point: Floats, months: Sequence[Block], holding: Places) -> None:
        self._part, self._point, self._months = part, point, months
        self._of = np.zeros(len(part.columns), dtype=np.int64)
        self._within = np.zeros(len(part.columns), dtype=np.int64)
        for number, month in enumerate(months):
            self._of[month.own], self._within[month.own] = number, np.arange(len(month.own))
        self._holding = holding
        self._moves = cache(self._moves_of)

    def towards(self, weights: Floats, amount: float, still: Places = NO_PLACES) -> Floats | None:
        """A whole point at which a sum of unknowns has moved by at least ``amount`` (down if negative), if found.

        Args:
            weights: per unknown, how often it is in the sum; those of one month alone, else None is given.
            still: unknowns that do not move; of those that may be asked to.
        """
        asked = np.unique(self._of[np.flatnonzero(weights)])
        if len(asked) != 1:
            return None
        first = int(asked[0])
        own = self._months[first].own
        step = self._moves(first).towards(weights[own], amount, self._inside(first, still)).point
        point = None if step is None else self._stepped(self._point, first, step)
        for number in range(first + 1, len(self._months)):
            if point is None:
                return None
            point = self._followed(point, number, still)
        return point if point is not None and self._part.holds(point) else None

    def _followed(self, point: Floats, number: int, still: Places) -> Floats | None:
        """The point with one month brought back to where its rows want it."""
        month = self._months[number]
        inner, own = month.at(point), point[month.own]
        if inner.holds(own):
            return point
        step = _inwards(inner, own, self._inside(number, still))
        return None if step is None else self._stepped(point, number, step)

    def _stepped(self, point: Floats, number: int, step: Floats) -> Floats | None:
        whole = rounded(step)
        if whole is None:
            return None
        moved = point.copy()
        moved[self._months[number].own] += whole
        return moved

    def _inside(self, number: int, unknowns: Places) -> Places:
        """Those of a month, by their place in it."""
        inside: Places = self._within[unknowns[self._of[unknowns] == number]]
        return inside

    def _moves_of(self, number: int) -> Moves:
        month = self._months[number]
        return Moves(month.at(self._point), self._point[month.own], self._inside(number, self._holding))


def _inwards(part: Part, point: Floats, still: Places) -> Floats | None:
    """The shortest move that leads from a point beside a part into it, whole or not; None if there is none."""
    size, said = len(point), part.matrix @ point
    most = np.concatenate([np.full(size, np.inf), point - part.column_low])
    most[still] = most[still + size] = 0.0
    model = step_model(part.matrix, part.row_low - said, part.row_high - said, most)
    model.run()
    if state_of(model) != "optimal":
        return None
    values: Floats = np.array(model.getSolution().col_value)
    return np.asarray(values[:size] - values[size:])
