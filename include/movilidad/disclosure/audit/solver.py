"""One linear programme, solved again and again with other costs; HiGHS keeps its last basis."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.rests import with_rests

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Box = tuple[Places, Floats, Floats]  # unknowns, their least and their greatest values
TOLERANCE = 1e-6
NO_PLACES: Places = np.zeros(0, dtype=np.int64)
_DUAL_SIMPLEX = 1
_SHORT = 12  # unknowns in a row that is followed to neighbours
_MEND_SECONDS = 10.0
_RINGS = 3
_REACH = 2  # steps that an unknown may move to mend a point


@dataclass(frozen=True)
class Optimum:
    """Attributes:
    point: the unknowns, or None.
    state: ``optimal``, ``unbounded``, ``infeasible`` or ``unknown`` (out of time).
    """

    point: Floats | None
    state: str


class Program:
    """Points of one part.

    Args:
        part: the unknowns and rows.
        cap: unknowns stay below it, so that random costs have an optimum; ``inf`` for none.
        holding: unknowns that may be held.
    """

    def __init__(self, part: Part, cap: float = np.inf, holding: Places = NO_PLACES) -> None:
        self.part = part
        self.size, self.cap = len(part.columns), cap
        self._every = np.arange(self.size, dtype=np.int32)
        self.high = np.full(self.size, cap)
        self._held = np.zeros(self.size, dtype=bool)
        self._short = abs(part.matrix[np.diff(part.matrix.indptr) <= _SHORT]).tocsr()
        self._rests = with_rests(part, holding)
        rests = self._rests
        self._model = lp_model(rests.matrix, rests.row_low, rests.row_high, rests.low, self.high)
        self._model.setOptionValue("simplex_strategy", _DUAL_SIMPLEX)

    def hold(self, columns: Places, values: Floats) -> None:
        """Fix some unknowns; one may be named twice."""
        places, first = np.unique(columns, return_index=True)  # HiGHS wants each once
        self._held[places] = True
        self._bound(places, values[first], values[first])

    def release(self, columns: Places) -> None:
        places = np.unique(columns)
        self._held[places] = False
        self._bound(places, self.part.column_low[places], self.high[places])

    def _bound(self, places: Places, low: Floats, high: Floats) -> None:
        self._model.changeColsBounds(len(places), places.astype(np.int32), low, high)

    def least(self, cost: Floats) -> Optimum:
        """A point with least cost, not always a whole one."""
        self._model.changeColsCost(self.size, self._every, self._rests.back.T @ cost)
        self._model.run()
        state = state_of(self._model)
        if state != "optimal":
            self._model.clearSolver()  # the basis of a failed run leads the next one astray
        values = np.array(self._model.getSolution().col_value)
        return Optimum(self._rests.back @ values if state == "optimal" else None, state)

    def at(self, columns: Places, values: Floats) -> Floats | None:
        """Any point at which some unknowns have certain values, not always a whole one; None if there is none.

        An interior point first: where much is held and nothing is asked, the simplex method wanders.
        """
        low, high = self.part.column_low.copy(), self.high.copy()
        low[columns] = high[columns] = values
        return interior_optimum(lp_model(self.part.matrix, self.part.row_low, self.part.row_high, low, high))

    def mended(self, point: Floats, cost: Floats, seconds: float = _MEND_SECONDS) -> Floats | None:
        """A whole point near a fractional one: its fractional unknowns move, and if need be neighbours."""
        loose = np.abs(point - np.round(point)) > TOLERANCE
        if not loose.any():
            return np.round(point)
        for _ in range(_RINGS):
            mended = self._moved(point, np.flatnonzero(loose), cost, seconds)
            if mended is not None:
                return mended
            loose = self._around(loose)
        return None

    def _around(self, loose: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Unknowns in a short row with a loose one."""
        rows = (self._short @ loose.astype(float)) > 0
        return np.asarray(loose | (self._short.T @ rows.astype(float) > 0))

    def _moved(self, point: Floats, loose: Places, cost: Floats, seconds: float) -> Floats | None:
        rounded = np.round(point)
        inner = self.part.matrix[:, loose].tocsr()
        rows = np.flatnonzero(np.diff(inner.indptr))
        near = np.floor(point[loose]) - _REACH, np.ceil(point[loose]) + _REACH
        held = self._held[loose]
        low = np.where(held, point[loose], np.maximum(self.part.column_low[loose], near[0]))
        high = np.where(held, point[loose], np.minimum(self.high[loose], near[1]))
        rounded[loose] = 0
        said = (self.part.matrix @ rounded)[rows]
        row_low, row_high = self.part.row_low[rows] - said, self.part.row_high[rows] - said
        found = whole_optimum(lp_model(inner[rows], row_low, row_high, low, high), cost[loose], seconds)
        if found.point is None:
            return None
        rounded[loose] = found.point
        return rounded

    def least_whole(self, cost: Floats, seconds: float, within: Sequence[Box] = ()) -> Optimum:
        """A whole point with least cost, with some unknowns within bounds of their own."""
        low, high = self.part.column_low.copy(), self.high.copy()
        for columns, least, most in within:
            low[columns] = np.maximum(low[columns], least)
            high[columns] = np.minimum(high[columns], most)
        part = self.part
        return whole_optimum(lp_model(part.matrix, part.row_low, part.row_high, low, high), cost, seconds)


class _Silent(highspy.Highs):
    """HiGHS without its callbacks: to set them up prints a banner, whatever the options say."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


def lp_model(
    matrix: sparse.csr_array, row_low: Floats, row_high: Floats, low: Floats, high: Floats
) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.zeros(matrix.shape[1])
    lp.col_lower_, lp.col_upper_ = low, high
    lp.row_lower_, lp.row_upper_ = row_low, row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    model = _Silent()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.passModel(lp)
    return model


def interior_optimum(model: highspy.Highs) -> Floats | None:
    """A point of a model by the interior-point method, not always a whole one; None if there is none."""
    model.setOptionValue("solver", "ipm")
    model.run()
    return np.array(model.getSolution().col_value) if state_of(model) == "optimal" else None


def rounded(point: Floats) -> Floats | None:
    """The whole numbers that a point is but for rounding; None if it is fractional."""
    whole = np.round(point)
    return whole if np.abs(whole - point).max() <= TOLERANCE else None


def whole_optimum(model: highspy.Highs, cost: Floats, seconds: float) -> Optimum:
    """The whole point of a model with least cost, or the best one by then."""
    every = np.arange(len(cost), dtype=np.int32)
    model.changeColsCost(len(cost), every, cost)
    model.changeColsIntegrality(len(cost), every, np.full(len(cost), highspy.HighsVarType.kInteger))
    model.setOptionValue("time_limit", float(seconds))
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.5)
    model.run()
    state = state_of(model)
    feasible = state == "optimal" or model.getInfo().primal_solution_status == 2
    return Optimum(np.round(model.getSolution().col_value) if feasible else None, state)


def state_of(model: highspy.Highs) -> str:
    """How the last run of a model ended, as an ``Optimum`` says it."""
    status = highspy.HighsModelStatus
    return {
        status.kOptimal: "optimal",
        status.kInfeasible: "infeasible",
        status.kUnbounded: "unbounded",
        status.kUnboundedOrInfeasible: "unbounded",  # asked only of what is known to be possible
    }.get(model.getModelStatus(), "unknown")
