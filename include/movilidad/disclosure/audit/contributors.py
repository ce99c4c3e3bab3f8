"""The check that nobody who is alone in one hidden cell, and so knows it, can narrow down another."""

from collections.abc import Iterable

import numpy as np

from movilidad.disclosure.audit.solver import Floats, Places
from movilidad.disclosure.audit.witnesses import Fixed, Flags, Witnesses

_SHARES = (8, 16, 32)  # one lone contributor in so many is held at once
_IDLE = 3
_LOOKS = 2


class Contributors:
    """Pairs of a lone contributor's cell and another cell that it must not narrow down.

    Args:
        lone: quantities with a single contributor.
        true_values: theirs.
        targets: the quantities to be protected.
        same: pairs of places among ``lone`` that are one person's; nobody narrows down himself.
    """

    def __init__(
        self,
        witnesses: Witnesses,
        lone: Places,
        true_values: Floats,
        targets: Places,
        same: Iterable[tuple[int, int]],
    ) -> None:
        self.witnesses, self.lone, self.true_values, self.targets = witnesses, lone, true_values, targets
        self.wide: Flags = lone[:, None] == targets[None, :]  # pairs that are proven, or need no proof
        place = {int(target): number for number, target in enumerate(targets)}
        for one, other in same:
            if int(lone[other]) in place:
                self.wide[one, place[int(lone[other])]] = True

    def failures(self) -> tuple[set[int], set[int], set[int]]:
        """Targets that some contributor narrows down, those not proven in time, and impossible lone cells."""
        self._by_the_pool()
        self._explore()
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

    def _explore(self) -> None:
        """Hold many at once: what withstands them together withstands each."""
        for share in _SHARES:
            idle = 0
            while idle < _IDLE and len(open_ := np.flatnonzero(~self.wide.all(axis=1))):
                some = self.witnesses.random.permutation(open_)[: max(len(open_) // share, 1)]
                for _ in range(_LOOKS):
                    self.witnesses.look(self.targets[~self.wide[some].all(axis=0)], self._held(some))
                self._by_the_pool()
                # each one left costs a look of its own
                idle = idle + 1 if len(open_) - (~self.wide.all(axis=1)).sum() < _LOOKS else 0

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
