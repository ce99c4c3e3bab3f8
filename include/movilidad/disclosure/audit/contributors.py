"""The check that nobody who is alone in one hidden cell, and so knows it, can narrow down another."""

import numpy as np

from movilidad.disclosure.audit.solver import Floats, Places
from movilidad.disclosure.audit.windows import Window, Windows
from movilidad.disclosure.audit.witnesses import Fixed, Flags, Witnesses

_IDLE = 3
_CROWDS = (0.5, 0.25, 0.1)  # share of the contributors who are held at once
_PROGRESS = 0.05
_QUESTIONS = 60  # of one target, after which whoever is left is asked one by one


class Contributors:
    """Pairs of a lone contributor's cell and another cell that it must not narrow down.

    Args:
        lone: quantities with a single contributor.
        true_values: theirs.
        spared: per contributor and hidden cell, whether it need not be wide for him: it is his own, or nobody's
            secret. The hidden cells, which come first among the quantities, are the targets.
    """

    def __init__(
        self,
        witnesses: Witnesses,
        lone: Places,
        true_values: Floats,
        spared: Flags,
    ) -> None:
        self.witnesses, self.lone, self.true_values = witnesses, lone, true_values
        # pairs that are proven, or need no proof
        self.wide: Flags = (lone[:, None] == np.arange(spared.shape[1])[None, :]) | spared

    def failures(self, failed: set[int]) -> tuple[set[int], set[int], set[int]]:
        """Targets that some contributor narrows down, those not proven in time, and impossible lone cells.

        Args:
            failed: targets of which that is known already.
        """
        self.wide[:, list(failed)] = True
        self._by_the_pool()
        narrow = self._by_shortest_ways()
        self._crowds()
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

    def move(self) -> None:
        """Short ways within a month, from a point at which every contributor has the true value.

        They prove nearly everything.
        """
        found = self._true_point()
        if found is None:
            return
        point, windows = found
        for window in windows.of_months():
            for target, unknown in enumerate(self.witnesses.held.tolist()):
                if self._is_open(target) and window.reaches(unknown):
                    self._past_many(window, target, point)
            if not self._any_open():
                return

    def _true_point(self) -> tuple[Floats, Windows] | None:
        """The first point, if it has the true values, or another that has, if one is found at once."""
        if self._first_is_true():
            return self.witnesses.first, self.witnesses.windows
        point = self.witnesses.point(self._held(np.arange(len(self.lone))))
        if point is None:
            return None
        self.witnesses.keep(point)
        return point, self.witnesses.windows_from(point)

    def _first_is_true(self) -> bool:
        first = self.witnesses.first[self.witnesses.own[self.lone]]
        return bool((first == self.true_values).all())

    def _any_open(self) -> bool:
        return any(map(self._is_open, range(self.wide.shape[1])))

    def _is_open(self, target: int) -> bool:
        return not (self.wide[:, target].all() and self.witnesses.is_proven(target))

    def _past_many(self, window: Window, target: int, point: Floats) -> None:
        """Move a target past as many contributors at once as possible, then past those who were in the way."""
        unknowns, least = self.witnesses.held, self.witnesses.limits.minimum
        while self._is_open(target):
            left = self.wide[:, target].sum()
            for amount in (least, -least):
                avoided = unknowns[self.lone[~self.wide[:, target]]]
                move = window.away(int(unknowns[target]), amount, avoided) if self._is_open(target) else None
                if move is not None:
                    self.witnesses.keep(point + move)
                    still, far = move[unknowns[self.lone]] == 0, abs(move[unknowns]) >= least
                    self.wide |= still[:, None] & far
            if self.wide[:, target].sum() == left:
                return

    def _by_shortest_ways(self) -> set[int]:
        """The shortest ways to each target past all who are left, or past halves of them.

        Gives the targets that somebody narrows down.
        """
        if not self._first_is_true():
            return set()
        targets = np.flatnonzero(~self.wide.all(axis=0)).tolist()
        narrow = {target for target in targets if self._is_narrowed(target)}
        self.wide[:, list(narrow)] = True
        return narrow

    def _is_narrowed(self, target: int) -> bool:
        groups = [np.flatnonzero(~self.wide[:, target])]
        for _ in range(_QUESTIONS):
            if not groups:
                return False
            places = groups.pop()
            verdict = self.witnesses.reach(target, self._held(places))
            if verdict:
                self.wide[places, target] = True
            elif len(places) > 1:
                groups += np.array_split(places, 2)
            elif verdict is False:
                return True
        return False

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
                self.witnesses.look(targets, self._held(held))
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
        return [target for target in np.flatnonzero(~self.wide[place]).tolist() if target not in narrow]

    def _seen(self, place: int) -> None:
        """What points that happen to have a contributor's true value prove."""
        spread = self.witnesses.spread(self._held(np.array([place])))
        self.wide[place] |= spread >= self.witnesses.limits.minimum
