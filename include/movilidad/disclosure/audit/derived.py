"""Groups that no table prints: none may be certain to hold a few people and no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from movilidad.disclosure.audit.latent import Latent
from movilidad.disclosure.audit.reading import Fault
from movilidad.disclosure.audit.seen import Limits
from movilidad.disclosure.audit.solver import Floats
from movilidad.disclosure.audit.witnesses import Flags, Witnesses

_IDLE = 3
_PROGRESS = 0.02


@dataclass(frozen=True)
class Piece:
    """What one part holds of the groups: group → its quantity among the part's witnesses."""

    witnesses: Witnesses
    groups: dict[int, int]


class _Groups:
    """The groups' values at witness points. Parts do not depend on each other, so their extremes add up."""

    def __init__(self, latents: Sequence[Latent], known: Floats, pieces: Sequence[Piece], limits: Limits) -> None:
        values = np.nan_to_num(known)
        self.base = np.array([values[list(one.plus)].sum() - values[list(one.minus)].sum() for one in latents])
        self.pieces, self.limits = pieces, limits

    def unproven(self) -> Flags:
        """Groups of which no witness shows that nobody, or enough people, may be in them."""
        low, high = self.base.copy(), self.base.copy()
        for piece in self.pieces:
            groups, places = list(piece.groups), list(piece.groups.values())
            low[groups] += piece.witnesses.low[places]
            high[groups] += piece.witnesses.high[places]
        return self._certain(low, high)

    def _is_unproven(self, group: int) -> bool:
        return bool(self._certain(*self._ends(group)))

    def _ends(self, group: int) -> tuple[Floats, Floats]:
        """The least and greatest value at any combination of the parts' points."""
        low = high = self.base[group]
        for piece in self._holding(group):
            place = piece.groups[group]
            low, high = low + piece.witnesses.low[place], high + piece.witnesses.high[place]
        return low, high

    def _certain(self, low: Floats, high: Floats) -> Flags:
        return np.asarray((low >= 1) & (high < self.limits.frequency))

    def move(self) -> None:
        """Short ways that bring enough people into a group, or everybody out of it."""
        for group in np.flatnonzero(self.unproven()).tolist():
            for piece in self._holding(group):
                self._fill_or_empty(group, piece)

    def _fill_or_empty(self, group: int, piece: Piece) -> None:
        witnesses = piece.witnesses
        for window in witnesses.windows.of_months():
            for sign in (1.0, -1.0):
                if not self._is_unproven(group):
                    return
                move = window.least(witnesses.cost(piece.groups[group], sign))
                if move is not None:
                    witnesses.keep(witnesses.first + move)

    def explore(self) -> None:
        idle = 0
        while idle < _IDLE and (open_ := self.unproven()).any():
            for piece in self.pieces:
                places = [place for group, place in piece.groups.items() if open_[group]]
                if places:
                    piece.witnesses.look(np.array(places))
            idle = idle + 1 if self.unproven().sum() > open_.sum() * (1 - _PROGRESS) else 0

    def reach(self) -> set[int]:
        """The shortest ways that bring enough people into a group, or everybody out of it; groups without any."""
        without = set()
        for group in np.flatnonzero(self.unproven()).tolist():
            told = [self._reaches(group, piece) for piece in self._holding(group)]
            if told == [False]:
                without.add(group)
        return without

    def _reaches(self, group: int, piece: Piece) -> bool | None:
        """Whether a part alone can empty or fill a group, by the shortest way; None if that does not tell."""
        low, high = self._ends(group)
        witnesses, place = piece.witnesses, piece.groups[group]
        emptied = witnesses.towards(place, witnesses.low[place] - low)
        if not self._is_unproven(group):
            return True
        filled = witnesses.towards(place, witnesses.high[place] + self.limits.frequency - high)
        return False if emptied is False and filled is False else None

    def verdict(self, group: int) -> bool | None:
        """Whether a group is certain to be small; None if it could not be found out in time."""
        low = high = self.base[group]
        for piece in self._holding(group):
            ends = piece.witnesses.bounds(piece.groups[group])
            low, high = low + ends[0], high + ends[1]
        if self._certain(low, high):
            return True
        if not self._is_unproven(group):
            return False
        low = high = self.base[group]
        proven = True
        for piece in self._holding(group):
            least, most, certain = piece.witnesses.whole_bounds(piece.groups[group])
            low, high, proven = low + least, high + most, proven and certain
        if not self._certain(low, high):
            return False
        return True if proven else None

    def _holding(self, group: int) -> list[Piece]:
        return [piece for piece in self.pieces if group in piece.groups]


def certain_groups(
    latents: Sequence[Latent], known: Floats, pieces: Sequence[Piece], limits: Limits
) -> Iterator[Fault]:
    """Groups of which a reader is certain that 1 to n - 1 people are in them.

    Args:
        known: the unknowns that follow from the equations at once; nan for the others.
    """
    if not latents or limits.frequency < 2:
        return
    groups = _Groups(latents, known, pieces, limits)
    groups.move()
    small = groups.reach()
    groups.explore()
    for group in np.flatnonzero(groups.unproven()).tolist():
        verdict = group in small or groups.verdict(group)
        if verdict is not False:
            yield "derivada" if verdict else "sin_prueba", latents[group].layer, latents[group].cell
