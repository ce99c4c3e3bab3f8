"""What periods that lie within one another have in common: equations between their cells.

Trips of a longer period are the sum of its parts. A person counts once in each period, by one of her records. If
the first decides, everybody in a longer period's cell is in that cell of one of its parts, and everybody in a cell
of its first part is in that cell of the whole; if the last decides, of its last part. If the furthest stage
decides, the parts say of the whole only that it is at most their sum, all cells together.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, cast

from movilidad.disclosure.block import Block, loose_cells
from movilidad.disclosure.book import Book
from movilidad.disclosure.cells import Cell
from movilidad.model.periods import Period

Equation = list[tuple[Any, float]]
Unlisted = Callable[[tuple[str, str], Cell], bool]
_REPEATS, _TOGETHER = "meses", "juntos"


def is_repeats(indicator: str) -> bool:
    """Whether an unknown is by how much the parts together exceed a whole: who is in several of them.

    Readers are taken to know it of every cell: the years to date, as of each month, print persons too, and tell
    between which months somebody came again.
    """
    return f":{_REPEATS}:" in indicator


def sums_of_parts(book: Book, shorter: Sequence[Book], blocks: dict[Hashable, Block]) -> list[Equation]:
    """Equations between a period, and every period within it, and their parts.

    Args:
        shorter: published periods within it.
        blocks: by (period, indicator); blocks of unknown rests are added.
    """
    equations: list[Equation] = []
    for whole in (book, *shorter):
        told: set[tuple[str, frozenset[str]]] = set()
        for parts in _ways(whole, shorter):
            for indicator in filter(None, (book.persons, book.trips)):
                labels = [(each.period, indicator) for each in (whole, *parts)]
                cells = {
                    cell: names
                    for cell, names in _common([blocks[label] for label in labels]).items()
                    if (indicator, names) not in told
                    and (not cell or indicator == book.trips or _holds_by_cell(book))
                }
                told |= {(indicator, names) for names in cells.values()}
                equations += _Sum(blocks, labels, list(cells)).equations(book, indicator)
    return equations


def unlisted_together(
    book: Book, shorter: Sequence[Book], blocks: dict[Hashable, Block], is_unlisted: Unlisted
) -> list[Equation]:
    """What several parts of a period have together in a cell that none of them lists: nobody prints it.

    It is known as soon as the period and its other parts are, and may be one woman's though each of the parts may
    have nobody.

    Args:
        shorter, blocks: as for ``sums_of_parts``; blocks of these sums are added.
        is_unlisted: whether readers find no row of a part's cell.
    """
    equations: list[Equation] = []
    for whole in (book, *shorter):
        for parts in _ways(whole, shorter):
            for indicator in filter(None, (book.persons, book.trips)):
                labels = [(each.period, indicator) for each in parts]
                found = {}
                for cell in _common([blocks[label] for label in labels]):
                    several = [label for label in labels if is_unlisted(label, cell)]
                    value = sum(blocks[label].value_of(cell) for label in several)
                    if len(several) > 1 and value:
                        found[cell] = several, value
                label = (whole.period, f"{indicator}:{_TOGETHER}:{parts[0].period}")
                blocks[label] = loose_cells(list(found), [value for _, value in found.values()])
                equations += [
                    [((label, cell), 1.0), *(((part, cell), -1.0) for part in several)]
                    for cell, (several, _) in found.items()
                ]
    return equations


def is_together(indicator: str) -> bool:
    """Whether an unknown is what several parts have together in a cell that none of them lists."""
    return f":{_TOGETHER}:" in indicator


def _holds_by_cell(book: Book) -> bool:
    return book.decides != "avance"


def _ways(whole: Book, shorter: Sequence[Book]) -> Iterator[list[Book]]:
    """The ways to make up a period of published ones of one kind, of the longest first."""
    months = Period.parse(whole.period).months
    for kind in ("cuatrimestre", "mes"):
        found = [each for each in shorter if Period.parse(each.period).kind == kind]
        inside = sorted(
            (each for each in found if set(Period.parse(each.period).months) <= set(months)),
            key=lambda each: Period.parse(each.period).first,
        )
        covered = [month for each in inside for month in Period.parse(each.period).months]
        if len(inside) > 1 and covered == months:
            yield inside


class _Sum:
    """A period and parts that make it up, cell by cell."""

    def __init__(self, blocks: dict[Hashable, Block], labels: list[tuple[str, str]], cells: list[Cell]) -> None:
        self.blocks, self.cells = blocks, cells
        self.whole, *self.parts = labels

    def equations(self, book: Book, indicator: str) -> Iterator[Equation]:
        again = [
            sum(self._value(part, cell) for part in self.parts) - self._value(self.whole, cell)
            for cell in self.cells
        ]
        if not any(again):
            yield from ([*self._difference(cell, self.parts)] for cell in self.cells)
            return
        yield from self._with_rest(_REPEATS, self.parts, again, sign=1.0)
        decisive = {"primera": self.parts[:1], "ultima": self.parts[-1:]}.get(book.decides, [])
        if decisive and indicator == book.persons:
            more = [self._value(self.whole, cell) - self._value(decisive[0], cell) for cell in self.cells]
            yield from self._with_rest("demas", decisive, more, sign=-1.0)

    def _with_rest(
        self, name: str, parts: list[tuple[str, str]], rest: list[float], sign: float
    ) -> Iterator[Equation]:
        """whole + sign × rest = parts, where nobody prints the rest."""
        period, indicator = self.whole
        label = (period, f"{indicator}:{name}:{parts[0][0]}")
        self.blocks[label] = loose_cells(self.cells, rest)
        yield from ([*self._difference(cell, parts), ((label, cell), sign)] for cell in self.cells)

    def _difference(self, cell: Cell, parts: list[tuple[str, str]]) -> Iterator[tuple[Any, float]]:
        yield (self.whole, cell), 1.0
        yield from (((part, cell), -1.0) for part in parts)

    def _value(self, label: tuple[str, str], cell: Cell) -> float:
        return self.blocks[label].value_of(cell)


def _common(blocks: Sequence[Block]) -> dict[Cell, frozenset[str]]:
    """The cells, printed or latent, of the dimension sets that all blocks have, each with its dimensions."""
    named = [
        {cell: frozenset(name for name, _ in cell) for cell in cast("list[Cell]", block.keys)} for block in blocks
    ]
    common = frozenset.intersection(*(frozenset(found.values()) for found in named))
    return {cell: names for found in named for cell, names in found.items() if names in common}
