"""One month of a part at a time, from a known whole point: its unknowns and the longer periods' that hold it.

All else stands still, and a cell of the longer periods (the year so far, as of each month) takes the same step in
all of them. For a move within one month that is nearly always enough, and its programme has one month's size,
however many months are published.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

import numpy as np
from scipy import sparse

from movilidad.disclosure.audit.moves import Moves
from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.reduction import Floats, Part, Places
from movilidad.disclosure.audit.solver import Optimum, Program

_STILL = -1


class Window:
    """Short ways from a point of a part, on which some of its unknowns step and the others stand still.

    Args:
        steps: per unknown the number of its step, which it may share, or -1.
        holding: unknowns that are to be moved or avoided.
        cap: no step is longer.
    """

    def __init__(self, part: Part, point: Floats, steps: Places, holding: Places, cap: float) -> None:
        self._steps, self._cap = steps, cap
        self._spread = _spread(steps)
        held = np.unique(steps[holding])
        self._inner = _stepping(part, point, self._spread)
        self._moves = Moves(self._inner, np.zeros(len(self._inner.columns)), held[held != _STILL])

    def reaches(self, unknown: int) -> bool:
        return bool(self._steps[unknown] != _STILL)

    def away(self, unknown: int, amount: float, avoided: Places) -> Floats | None:
        """A short whole move of an unknown by ``amount`` or more that avoids to move some others, if any."""
        dear = np.unique(self._steps[avoided])
        move = self._moves.away(int(self._steps[unknown]), amount, dear[dear != _STILL])
        return None if move is None else self._spread @ move

    def towards(self, weights: Floats, amount: float, still: Places) -> Optimum:
        """The shortest move of a sum by ``amount`` or more, not always a whole one; some unknowns do not move."""
        steps = np.unique(self._steps[still])
        found = self._moves.towards(self._spread.T @ weights, amount, steps[steps != _STILL])
        return Optimum(None if found.point is None else self._spread @ found.point, found.state)

    def least(self, cost: Floats) -> Floats | None:
        """The whole move with least cost, or nearly, never dearer than none; None if it was not found at once."""
        own = self._spread.T @ cost
        if not own.any():
            return None
        found = self._program.least(own)
        move = None if found.point is None else self._program.mended(found.point, own)
        # to be whole, a way may have become dearer than to stand still
        if move is None or own @ move > 0 or not self._inner.holds(move):
            return None
        whole: Floats = self._spread @ move
        return whole

    @cached_property
    def _program(self) -> Program:
        return Program(self._inner, self._cap)


class Windows:
    """Month by month, the latest first, then the whole part: made when they are asked for, and kept.

    Args:
        names: of the part's unknowns.
        holding, cap: as of a ``Window``.
    """

    def __init__(self, part: Part, point: Floats, names: Sequence[Name], holding: Places, cap: float) -> None:
        self._names = names
        self._window = partial(Window, part, point, holding=holding, cap=cap)
        dated = len({name.months for name in names}) > 1
        months = {name.months[0] for name in names if dated and len(name.months) == 1}
        self._months: list[str | None] = [*sorted(months, reverse=True), None]
        self._made: dict[str | None, Window] = {}

    def of_months(self) -> Iterator[Window]:
        """Without the whole part, unless that is all there is."""
        for month in self._months[:-1] or self._months:
            yield self._of(month)

    def whole(self) -> Window:
        return self._of(None)

    def _of(self, month: str | None) -> Window:
        if month not in self._made:
            steps = np.arange(len(self._names)) if month is None else _steps(self._names, month)
            self._made[month] = self._window(steps)
        return self._made[month]


def _steps(names: Sequence[Name], month: str) -> Places:
    """The unknowns of a month step each by itself, those of longer periods together."""
    number: dict[tuple[object, ...], int] = {}
    steps = np.full(len(names), _STILL)
    for place, name in enumerate(names):
        if month in name.months:
            alone = len(name.months) == 1
            key = (name.measure, name.of, name.version if alone else None)
            steps[place] = number.setdefault(key, len(number))
    return steps


def _spread(steps: Places) -> sparse.csr_array:
    """What makes moves of the part's unknowns of steps."""
    moving = np.flatnonzero(steps != _STILL)
    shape = (len(steps), int(steps.max()) + 1)
    return sparse.csr_array((np.ones(len(moving)), (moving, steps[moving])), shape=shape)


def _stepping(part: Part, point: Floats, spread: sparse.csr_array) -> Part:
    """The part in steps away from a point; rows that say the same of them are one."""
    said = part.matrix @ point
    rows, low, high = _distinct(part.matrix @ spread, part.row_low - said, part.row_high - said)
    least = np.full(spread.shape[1], -np.inf)
    moving = spread.tocoo()
    np.maximum.at(least, moving.col, (part.column_low - point)[moving.row])
    return Part(np.arange(len(least)), np.arange(len(low)), rows, low, high, least)


def _distinct(matrix: sparse.csr_array, low: Floats, high: Floats) -> tuple[sparse.csr_array, Floats, Floats]:
    matrix.eliminate_zeros()
    matrix.sort_indices()
    kept: dict[bytes, int] = {}
    places: list[int] = []
    least, most = [], []
    for row in np.flatnonzero(np.diff(matrix.indptr)).tolist():
        span = slice(*matrix.indptr[row : row + 2])
        key = matrix.indices[span].tobytes() + matrix.data[span].tobytes()
        if key not in kept:
            kept[key] = len(places)
            places.append(row)
            least.append(low[row])
            most.append(high[row])
        else:
            place = kept[key]
            least[place], most[place] = max(least[place], low[row]), min(most[place], high[row])
    return matrix[places], np.array(least), np.array(most)
