"""One population in one period, as the protection looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from movilidad.disclosure.cells import Cell
from movilidad.disclosure.lines import Line, Shape, lines, reason_to_withhold
from movilidad.disclosure.patterns import Rules
from movilidad.statistics.cube import CONTRIBUTORS, SCATTERED
from movilidad.statistics.parts import Decides


@dataclass(frozen=True)
class Measure:
    """What is printed of one indicator: its cells with their true values, and the tables they stand in."""

    cells: Mapping[Cell, int]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Book:
    """A population in a period.

    Attributes:
        period: ``2026-10``, ``2026-C3``, ``2026``.
        persons: name of the indicator that counts distinct persons (or employers); every table has it.
        trips: name of the indicator that counts what may happen to a person more than once; empty if none.
        measures: by indicator. ``trips`` need not stand in all of them.
        decides: which record of a person decides in which cell she counts (``Population.segun``).
        detail: the finest crossing: a column per dimension, one per indicator, ``contribuyentes`` and
            ``dispersos`` (``cube.detail``).
    """

    period: str
    persons: str
    trips: str
    measures: Mapping[str, Measure]
    detail: pd.DataFrame
    decides: Decides = "primera"

    @property
    def cells(self) -> Mapping[Cell, int]:
        return self.measures[self.persons].cells

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return self.measures[self.persons].shapes

    @property
    def total(self) -> int:
        return self.cells.get((), 0)

    def without(self, closed: set[Shape]) -> "Book":
        """The book with some tables not printed at all."""
        kept = {
            name: Measure(measure.cells, tuple(shape for shape in measure.shapes if shape not in closed))
            for name, measure in self.measures.items()
        }
        return replace(self, measures=kept)

    @property
    def tables(self) -> list[tuple[str, ...]]:
        return [shape.dimensions for shape in self.shapes]

    def contributors(self, indicator: str) -> dict[Cell, int]:
        """How many persons stand behind each cell: behind trips also those who count elsewhere as persons."""
        if indicator == self.persons:
            return dict(self.cells)
        found: dict[Cell, int] = {(): int(self._each_once([])[CONTRIBUTORS].sum())}
        shapes = self.measures[indicator].shapes
        for names in {tuple(sorted(part)) for shape in shapes for part in _printed_sets(shape) if part}:
            counts = self._each_once(list(names)).groupby(list(names), as_index=False)[CONTRIBUTORS].sum()
            for *codes, count in counts.itertuples(index=False):
                found[tuple(zip(names, codes, strict=True))] = int(count)
        return found

    def _each_once(self, names: list[str]) -> pd.DataFrame:
        """The detail with one row per cell of ``names`` for a contributor who has several."""
        several = self.detail[SCATTERED] > 0
        return self.detail[~several | ~self.detail.duplicated([*names, SCATTERED])]

    def detail_of(self, indicator: str) -> pd.DataFrame:
        """The detail as it counts the contributors of an indicator: of persons, the count itself."""
        return self.detail.drop(columns=CONTRIBUTORS) if indicator == self.persons else self.detail

    def printed(self, indicator: str) -> set[Cell]:
        """The cells of the tables that are printed, zeros included."""
        sets = set()
        for shape in self.measures[indicator].shapes:
            sets |= _printed_sets(shape)
        names = {cell: frozenset(name for name, _ in cell) for cell in self.measures[indicator].cells}
        return {cell for cell, dimensions in names.items() if dimensions in sets}


@dataclass(frozen=True)
class Withheld:
    """Cells that have no row because their line's breakdown is withheld, with the reason."""

    cells: dict[Cell, str]
    dimensions: set[str]


def withheld(book: Book, rules: Rules, structural: list[frozenset[str]]) -> Withheld:
    """The lines of a book that must not be broken down."""
    cells: dict[Cell, str] = {}
    dimensions: set[str] = set()
    for line in (line for shape in book.shapes for line in lines(shape, book.cells)):
        reason = reason_to_withhold(line, book.cells, rules, structural)
        if reason and not line.parent:
            dimensions.add(line.dimension)
        elif reason:
            cells |= dict.fromkeys(line.cells.values(), reason)
    return Withheld(cells, dimensions)


def hierarchy_lines(book: Book) -> list[Line]:
    """Lines of tables whose inner dimension is printed only inside the outer one."""
    return [line for shape in book.shapes if shape.hierarchy for line in lines(shape, book.cells)]


def _printed_sets(shape: Shape) -> set[frozenset[str]]:
    if shape.hierarchy:
        return {frozenset(shape.dimensions[:size]) for size in range(len(shape.dimensions) + 1)}
    found = {frozenset[str]()}
    for name in shape.dimensions:
        found |= {names | {name} for names in found}
    return found
