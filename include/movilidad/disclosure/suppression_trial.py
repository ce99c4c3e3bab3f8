"""What one attempt found, for the next on nearly the same equations: most of its moves are possible there too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from movilidad.disclosure.suppression_moves import Move
from movilidad.disclosure.suppression_part import Part
from movilidad.disclosure.suppression_search import Search
from movilidad.disclosure.system import Flags

_EXACT = 1e-6


@dataclass
class Trial:
    """What was hidden at the end of an attempt, and the moves that it found, by cell of the system."""

    hidden: set[int] = field(default_factory=set)
    moves: list[Move] = field(default_factory=list)

    def note(self, search: Search) -> None:
        """Keep what a search found, in the part of the system that it looked at."""
        cells = search.part.cells.tolist()
        chosen = search.part.opened(search.hidden) & (search.part.group >= 0)
        self.hidden |= {cells[place] for place in np.flatnonzero(chosen)}
        self.moves += [{cells[place]: by for place, by in move.items()} for move in search.moves.all()]

    def carried(self, places: Mapping[int, int]) -> "Trial":
        """The same in another system: ``places`` gives there the cells of this one that are there as well."""
        return Trial(
            {places[cell] for cell in self.hidden if cell in places},
            [
                {places[cell]: by for cell, by in move.items()}
                for move in self.moves
                if all(cell in places for cell in move)
            ],
        )

    def begin(self, search: Search) -> None:
        """Let a search begin where this ended, as far as it fits."""
        part = search.part
        own = {cell: place for place, cell in enumerate(part.cells.tolist())}
        groups = [int(part.group[own[cell]]) for cell in self.hidden if cell in own]
        search.hidden[[group for group in groups if group >= 0]] = True
        search.hidden &= ~search.barred
        for move in _possible(part, self.carried(own).moves, part.opened(search.hidden)):
            search.moves.add(move)


def _possible(part: Part, moves: Sequence[Move], opened: Flags) -> list[Move]:
    """Those that solve the equations of the part within its bounds, with what is hidden."""
    if not moves:
        return []
    number = np.repeat(np.arange(len(moves)), [len(move) for move in moves])
    cell = np.array([place for move in moves for place in move], dtype=np.intp)
    amount = np.array([by for move in moves for by in move.values()])
    wrong = (amount > part.up[cell] + _EXACT) | (-amount > part.down[cell] + _EXACT) | ~opened[cell]
    fits = np.bincount(number, wrong, len(moves)) == 0
    left = abs(part.matrix @ sparse.csc_array((amount, (cell, number)), shape=(part.size, len(moves))))
    fits &= np.asarray(left.max(axis=0).todense()).ravel() <= _EXACT
    return [move for move, fit in zip(moves, fits, strict=True) if fit]
