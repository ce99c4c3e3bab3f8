"""The equations as a linear programme kept in the solver; between questions only bounds and costs change."""

from fractions import Fraction
from functools import cached_property
from typing import Any

import highspy
import numpy as np
from highspy._core import _Highs
from scipy import sparse

from movilidad.disclosure.suppression_moves import NOBODY, Move
from movilidad.disclosure.suppression_part import Part
from movilidad.disclosure.suppression_together import loose_ends, together
from movilidad.disclosure.system import Flags, Floats, Indices

_EXACT = 1e-6
_LARGEST_DENOMINATOR = 12
_NODES = 500
_OTHER_PRICES = 5
_SHORT = 12  # columns in an equation that is followed to what is near
_WIDER = 4  # times that more is moved to make a move whole
_STEPS = 2
_LONG = 1000  # steps of the simplex method
_DUAL = 1  # standing still costs least: every question starts where the dual simplex wants to


class MoveModel:
    """Moves of some cells of a part.

    Each class of cells has a column for going up and one for going down; loose ends make ranges of equations.

    Args:
        part: whose cells.
        cells: places in the part; all others stand still. Default: all.
    """

    def __init__(self, part: Part, cells: Indices | None = None) -> None:
        self._part = part
        self._cells = np.arange(part.size) if cells is None else cells
        self._place = {int(cell): place for place, cell in enumerate(self._cells)}
        self._classes = together(sparse.csr_array(part.columns[:, self._cells]))
        unasked = part.latent & (part.short + part.far == 0)
        self._loose = loose_ends(self._classes, unasked[self._cells], part.up[self._cells], part.down[self._cells])
        self._moving = np.setdiff1d(np.arange(self._classes.size), self._loose.classes)
        self._matrix = sparse.csc_array(sparse.csc_array(self._classes.matrix)[:, self._moving])
        self._bounds = np.zeros(2 * self._size)
        self._cost = np.zeros(self._size)
        self._spanned: list[int] = []
        self._solver = new_solver()
        self._build()

    @property
    def _size(self) -> int:
        """Columns in one direction."""
        return len(self._moving)

    def _build(self) -> None:
        both = sparse.csc_array(sparse.hstack([self._matrix, -self._matrix]))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = both.shape[1], both.shape[0]
        model.col_cost_ = np.zeros(both.shape[1])
        model.col_lower_ = np.zeros(both.shape[1])
        model.col_upper_ = np.zeros(both.shape[1])
        model.row_lower_, model.row_upper_ = self._loose.ranges(both.shape[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = both.indptr
        model.a_matrix_.index_ = both.indices
        model.a_matrix_.value_ = both.data
        self._solver.passModel(model)

    def open(self, cells: Flags) -> None:
        """Let exactly these cells of the part move."""
        part, own = self._part, self._cells
        up, down = (np.where(cells[own], bound[own], 0.0) for bound in (part.up, part.down))
        wanted = np.concatenate([bound[self._moving] for bound in self._classes.least(up, down)])
        changed = np.flatnonzero(wanted != self._bounds)
        if len(changed):
            columns = changed.astype(np.int32)
            self._solver.changeColsBounds(len(changed), columns, np.zeros(len(changed)), wanted[changed])
            self._bounds = wanted

    def charge(self, cost: Floats) -> None:
        """What one unit of each cell's movement costs."""
        wanted = self._classes.sums(cost[self._cells])[self._moving]
        changed = np.flatnonzero(wanted != self._cost)
        if len(changed):
            columns = np.concatenate([changed, changed + self._size])
            self._solver.changeColsCost(len(columns), columns.astype(np.int32), np.tile(wanted[changed], 2))
            self._cost = wanted

    def furthest(self, cell: int, sign: int, limit: float, known: int = NOBODY) -> tuple[Move | None, float]:
        """A cheap move that takes the cell far, at most ``limit``, and how far any move can take it.

        Args:
            cell: its place in the part.
            sign: 1 up, -1 down.
            limit: further than this is not asked.
            known: a cell that stands still.
        """
        if not self._span(cell, sign, (0.0, limit), known):
            return None, 0.0
        ahead = self._spanned[0]
        self._solver.changeColCost(ahead, -_PULL * max(1.0, float(self._cost.max(initial=1.0))))
        reach, move = 0.0, None
        if self._solved():
            reach, move = float(self._solution()[ahead]), self._move() or self._mended()
        if self._part.whole:
            reach = float(np.floor(reach + _EXACT))
        self._solver.changeColCost(ahead, float(self._cost[ahead % self._size]))
        self._restore()
        return (move if move and move.get(cell) else None), reach

    def cheapest(self, cell: int, sign: int, amount: float, known: int = NOBODY) -> Move | None:
        """The cheapest move that takes the cell that far; None if there is none, or it is not whole."""
        if not self._span(cell, sign, (amount, amount), known):
            return None
        move = self._move() if self._solved() else None
        self._restore()
        return move

    def some(self, cell: int, sign: int, amount: float, known: int = NOBODY) -> Move | None:
        """Any move in whole numbers that takes the cell that far: slow, but misses none within limits."""
        if not self._span(cell, sign, (amount, amount), known):
            return None
        move = (self._mended() or self._elsewhere() or self._whole()) if self._solved() else None
        self._restore()
        return move

    def _mended(self) -> Move | None:
        """A whole move near the one in fractions: only what moves by fractions moves otherwise, else what is near.

        A programme of a few columns, where the whole one may take minutes.
        """
        values = self._solution()
        loose = np.abs(values - np.rint(values)) > _EXACT
        for _ in range(_WIDER):
            found = self._whole_near(values, np.flatnonzero(loose))
            if found is not None:
                return self._move(found)
            loose = self._around(loose)
        return None

    def _around(self, loose: Flags) -> Flags:
        """Columns that share a short equation with some, in both directions."""
        either = loose[: self._size] | loose[self._size :]
        short = self._short
        rows = abs(short) @ either.astype(float) > 0
        return np.tile(either | (abs(short).T @ rows.astype(float) > 0), 2)

    @cached_property
    def _short(self) -> sparse.csr_array:
        rows = sparse.csr_array(self._matrix)
        return sparse.csr_array(rows[np.diff(rows.indptr) <= _SHORT])

    def _whole_near(self, values: Floats, loose: Indices) -> Floats | None:
        """Whole values for some columns, at most a few steps from what they were, the others as they are."""
        lp = self._solver.getLp()
        low, high = np.asarray(lp.col_lower_)[loose], np.asarray(lp.col_upper_)[loose]
        place, sign = loose % self._size, np.where(loose < self._size, 1.0, -1.0)
        inner = sparse.csc_array(self._matrix[:, place] @ sparse.diags_array(sign))
        found = np.rint(values)
        found[loose] = 0.0
        said = self._matrix @ (found[: self._size] - found[self._size :])
        rows = np.unique(inner.indices)
        part = sparse.csc_array(sparse.csr_array(inner)[rows])
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = part.shape
        model.col_cost_ = np.tile(self._cost, 2)[loose]
        model.col_lower_ = np.maximum(low, np.floor(values[loose]) - _STEPS)
        model.col_upper_ = np.minimum(high, np.ceil(values[loose]) + _STEPS)
        model.row_lower_ = np.asarray(lp.row_lower_)[rows] - said[rows]
        model.row_upper_ = np.asarray(lp.row_upper_)[rows] - said[rows]
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = part.indptr, part.indices
        model.a_matrix_.value_ = part.data
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(loose)
        solver = new_solver()
        solver.setOptionValue("presolve", "choose")
        solver.passModel(model)
        solver.run()
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        found[loose] = np.rint(solver.getSolution().col_value)
        return found

    def _elsewhere(self) -> Move | None:
        """A whole move among the cheapest ones at other prices, far quicker than asking for whole numbers."""
        rng, columns = np.random.default_rng(0), np.arange(2 * self._size, dtype=np.int32)
        found = None
        for _ in range(_OTHER_PRICES):
            prices = np.tile(self._cost, 2) * (0.5 + rng.random(len(columns)))
            self._solver.changeColsCost(len(columns), columns, prices)
            found = self._move() if self._solved() else None
            if found:
                break
        self._solver.changeColsCost(len(columns), columns, np.tile(self._cost, 2))
        return found

    def _column_of(self, cell: int) -> int:
        """The column of a cell's class going up; -1 if it stands still."""
        place = self._place.get(cell)
        number = -1 if place is None else int(self._classes.number[place])
        return -1 if number < 0 else int(np.searchsorted(self._moving, number))

    def _span(self, cell: int, sign: int, span: tuple[float, float], known: int) -> bool:
        """Ask for a movement of the cell within ``span``; False if its bounds forbid it."""
        own, still, size = self._column_of(cell), self._column_of(known), self._size
        if own < 0 or own == still:
            return False
        up = sign * self._classes.sign[self._place[cell]] > 0
        ahead, back = (own, own + size) if up else (own + size, own)
        most = min(span[1], float(self._bounds[ahead]))
        if most < span[0] - _EXACT or most <= 0:
            return False
        self._spanned = [ahead, back, *([still, still + size] if still >= 0 else [])]
        for column in self._spanned[1:]:
            self._solver.changeColBounds(column, 0.0, 0.0)
        self._solver.changeColBounds(ahead, span[0], most)
        return True

    def _restore(self) -> None:
        for column in self._spanned:
            self._solver.changeColBounds(column, 0.0, float(self._bounds[column]))

    @property
    def laborious(self) -> bool:
        """Whether the last answer took long."""
        return bool(self._solver.getInfo().simplex_iteration_count > _LONG)

    def _solved(self) -> bool:
        self._solver.clearSolver()  # from standing still it is nearer than from the last question's answer
        self._solver.run()
        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _solution(self) -> Floats:
        return np.asarray(self._solver.getSolution().col_value)

    def _move(self, found: Floats | None = None) -> Move | None:
        """The solution, or what else was found, as a move; None if it is not whole though it must be."""
        values, size = self._solution() if found is None else found, self._size
        amounts = values[:size] - values[size:]
        amounts[np.abs(amounts) <= _EXACT] = 0.0
        whole = self._rounded(amounts) if self._part.whole else amounts
        rest = None if whole is None else self._loose.taking_up(self._matrix @ whole)
        if whole is None or rest is None:
            return None
        by_class = np.zeros(self._classes.size + 1)
        by_class[self._moving], by_class[self._loose.classes] = whole, rest
        moved = self._classes.sign * by_class[self._classes.number]
        places = np.flatnonzero(np.abs(moved) > _EXACT)
        return dict(zip(self._cells[places].tolist(), moved[places].tolist(), strict=True))

    def _rounded(self, amounts: Floats) -> Floats | None:
        """Whole amounts, if need be a multiple of the move that still fits; None if there are none."""
        times, size = 1, self._size
        for amount in amounts[amounts != 0]:
            times = max(times, Fraction(float(amount)).limit_denominator(_LARGEST_DENOMINATOR).denominator)
        whole = np.rint(amounts * times)
        fits = np.all(whole <= self._bounds[:size]) and np.all(-whole <= self._bounds[size:])
        return whole if fits and np.all(np.abs(whole - amounts * times) <= 1e-4) else None

    def _whole(self) -> Move | None:
        """Solve again in whole numbers."""
        solver, columns = self._solver, np.arange(2 * self._size, dtype=np.int32)
        basis = solver.getBasis()
        kinds = np.full(len(columns), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        solver.changeColsIntegrality(len(columns), columns, kinds)
        solver.setOptionValue("presolve", "choose")
        solver.run()
        solver.setOptionValue("presolve", "off")
        found = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        move = self._move() if found else None
        solver.changeColsIntegrality(len(columns), columns, np.zeros_like(kinds))
        solver.setBasis(basis)
        return move


_PULL = 1e4


def new_solver() -> Any:
    """A silent HiGHS that works alone and always the same way."""
    solver = _Highs()  # highspy's own subclass prints a line before it can be told not to
    options: dict[str, bool | float | str] = {
        "output_flag": False,
        "threads": 1,
        "presolve": "off",
        "mip_max_nodes": _NODES,
        "mip_max_improving_sols": 1,
        "simplex_strategy": _DUAL,
        "simplex_scale_strategy": 0,
    }
    for option, value in options.items():
        solver.setOptionValue(option, value)
    return solver
