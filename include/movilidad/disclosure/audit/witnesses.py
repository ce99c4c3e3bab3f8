"""Whole points that fit all that is published: two that are far apart in a cell prove that it cannot be told.

One linear programme with random costs over the unproven cells moves hundreds of them at once, and every point
serves every question asked later. Only what no random point proves is asked on its own: first of the linear
programme, whose interval is never too narrow, then of whole numbers.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from movilidad.disclosure.audit.blocks import Block, blocks
from movilidad.disclosure.audit.first_point import month_by_month
from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.seen import Limits
from movilidad.disclosure.audit.solver import NO_PLACES, TOLERANCE, Box, Floats, Places, Program
from movilidad.disclosure.audit.walk import Walk
from movilidad.disclosure.audit.windows import Windows

Flags = npt.NDArray[np.bool_]
Fixed = tuple[Places, Floats]  # quantities and the values at which they are held

_IDLE = 6  # rounds with hardly any progress after which random costs are given up
_PROGRESS = 0.02
_CHANCES = 3


class Witnesses:
    """The pool of points of one part.

    Args:
        names: of the part's unknowns.
        quantities: rows over the part's unknowns: the cells in question.
        own: per quantity the unknown that it is; after them -1 for those that are none and cannot be held.

    Attributes:
        low, high: per quantity the least and greatest value at any point.
        first: the first whole point.
    """

    def __init__(
        self,
        part: Part,
        names: Sequence[Name],
        quantities: sparse.csr_array,
        own: Places,
        limits: Limits,
    ) -> None:
        self.part, self._names, self.quantities, self.own, self.limits = part, names, quantities, own, limits
        bounds = [*part.row_low, *part.row_high, *part.column_low]
        largest = max((abs(bound) for bound in bounds if np.isfinite(bound)), default=0.0)
        self.held = own[own >= 0]
        self.program = Program(part, 10 * largest + 10 * limits.minimum + 1000, self.held)
        self.random = np.random.default_rng(20_201)
        self._kept = int((own >= 0).sum())  # of the others the extremes are enough
        self._values = np.zeros((64, self._kept))
        self._points = 0
        self.first = np.zeros(len(part.columns))
        self.low = np.full(quantities.shape[0], np.inf)
        self.high = -self.low

    def start(self, truth: Fixed) -> str:
        """Find a first point: ``optimal``, ``infeasible`` (the figures contradict each other) or ``unknown``.

        Args:
            truth: what quantities truly are, as far as that is known; the first point has it, if the office's own
                figures fit together.
        """
        nothing = np.zeros(len(self.part.columns))
        columns, values = self.own[truth[0]], truth[1]
        first = month_by_month(self.part, self._months, columns, values, self.program.cap, self.limits.seconds)
        if first is not None:
            self.keep(first)
            return "optimal"
        true = self.program.at(columns, values)
        if true is not None and (self._keep_at(truth, true, nothing) or self._keep(true, nothing)):
            return "optimal"
        found = self.program.least(nothing)
        if found.point is None:
            return found.state
        if self._keep(found.point, nothing):
            return "optimal"
        whole = self.program.least_whole(nothing, self.limits.seconds)
        if whole.point is not None and self._keep(whole.point, nothing):
            return "optimal"
        return whole.state

    @cached_property
    def _months(self) -> list[Block]:
        return blocks(self.part, self._names)

    @cached_property
    def _walk(self) -> Walk:
        """From the first point."""
        return Walk(self.part, self.first, self._months, self.held)

    @cached_property
    def windows(self) -> Windows:
        """From the first point."""
        return self.windows_from(self.first)

    def windows_from(self, point: Floats) -> Windows:
        return Windows(self.part, point, self._names, self.held, self.program.cap)

    def reach(self, quantity: int, held: Fixed | None = None) -> bool | None:
        """Whether a quantity is wide enough, by the shortest ways to it; None if they do not tell.

        The highest value that the linear programme reaches, if need be, and what lies the minimum below it.

        Args:
            held: quantities that keep the values that they have at the first point.
        """
        least, low, top = self.limits.minimum, *self._ends(quantity, held)
        for value in np.arange(low + least, top, -1.0):
            reached = self.towards(quantity, value, held)
            if reached is None:
                return None
            if reached:
                top = value
                break
        if self._spans(quantity, held):
            return True
        reached = self.towards(quantity, top - least, held) if top - least < low else None
        if self._spans(quantity, held):
            return True
        return False if reached is False else None

    def towards(self, quantity: int, value: float, held: Fixed | None = None) -> bool | None:
        """Whether the linear programme reaches a value that no known point has; such a point is kept, if whole."""
        weights = self.cost(quantity, 1.0)
        away = float(value - weights @ self.first)
        still = self.own[held[0]] if held else NO_PLACES
        near = self._walk.towards(weights, away, still)
        if near is not None:
            self.keep(near)
            return True
        found = self.windows.whole().towards(weights, away, still)
        if found.point is None:
            return False if found.state == "infeasible" else None
        point, cost = self.first + found.point, -np.sign(away) * weights
        if held:
            self._keep_at(held, point, cost)
        else:
            self._keep(point, cost)
        return True

    def _ends(self, quantity: int, held: Fixed | None) -> tuple[float, float]:
        """The least and greatest value of a quantity at the known points, or at those where some are held."""
        if held is None:
            return self.low[quantity], self.high[quantity]
        values = self._matching(held)[:, quantity]
        return float(values.min()), float(values.max())

    def _spans(self, quantity: int, held: Fixed | None) -> bool:
        low, high = self._ends(quantity, held)
        return high - low >= self.limits.minimum

    def explore(self, wanted: Flags) -> None:
        """Move the wanted quantities by random costs until they are wide enough or hardly move any more."""
        idle = 0
        while idle < _IDLE:
            open_ = np.flatnonzero(wanted & ~self.proven())
            if not len(open_):
                return
            self.look(open_ if idle == 0 else self.random.permutation(open_)[: max(len(open_) // 4, 1)])
            still = ~self.proven()[open_]
            idle = idle + 1 if still.mean() > 1 - _PROGRESS else 0

    def proven(self) -> Flags:
        """Quantities that points of the pool prove wide enough."""
        return np.asarray(self.high - self.low >= self.limits.minimum)

    def is_proven(self, quantity: int) -> bool:
        return bool(self.high[quantity] - self.low[quantity] >= self.limits.minimum)

    def look(self, quantities: Places, held: Fixed | None = None) -> bool:
        """One more point, by random costs over some quantities; whether there was any (not: a whole one)."""
        weight = np.zeros(len(self.own))
        weight[quantities] = self.random.uniform(0.2, 1, len(quantities)) * self.random.choice(
            [-1, 1], len(quantities)
        )
        cost = self.quantities.T @ weight
        if held:
            self.program.hold(self.own[held[0]], held[1])
        found = self.program.least(cost)
        if found.point is not None:
            self._keep(found.point, cost)
        if held:
            self.program.release(self.own[held[0]])
        return found.state != "infeasible"

    def point(self, held: Fixed) -> Floats | None:
        """A whole point at which some quantities have certain values; None if none is found at once."""
        cost = self.quantities.T @ self.random.uniform(-1, 1, len(self.own))
        self.program.hold(self.own[held[0]], held[1])
        found = self.program.least(cost)
        whole = None if found.point is None else self.program.mended(found.point, cost)
        self.program.release(self.own[held[0]])
        return whole if whole is not None and self.part.holds(whole) else None

    def spread(self, held: Fixed | None) -> Floats:
        """Width of every quantity that can be held, over the points at which some have certain values."""
        points = self._matching(held)
        return points.max(axis=0) - points.min(axis=0) if len(points) else np.zeros(self._kept)

    def is_wide(self, quantity: int, held: Fixed | None = None) -> bool | None:
        """Whether a quantity has the minimum width; None if it could not be found out in time."""
        if self.spread(held)[quantity] >= self.limits.minimum:
            return True
        low, high = self.bounds(quantity, held)
        if high - low < self.limits.minimum:
            return False
        if self.spread(held)[quantity] >= self.limits.minimum or self._far_point(quantity, held):
            return True
        low, high, certain = self.whole_bounds(quantity, held)
        if high - low >= self.limits.minimum:
            return True
        return False if certain else None

    def _far_point(self, quantity: int, held: Fixed | None) -> bool:
        """Look for a whole point far from the known ones; to find one is easier than to find the farthest."""
        if not len(self._matching(held)):
            self._find([] if held is None else [self._box(held)])
        known = self._matching(held)[:, quantity]
        if not len(known):
            return False
        column, far = self.own[[quantity]], self.limits.minimum
        if any(self._far_by_chance(quantity, value, held) for value in (known.min() + far, known.max() - far)):
            return True
        ends = [(known.min() + far, np.inf), (-np.inf, known.max() - far)]
        boxes = [[(column, np.array([low]), np.array([high]))] for low, high in ends]
        return any(self._find([*box, self._box(held)] if held else box) for box in boxes)

    def _far_by_chance(self, quantity: int, value: float, held: Fixed | None) -> bool:
        """Hold a quantity far away and try random costs: cheaper than a whole-number programme, often enough."""
        places, values = (np.array([quantity]), np.array([np.ceil(value)]))
        if held:
            places, values = np.append(held[0], places), np.append(held[1], values)
        everything = np.arange(self._kept)
        for _ in range(_CHANCES):
            if not self.look(everything, (places, values)):
                return False
            if self.spread(held)[quantity] >= self.limits.minimum:
                return True
        return False

    def _find(self, boxes: list[Box]) -> bool:
        nothing = np.zeros(len(self.part.columns))
        found = self.program.least_whole(nothing, self.limits.seconds, boxes)
        return found.point is not None and self._keep(found.point, nothing)

    def _box(self, held: Fixed) -> Box:
        return self.own[held[0]], held[1], held[1]

    def _matching(self, held: Fixed | None) -> Floats:
        points = self._values[: self._points]
        return points[(points[:, held[0]] == held[1]).all(axis=1)] if held else points

    def bounds(self, quantity: int, held: Fixed | None = None) -> tuple[float, float]:
        """Whole numbers within the interval of the linear programme; never narrower than the true interval."""
        if held:
            self.program.hold(self.own[held[0]], held[1])
        ends = []
        for sign in (1.0, -1.0):
            cost = self.cost(quantity, sign)
            found = self.program.least(cost)
            if found.point is None:
                ends.append(-np.inf)
                continue
            self._keep(found.point, cost)
            ends.append(float(np.ceil(cost @ found.point - TOLERANCE)))
        if held:
            self.program.release(self.own[held[0]])
        return ends[0], -ends[1]

    def whole_bounds(self, quantity: int, held: Fixed | None = None) -> tuple[float, float, bool]:
        """The least and greatest value at a whole point, and whether these are proven to be so."""
        ends, certain = [], True
        within = [self._box(held)] if held else []
        for sign in (1.0, -1.0):
            cost = self.cost(quantity, sign)
            found = self.program.least_whole(cost, self.limits.seconds, within)
            certain &= found.state == "optimal"
            if found.point is not None and self._keep(found.point, cost):
                ends.append(float(np.round(cost @ found.point)))
            else:
                ends.append(np.inf)
                certain = False
        return ends[0], -ends[1], certain

    def cost(self, quantity: int, sign: float) -> Floats:
        """The quantity, or its opposite, as a cost over the part's unknowns."""
        row = self.quantities[[quantity]]
        cost = np.zeros(len(self.part.columns))
        cost[row.indices] = sign * row.data
        return cost

    def _keep_at(self, held: Fixed, point: Floats, cost: Floats) -> bool:
        """Like ``_keep``; made whole, the point keeps the values of some quantities."""
        self.program.hold(self.own[held[0]], held[1])
        kept = self._keep(point, cost)
        self.program.release(self.own[held[0]])
        return kept

    def _keep(self, point: Floats, cost: Floats) -> bool:
        """Add a point to the pool, made whole if need be; whether it could be, and fits."""
        whole = self.program.mended(point, cost)
        if whole is None or not self.part.holds(whole):
            return False
        self.keep(whole)
        return True

    def keep(self, whole: Floats) -> None:
        """Add a whole point of the part to the pool."""
        if not self._points:
            self.first = whole
        values = self.quantities @ whole
        if self._points == len(self._values):
            self._values = np.vstack([self._values, np.zeros_like(self._values)])
        self._values[self._points] = values[: self._kept]
        self._points += 1
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)


def flags(size: int, places: Iterable[int]) -> Flags:
    """True at some places."""
    found = np.zeros(size, dtype=bool)
    found[list(places)] = True
    return found
