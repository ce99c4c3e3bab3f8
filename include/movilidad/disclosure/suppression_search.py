"""A good pattern for one part, cell by cell: the cheapest way out for each cell that can be read too closely.

The idea of Kelly, Golden and Assad (1992) for two-way tables, a cheapest flow through the cell, carried over to
any equations: the cheapest move that takes the cell far enough. Cells that are hidden already move for almost
nothing. Each move found protects all the cells that it moves, so there are fewer programmes to solve than cells.
"""

import numpy as np

from movilidad.disclosure.reader_range import narrow
from movilidad.disclosure.suppression_model import MoveModel
from movilidad.disclosure.suppression_moves import NOBODY, Move, Moves, enough
from movilidad.disclosure.suppression_part import Part
from movilidad.disclosure.system import Flags, Floats

_ALMOST_NOTHING = 1e-3
_NOISE = 0.2
_RESCALED = 2


class Stuck(Exception):  # noqa: N818 (an answer, not an error)
    """No pattern protects ``cell`` from those who know ``known``, with the groups that may still be hidden."""

    def __init__(self, cell: int, known: int) -> None:
        self.cell, self.known = cell, known
        super().__init__(cell, known)


class Search:
    """What is hidden in a part, and the moves that prove it safe.

    Args:
        part: where.
        barred: groups that may not be hidden.
        rng: order of the cells and a little noise on the costs, so that attempts differ.
    """

    def __init__(self, part: Part, barred: Flags, rng: np.random.Generator) -> None:
        self.part = part
        self.hidden = np.zeros(len(part.cost), dtype=np.bool_)
        self.moves = Moves(part)
        self.barred, self._rng = barred, rng
        self._scale = max(float(np.median(part.cost)) if len(part.cost) else 1.0, 1e-9)
        self._noise = 1 + _NOISE * rng.random(len(part.cost))
        self._paid: MoveModel | None = None
        self._free: MoveModel | None = None
        self._free_open: Flags = np.zeros(part.size, dtype=np.bool_)

    @property
    def cost(self) -> float:
        return float(self.part.cost[self.hidden].sum())

    def protect(self) -> None:
        """Hide what is needed. Raises Stuck."""
        while True:
            short = self.moves.short_of(self.targets())
            if len(short):
                for cell in self._rng.permutation(short).tolist():
                    self._satisfy(cell, NOBODY)
                continue
            exposed = [(cell, known) for cell in self._sensitive() for known in self.moves.knowers(cell)]
            if not exposed:
                return
            for cell, known in exposed:
                self._satisfy(cell, known)

    def unproven(self) -> list[tuple[int, int]]:
        """Cells that what is hidden now does not protect, each with the lone cell whose contributor reads it."""
        lacking = [
            (int(cell), NOBODY) for cell in self.moves.short_of(self.targets()) if not self.free(cell, NOBODY)
        ]
        bare = {cell for cell, _ in lacking}
        for cell in self._sensitive():
            if cell not in bare:
                lacking += [(cell, known) for known in self.moves.knowers(cell) if not self.free(cell, known)]
        return lacking

    def again(self, hidden: Flags) -> "Search":
        """The same task from another pattern, which need not be safe."""
        other = Search(self.part, self.barred, self._rng)
        other.hidden = hidden.copy()
        return other

    def targets(self) -> np.ndarray:
        """Cells that need a proof now."""
        part = self.part
        asked = np.where(part.latent, part.short + part.far > 0, part.need > 0)
        return np.flatnonzero(asked & part.opened(self.hidden))

    def _sensitive(self) -> list[int]:
        targets = self.targets()
        return [int(cell) for cell in targets[self.part.sensitive[targets]]]

    def _satisfy(self, cell: int, known: int) -> None:
        """Find moves that prove the cell, hiding what they need."""
        if self.moves.proven(cell, known) or self.free(cell, known):
            return
        for _ in range(3):  # each step pays for one direction; with the cells it opens, the other may be free
            plan = self._plan(cell, known)
            if plan is None:
                raise Stuck(cell, known)
            self._adopt(plan)
            if self.moves.proven(cell, known) or self.free(cell, known):
                return
        raise Stuck(cell, known)

    def free(self, cell: int, known: int, *, thorough: bool = True) -> bool:
        """Prove the cell with what is hidden already, if that can be done.

        Args:
            thorough: also look for moves in whole numbers where those found are fractions, which is slow.
        """
        model, reached = self._free_model(), {1: 0.0, -1: 0.0}
        for sign in (1, -1):
            up, down = self.moves.reach(cell, known)
            reached[sign] = up if sign > 0 else down
            limit = self._missing(cell, sign, up, down)
            if limit > reached[sign]:
                move, far = model.furthest(cell, sign, limit, known)
                reached[sign] = max(reached[sign], far)
                if self._proves(move, cell, known):
                    return True
        if not thorough or not self.part.whole or not enough(self.part, cell, reached[1], reached[-1]):
            return False
        for sign in (1, -1):  # in fractions it moves far enough: what about whole numbers?
            amount = self._missing(cell, sign, *self.moves.reach(cell, known))
            move = model.some(cell, sign, min(amount, reached[sign]), known)
            if self._proves(move, cell, known):
                return True
        return False

    def _proves(self, move: Move | None, cell: int, known: int) -> bool:
        if move:
            self.moves.add(move)
        return move is not None and self.moves.proven(cell, known)

    def _missing(self, cell: int, sign: int, up: float, down: float) -> float:
        """How far in this direction would be enough; not further than the cell can go."""
        part = self.part
        if part.latent[cell]:
            wanted = float((part.far if sign > 0 else part.short)[cell])
            return wanted if np.isfinite(wanted) else 0.0
        room = float((part.up if sign > 0 else part.down)[cell])
        return min(room, float(part.need[cell]) - (down if sign > 0 else up))

    def _plan(self, cell: int, known: int) -> Move | None:
        """The cheaper of going up and going down; a direction that is not enough alone counts only if needed."""
        up, down = self.moves.reach(cell, known)
        plans: list[tuple[bool, float, Move]] = []
        for sign, reached in ((1, up), (-1, down)):
            amount = self._missing(cell, sign, up, down)
            if amount <= reached:
                continue
            move = self._bought(cell, sign, amount, known)
            if move:
                far = max(up, move[cell]), max(down, -move[cell])
                plans.append((not enough(self.part, cell, *far), self._price(move), move))
        return min(plans, key=lambda plan: plan[:2])[2] if plans else None

    def _bought(self, cell: int, sign: int, amount: float, known: int) -> Move | None:
        """A move that is cheap if each group is paid once: prices per unit follow the amounts (slope scaling)."""
        per_unit = self.part.cost / self._scale * self._noise
        best: Move | None = None
        opened: set[int] | None = None
        for _ in range(_RESCALED + 1):
            move = self._paid_model(per_unit).cheapest(cell, sign, amount, known)
            if move is None and best is None:
                move = self._paid_model(per_unit).some(cell, sign, amount, known)
            if move is None:
                break
            if best is None or self._price(move) < self._price(best):
                best = move
            if opened == self._new(move) or not self._new(move) or self._paid_model(per_unit).laborious:
                break  # asking again would say the same, or take long
            opened = self._new(move)
            per_unit = per_unit.copy()
            for other, by in move.items():
                group = self.part.group[other]
                if group >= 0:
                    per_unit[group] = self.part.cost[group] / self._scale * amount / max(abs(by), 1e-9)
        return best

    def _new(self, move: Move) -> set[int]:
        """Groups that this move would hide."""
        groups = {int(self.part.group[cell]) for cell in move}
        return {group for group in groups if group >= 0 and not self.hidden[group]}

    def _price(self, move: Move) -> float:
        return float(self.part.cost[list(self._new(move))].sum())

    def _adopt(self, move: Move) -> None:
        self.hidden[list(self._new(move))] = True
        self.moves.add(move)

    def _paid_model(self, per_unit: Floats) -> MoveModel:
        part = self.part
        if self._paid is None:
            self._paid = MoveModel(part)
            self._paid.open(part.opened(~self.barred))
        charged = np.maximum(np.where(self.hidden, 0.0, per_unit), _ALMOST_NOTHING)
        self._paid.charge(part.spread(charged, _ALMOST_NOTHING))
        return self._paid

    def _free_model(self) -> MoveModel:
        """A small model of what is hidden now; an older one serves as long as it has all that is hidden."""
        part, opened = self.part, self.part.opened(self.hidden)
        if self._free is None or np.any(opened & ~self._free_open):
            still = np.zeros(part.size)
            low, high = narrow(part.matrix, still, ~opened, (-part.down, part.up), part.whole)
            self._free = MoveModel(part, np.flatnonzero(opened & (high > low)))
            self._free.charge(np.full(part.size, _ALMOST_NOTHING))
            self._free_open = opened
        self._free.open(opened)
        return self._free
