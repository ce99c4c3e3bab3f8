"""The check that nobody who is alone in one hidden cell, and so knows it, can narrow down another."""

import numpy as np

from movilidad.disclosure.audit.moves import Moves
from movilidad.disclosure.audit.solver import Floats, Places
from movilidad.disclosure.audit.witnesses import Fixed, Flags, Witnesses

_BASES = 3
_IDLE = 3
_CROWDS = (0.5, 0.25, 0.1)  # share of the contributors who are held at once
_PROGRESS = 0.05


class Contributors:
    """Pairs of a lone contributor's cell and another cell that it must not narrow down.

    Args:
        lone: quantities with a single contributor.
        true_values: theirs.
        targets: the quantities to be protected.
        same: per contributor and target, whether both are one person's; nobody narrows down himself.
    """

    def __init__(
        self,
        witnesses: Witnesses,
        lone: Places,
        true_values: Floats,
        targets: Places,
        same: Flags,
    ) -> None:
        self.witnesses, self.lone, self.true_values, self.targets = witnesses, lone, true_values, targets
        # pairs that are proven, or need no proof
        self.wide: Flags = (lone[:, None] == targets[None, :]) | same

    def failures(self) -> tuple[set[int], set[int], set[int]]:
        """Targets that some contributor narrows down, those not proven in time, and impossible lone cells."""
        self._by_the_pool()
        self._move()
        self._crowds()
        narrow: set[int] = set()
        unproven: set[int] = set()
        impossible: set[int] = set()
        for place in np.flatnonzero(~self.wide.all(axis=1)).tolist():
            if not self._alone(place, narrow, unproven):
                impossible.add(int(self.lone[place]))
        return narrow, unproven - narrow, impossible

    def _held(self, places: Places) -> Fixed:
        return self.lone[places], self.true_values[places]

    def _by_the_pool(self) -> None:
        for place in np.flatnonzero(~self.wide.all(axis=1)).tolist():
            self._seen(place)

    def _move(self) -> None:
        """Short ways from points at which every contributor has the true value."""
        for _ in range(_BASES):
            if self.wide.all():
                return
            point = self.witnesses.point(self._held(np.arange(len(self.lone))))
            if point is None:
                continue
            moves = Moves(self.witnesses.part, point, self.witnesses.held)
            for target in np.flatnonzero(~self.wide.all(axis=0)).tolist():
                self._past_many(moves, target)

    def _past_many(self, moves: Moves, target: int) -> None:
        """Move a target past as many contributors at once as possible, then past those who were in the way."""
        own, least = self.witnesses.own, self.witnesses.limits.minimum
        while len(open_ := np.flatnonzero(~self.wide[:, target])):
            for amount in (least, -least):
                avoided = own[self.lone[np.flatnonzero(~self.wide[:, target])]]
                move = moves.away(int(own[self.targets[target]]), amount, avoided) if len(avoided) else None
                if move is not None:
                    still, far = move[own[self.lone]] == 0, abs(move[own[self.targets]]) >= least
                    self.wide |= still[:, None] & far
            if (~self.wide[open_, target]).all():
                return

    def _crowds(self) -> None:
        """Points at which many contributors at once have the true value, then at which fewer do.

        One linear programme serves all of them: what it moves past all it moves past each.
        """
        for share in _CROWDS:
            idle = 0
            while idle < _IDLE:
                open_ = ~self.wide
                lone, targets = np.flatnonzero(open_.any(axis=1)), np.flatnonzero(open_.any(axis=0))
                if not len(lone):
                    return
                held = self.witnesses.random.permutation(lone)[: max(int(len(lone) * share), 1)]
                self.witnesses.look(self.targets[targets], self._held(held))
                self._by_the_pool()
                idle = idle + 1 if (~self.wide).sum() > open_.sum() * (1 - _PROGRESS) else 0

    def _alone(self, place: int, narrow: set[int], unproven: set[int]) -> bool:
        """Hold one contributor; False if the cell cannot have the true value."""
        held = self._held(np.array([place]))
        idle = 0
        while idle < _IDLE:
            left = self._left(place, narrow)
            if not left:
                return True
            if not self.witnesses.look(np.array(left), held):
                return False
            self._seen(place)
            idle = idle + 1 if len(self._left(place, narrow)) == len(left) else 0
        for target in self._left(place, narrow):
            verdict = self.witnesses.is_wide(target, held)
            if verdict is not True:
                (unproven if verdict is None else narrow).add(target)
        return True

    def _left(self, place: int, narrow: set[int]) -> list[int]:
        return [int(target) for target in self.targets[~self.wide[place]] if int(target) not in narrow]

    def _seen(self, place: int) -> None:
        """What points that happen to have a contributor's true value prove."""
        spread = self.witnesses.spread(self._held(np.array([place])))
        self.wide[place] |= spread[self.targets] >= self.witnesses.limits.minimum
