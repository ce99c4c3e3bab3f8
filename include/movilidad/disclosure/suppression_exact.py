"""The pattern of least loss for a part: inequalities (Fischetti and Salazar 2000) until none is missing.

First with groups hidden by half, which gives most inequalities cheaply, then in whole groups. Work is limited by
counts, never by the clock, so that the same input gives the same answer; at a limit the best pattern found stays.
"""

import highspy
import numpy as np

from movilidad.disclosure.suppression_cuts import Cut, Reader
from movilidad.disclosure.suppression_model import new_solver
from movilidad.disclosure.suppression_moves import NOBODY, Move
from movilidad.disclosure.suppression_release import release
from movilidad.disclosure.suppression_search import Search, Stuck
from movilidad.disclosure.system import Flags, Floats

_RELAXED_ROUNDS = 40
_WHOLE_ROUNDS = 60
_NODES = 3000
_VISIBLE = 0.02
_GAIN = 1e-4


class _Master:
    """Which groups to hide at least cost, as far as the inequalities known so far tell."""

    def __init__(self, cost: Floats) -> None:
        self._solver, self._size = new_solver(), len(cost)
        self._solver.setOptionValue("presolve", "choose")
        self._solver.setOptionValue("mip_max_nodes", _NODES)
        self._solver.setOptionValue("mip_max_improving_sols", 2**31 - 1)
        nothing = np.zeros(0, dtype=np.int32)
        self._solver.addCols(
            len(cost), cost, np.zeros(len(cost)), np.ones(len(cost)), 0, nothing, nothing, np.zeros(0)
        )
        self._every = np.arange(len(cost), dtype=np.int32)

    def add(self, cut: Cut) -> None:
        places = np.flatnonzero(cut.factors).astype(np.int32)
        self._solver.addRow(cut.bound, highspy.kHighsInf, len(places), places, cut.factors[places])

    def solve(self, whole: bool) -> tuple[Floats, float] | None:
        """Shares hidden and a lower bound on the cost; None if there is no solution within the limits."""
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        self._solver.changeColsIntegrality(self._size, self._every, np.full(self._size, int(kind), dtype=np.uint8))
        self._solver.run()
        info = self._solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        z = np.asarray(self._solver.getSolution().col_value)
        return np.clip(np.rint(z) if whole else z, 0, 1), float(
            info.mip_dual_bound if whole else info.objective_function_value
        )


def improve(search: Search) -> Flags:
    """The groups of the best pattern found, at least as good as the search's own, which must be safe."""
    return _Exact(search).run()


class _Exact:
    def __init__(self, search: Search) -> None:
        self._first, self._part = search, search.part
        self._best, self._cost = search.hidden.copy(), search.cost
        self._master, self._reader = _Master(self._part.cost), Reader(self._part)
        self._moves: list[Move] = search.moves.all()

    def run(self) -> Flags:
        self._relaxed()
        for _ in range(_WHOLE_ROUNDS):
            solved = self._master.solve(whole=True)
            if solved is None or solved[1] >= self._cost * (1 - _GAIN):
                break
            if not self._try(solved[0] > 0.5):
                break
        return self._best

    def _relaxed(self) -> None:
        """Inequalities from groups hidden by half, as long as they raise the bound."""
        before, idle = 0.0, 0
        for _ in range(_RELAXED_ROUNDS):
            solved = self._master.solve(whole=False)
            if solved is None:
                return
            z, bound = solved
            idle = idle + 1 if bound < before + _GAIN * self._cost else 0
            before = bound
            if idle >= 3 or bound >= self._cost * (1 - _GAIN) or not self._separate(z):
                return

    def _separate(self, z: Floats) -> int:
        part, found = self._part, 0
        asked = np.where(part.latent, part.short + part.far > 0, part.need > 0)
        for cell in np.flatnonzero(asked & (part.spread(z, 1.0) > _VISIBLE)).tolist():
            cut = self._reader.cut(z, cell)
            if cut is not None and cut.violation(z) > 1e-3:
                self._master.add(cut)
                found += 1
        return found

    def _try(self, hidden: Flags) -> bool:
        """Exclude the pattern by what it lacks and see what repairing it gives; False if it lacks nothing."""
        candidate = self._candidate(hidden)
        lacking = candidate.unproven()
        if not lacking:
            self._keep(candidate)
            return False
        z = hidden.astype(np.float64)
        for cell, known in lacking:
            cut = self._reader.cut(z, cell, known)
            if cut is None or cut.violation(z) <= 1e-6:  # wide enough in fractions, not in whole numbers
                cut = self._more(hidden, cell, known)
            self._master.add(cut)
        try:
            candidate.protect()
        except Stuck:
            return True
        release(candidate)
        self._keep(candidate)
        return True

    def _more(self, hidden: Flags, cell: int, known: int) -> Cut:
        """One group more must be hidden than in this pattern, or the cell not."""
        own = {int(self._part.group[cell]), int(self._part.group[known]) if known != NOBODY else -1} - {-1}
        factors = np.where(hidden, 0.0, 1.0)
        factors[sorted(own)] = -1.0
        return Cut(factors, 1.0 - len(own))

    def _candidate(self, hidden: Flags) -> Search:
        search = self._first.again(hidden)
        opened = set(np.flatnonzero(self._part.opened(hidden)).tolist())
        for move in self._moves:
            if move.keys() <= opened:
                search.moves.add(move)
        return search

    def _keep(self, search: Search) -> None:
        known = {id(move) for move in self._moves}
        self._moves += [move for move in search.moves.all() if id(move) not in known]
        if search.cost < self._cost:
            self._best, self._cost = search.hidden.copy(), search.cost
