"""What the codes of dimensions are made of: axes whose pieces do not overlap.

A dimension is an axis of its own and each code one piece of it, unless codes overlap (bands cut in two ways, a
hierarchy within one column, inner codes that are part of several outer ones): then a code is a set of pieces, and
dimensions made of the same pieces share their axis.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import product

from movilidad.disclosure.audit.graph import Axes
from movilidad.disclosure.audit.seen import Cell, Structure
from movilidad.model.errors import UsageError

Pieces = frozenset[str]


class AxisMap:
    """Where the codes of some cells lie.

    Args:
        codes: dimension → the codes that occur.
    """

    def __init__(self, structure: Structure, codes: Mapping[str, set[str]]) -> None:
        self.codes = codes
        self._atoms = structure.atoms
        self._overlap: dict[str, tuple[str, Mapping[str, frozenset[str]]]] = {}
        self._inner: list[tuple[str, str, Mapping[str, frozenset[str]]]] = []
        for (inner, outer), parents in structure.belongs.items():
            if outer not in codes:
                continue
            if any(len(several) > 1 for several in parents.values()):
                self._overlap[outer] = (inner, parents)
            elif inner in codes:
                self._inner.append((inner, outer, parents))

    def axis(self, dimension: str) -> str:
        while dimension in self._overlap:
            dimension = self._overlap[dimension][0]
        return dimension

    def axes(self, dimensions: Iterable[str]) -> Axes:
        return tuple(sorted({self.axis(name) for name in dimensions}))

    def overlapping(self, dimension: str) -> bool:
        """Whether a code may be several pieces, and a piece lie in several codes."""
        return dimension in self._atoms or dimension in self._overlap

    def pieces(self, dimension: str, code: str) -> Pieces:
        """The pieces of the dimension's axis that a code is made of."""
        return self._pieces[dimension].get(code) or self._make(dimension, code)

    def codes_with(self, dimension: str, piece: str) -> list[str]:
        """The codes, of those that occur, in which a piece lies."""
        return self._codes_with[dimension].get(piece, [])

    def cell_pieces(self, cell: Cell) -> dict[str, Pieces]:
        """Axis → the pieces that a cell covers."""
        found: dict[str, Pieces] = {}
        for dimension, code in cell:
            axis, pieces = self.axis(dimension), self.pieces(dimension, code)
            found[axis] = found[axis] & pieces if axis in found else pieces
        return found

    def atoms_of(self, cell: Cell) -> Iterable[tuple[str, ...]]:
        """The cells of the axes' crossing (axes in sorted order) that a cell covers."""
        pieces = self.cell_pieces(cell)
        return product(*(sorted(pieces[axis]) for axis in sorted(pieces)))

    @cached_property
    def domain(self) -> dict[str, list[str]]:
        """Axis → all its pieces."""
        found: dict[str, set[str]] = defaultdict(set)
        for dimension, codes in self.codes.items():
            for code in codes:
                found[self.axis(dimension)] |= self.pieces(dimension, code)
        return {axis: sorted(pieces) for axis, pieces in found.items()}

    def compatible(self) -> list[tuple[Axes, set[tuple[str, ...]]]]:
        """Pairs of axes of which not all crossings exist, with those that do."""
        found: list[tuple[Axes, set[tuple[str, ...]]]] = []
        for inner, outer, parents in self._inner:
            axes = tuple(sorted((inner, outer)))
            pairs: set[tuple[str, ...]] = {
                (code, parent)
                for code in self.domain[inner]
                for parent in (parents.get(code) or self.domain[outer])
            }
            found.append((axes, pairs if axes[0] == inner else {(parent, code) for code, parent in pairs}))
        return found

    @cached_property
    def _pieces(self) -> dict[str, dict[str, Pieces]]:
        return {name: {code: self._make(name, code) for code in codes} for name, codes in self.codes.items()}

    @cached_property
    def _codes_with(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for dimension, codes in self.codes.items():
            within = found[dimension] = defaultdict(list)
            for code in sorted(codes):
                for piece in self.pieces(dimension, code):
                    within[piece].append(code)
        return found

    def _make(self, dimension: str, code: str) -> Pieces:
        if dimension in self._atoms:
            return self._atoms[dimension].get(code, frozenset({code}))
        if dimension not in self._overlap:
            return frozenset({code})
        inner, parents = self._overlap[dimension]
        parts = [part for part, outer in parents.items() if code in outer]
        if not parts and code in self.codes.get(inner, ()):
            parts = [code]  # «not stated» in both
        if not parts:
            raise UsageError(f"ningún código de «{inner}» es parte del código «{code}» de «{dimension}»")
        return frozenset().union(*(self._make(inner, part) for part in parts))
