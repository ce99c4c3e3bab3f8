"""Moves found so far, and what they prove: a cell is at least as wide as the span of its possible moves."""

import numpy as np

from movilidad.disclosure.suppression_part import Part
from movilidad.disclosure.system import Floats, Indices

Move = dict[int, float]  # cell of the part → how far it moves; other cells stand still
NOBODY = -1
_SLACK = 1e-6


class Moves:
    """A pool of possible moves of one part.

    A move remains possible as long as none of its cells is shown, so a pool serves every pattern: ``forget`` drops
    what a newly shown cell excludes.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._of_cell: list[list[int]] = [[] for _ in range(part.size)]
        self._moves: list[Move | None] = []
        self._suspended: set[int] = set()
        self.up: Floats = np.zeros(part.size)
        self.down: Floats = np.zeros(part.size)

    def add(self, move: Move) -> None:
        """Remember a move."""
        number = len(self._moves)
        self._moves.append(move)
        for cell, amount in move.items():
            self._of_cell[cell].append(number)
            self.up[cell] = max(self.up[cell], amount)
            self.down[cell] = max(self.down[cell], -amount)

    def all(self) -> list[Move]:
        """The moves that are still possible."""
        return [move for move in self._moves if move is not None]

    def crossing(self, cells: Indices) -> set[int]:
        """Numbers of the moves in which one of these cells moves."""
        return {number for cell in cells for number in self._of_cell[cell]}

    def suspend(self, numbers: set[int]) -> None:
        """Leave these moves out of account until the next call (not in ``up`` and ``down``)."""
        self._suspended = numbers

    def touched(self, numbers: set[int]) -> set[int]:
        """Cells that these moves move."""
        return {cell for number in numbers for cell in self._moves[number] or ()}

    def forget(self, numbers: set[int]) -> None:
        """Drop moves that are no longer possible."""
        cells = self.touched(numbers)
        for number in numbers:
            self._moves[number] = None
        for cell in cells:
            self._of_cell[cell] = [number for number in self._of_cell[cell] if number not in numbers]
            self.up[cell], self.down[cell] = self.reach(cell)

    def reach(self, cell: int, known: int = NOBODY) -> tuple[float, float]:
        """How far the cell moves up and down, in moves that leave ``known`` alone ."""
        up = down = 0.0
        for number in self._of_cell[cell]:
            move = self._moves[number]
            if move is None or number in self._suspended or known in move:
                continue
            up, down = max(up, move[cell]), max(down, -move[cell])
        return up, down

    def proven(self, cell: int, known: int = NOBODY) -> bool:
        """Whether the pool shows that the cell is wide enough for those who know ``known`` as well."""
        return enough(self._part, cell, *self.reach(cell, known))

    def knowers(self, cell: int) -> list[int]:
        """Lone cells whose contributors may still read the cell: those that its best moves cannot do without."""
        part, suspects = self._part, set[int]()
        numbers = [number for number in self._of_cell[cell] if number not in self._suspended]
        for sign in (1, -1):
            best = max(numbers, key=lambda number: sign * (self._moves[number] or {})[cell], default=None)
            if best is not None:
                suspects.update(other for other in self._moves[best] or () if part.lone[other])
        own = part.owners[cell]
        suspects = {other for other in suspects if other != cell and not own & part.owners[other]}
        return [other for other in sorted(suspects) if not self.proven(cell, other)]

    def short_of(self, cells: Indices) -> Indices:
        """Which of these cells are not yet proven for outsiders."""
        part = self._part
        wide = self.up[cells] + self.down[cells] >= part.need[cells] - _SLACK
        return cells[~np.where(part.latent[cells], self._reached(cells), wide)]

    def _reached(self, cells: Indices) -> Floats:
        part = self._part
        down = self.down[cells] >= part.short[cells] - _SLACK
        return np.asarray(down | (self.up[cells] >= part.far[cells] - _SLACK))


def enough(part: Part, cell: int, up: float, down: float) -> bool:
    """Whether a cell that can move this far is protected."""
    if part.latent[cell]:
        return bool(down >= part.short[cell] - _SLACK or up >= part.far[cell] - _SLACK)
    return bool(up + down >= part.need[cell] - _SLACK)
