"""Which cells of a book are hidden, in sight of all its tables and of everything published before.

One system holds all tables of the population at once, persons and trips, and for a longer period the tables of its
months, whatever of them was published. What an earlier release showed is known for ever; what it hid stays hidden.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from movilidad.disclosure.block import Block, concatenate, loose_cells
from movilidad.disclosure.book import Book, hierarchy_lines, withheld
from movilidad.disclosure.cells import PARENT, Cell, Verdicts
from movilidad.disclosure.cliques import Names
from movilidad.disclosure.containment import Contained
from movilidad.disclosure.history import PRIMARY, Standing
from movilidad.disclosure.lines import Shape
from movilidad.disclosure.over_time import is_repeats, is_together, sums_of_parts, unlisted_together
from movilidad.disclosure.patterns import COMPLEMENT, SMALL, WITHHELD, Rules, is_small
from movilidad.disclosure.relations import crossings_behind, relate
from movilidad.disclosure.suppression import Infeasible, suppress
from movilidad.disclosure.suppression_trial import Trial
from movilidad.disclosure.system import State, System
from movilidad.model.errors import DataError

EXACT_UP_TO = 0  # dense crossings make the exact search slow for little gain; the heuristic cleans up after itself
EARLIER = "oculta_antes"
SMALL_CHANGE = "cambio_pequeno"

Past = Mapping[Cell, Standing]
Label = tuple[str, str]  # period, indicator


@dataclass(frozen=True)
class Shorter:
    """A published period within a longer one: its book, and what the ledger says of its cells by indicator."""

    book: Book
    past: Mapping[str, Past]

    @property
    def as_printed(self) -> Book:
        """The book without the tables that its release did not print."""
        past = self.past[self.book.persons]
        rows = {frozenset(name for name, _ in cell) for cell, found in past.items() if found.newest.has_row}
        return self.book.without({shape for shape in self.book.shapes if frozenset(shape.dimensions) not in rows})

    @property
    def open_zeros(self) -> list[Cell]:
        """Zeros that nobody saw, since their line was withheld."""
        past = self.past[self.book.persons]
        return [cell for cell, found in past.items() if not found.newest.value and not found.newest.has_row]


@dataclass(frozen=True)
class Context:
    """What a decision takes into account besides the book.

    Attributes:
        rules: thresholds.
        structural: pairs of dimensions of which everybody knows how they go together.
        contained: which codes of them everybody knows to be parts of which.
        past: what earlier revisions of the same period say, by indicator.
        known: cells that readers know from other populations: hiding them helps nobody.
        elsewhere: cells that must be hidden for what other populations hide, with the rule.
        shorter: of a longer period, the published periods within it: months, and of a year its four-month periods.
    """

    rules: Rules
    structural: list[frozenset[str]]
    past: Mapping[str, Past]
    contained: Contained = field(default_factory=dict)
    known: frozenset[Cell] = frozenset()
    elsewhere: Mapping[Cell, str] = field(default_factory=dict)
    shorter: Sequence[Shorter] = ()


def decide(book: Book, context: Context) -> Verdicts:
    """One decision per cell: persons and trips of a cell are hidden together."""
    rules = context.rules
    if is_small({"": book.total}, max(rules.frecuencia_minima, rules.ancho_minimo)):
        return Verdicts.nothing_shown(book.cells)
    everything = book.printed(book.persons)
    behind = _crossings(book, context)
    within = _blocks_within(context, behind)
    closed: set[Shape] = set()
    trial = _Trial()
    while True:
        book = book.without(closed)
        if not book.shapes:
            verdicts = Verdicts()
            break
        apart = withheld(book, rules, context.structural)
        if apart.dimensions:
            closed |= {shape for shape in book.shapes if apart.dimensions & set(shape.dimensions)}
            continue
        unseen = {**apart.cells, **_still_unseen(book, context)}
        try:
            verdicts = _solve(_System(book, context, unseen, behind, within), trial)
            break
        except _NotProtectedError as error:
            closed |= _tables_at_fault(book, error.cells)
            trial = error.trial
    _drop_below_hidden(book, verdicts)
    lost = everything - book.printed(book.persons) - {()}
    verdicts.hidden |= dict.fromkeys(lost, WITHHELD)
    verdicts.dropped |= lost
    return verdicts


def _still_unseen(book: Book, context: Context) -> dict[Cell, str]:
    """Cells of crossings that an earlier revision did not print: they stay without rows, as safe as then."""
    before = context.past.get(book.persons, {})
    printed = book.printed(book.persons)
    return {
        cell: EARLIER
        for cell, found in before.items()
        if len(cell) > 1 and cell in printed and found.hidden and not found.newest.has_row
    }


def _crossings(book: Book, context: Context) -> list[Names]:
    """The crossings behind the tables of all periods, also of those that one of them does not print.

    Where a month prints a table and another does not, what is behind it must be compared all the same.
    """
    books = [book, *(each.book for each in context.shorter)]
    tables = [table for each in books for table in each.tables]
    return crossings_behind([each.detail for each in books], tables, context.contained)


def _blocks_within(context: Context, behind: Sequence[Names]) -> dict[Label, Block]:
    """The blocks of the published periods within the book's: the same whatever the book itself prints."""
    return {
        label: block
        for each in context.shorter
        for label, block in _related(each.as_printed, each.open_zeros, context, behind).items()
    }


def _related(book: Book, unseen: Sequence[Cell], context: Context, behind: Sequence[Names]) -> dict[Label, Block]:
    """The cells of persons and of trips of a book, each with their equations."""
    zeros = _possible(book, unseen)
    return {
        (book.period, indicator): relate(
            book.detail_of(indicator),
            book.tables,  # also trips that no table prints must not be certain to be few
            indicator,
            open_zeros=zeros,
            contained=context.contained,
            behind=behind,
        )
        for indicator in filter(None, (book.persons, book.trips))
    }


@dataclass(frozen=True)
class _Trial:
    """What an attempt found although it failed, and of which cells it speaks."""

    keys: Sequence[Any] = ()
    found: Trial = field(default_factory=Trial)

    def among(self, keys: Sequence[Any]) -> Trial:
        """The same among the cells of the next attempt."""
        places = {key: place for place, key in enumerate(keys)}
        return self.found.carried({own: places[key] for own, key in enumerate(self.keys) if key in places})


def _solve(joined: "_System", trial: _Trial) -> Verdicts:
    system = joined.system()
    try:
        found = suppress(system, exact_up_to=EXACT_UP_TO, start=trial.among(joined.keys))
    except Infeasible as error:
        cells = [joined.keys[place] for place in error.cells]
        raise _NotProtectedError(cells, _Trial(joined.keys, error.trial)) from None
    book, hidden = joined.book, {**joined.apart, **joined.reasons}
    for place in np.flatnonzero(found.hidden):
        (period, indicator), cell = joined.keys[place]
        if (period, indicator) == (book.period, book.persons):
            hidden.setdefault(cell, COMPLEMENT)
    return Verdicts(hidden, set(joined.apart))


class _NotProtectedError(Exception):
    """Cells that nothing protects as long as their tables are printed."""

    def __init__(self, cells: list[Any], trial: _Trial) -> None:
        self.cells, self.trial = cells, trial
        super().__init__()


class _System:
    """Joins the blocks of periods and measures, and says of each cell what may be done with it."""

    def __init__(
        self,
        book: Book,
        context: Context,
        apart: Mapping[Cell, str],
        behind: Sequence[Names],
        within: Mapping[Label, Block],
    ) -> None:
        self.book, self.context, self.apart, self.behind, self.within = book, context, apart, behind, within
        self.reasons: dict[Cell, str] = {}
        self.shorter = [each.as_printed for each in context.shorter]
        self.pasts = {each.book.period: each.past for each in context.shorter}
        self.printed = {
            (each.period, indicator): each.printed(indicator)
            for each in (book, *self.shorter)
            for indicator in each.measures
        }
        self.block = self._joined()
        self.keys = cast("list[tuple[Label, Cell]]", self.block.keys)

    def _joined(self) -> Block:
        unseen = [cell for cell in self.apart if not self.book.cells[cell]]
        own = _related(self.book, unseen, self.context, self.behind)
        blocks: dict[Hashable, Block] = {
            label: found for each in (own, self.within) for label, found in each.items()
        }
        equations: list[list[tuple[Any, float]]] = []
        for book in [self.book, *self.shorter]:
            if book.trips:
                equations += _repeats(book, blocks)
        equations += sums_of_parts(self.book, self.shorter, blocks)
        equations += unlisted_together(self.book, self.shorter, blocks, self._is_unlisted)
        return concatenate(blocks).with_equations(equations)

    def _is_unlisted(self, label: Label, cell: Cell) -> bool:
        """Whether a published period within the book's has no row of a cell."""
        period, indicator = label
        if cell not in self.printed[label]:
            return True
        return _published(self.pasts[period].get(indicator, {}).get(cell)) == State.LATENT

    def _require_same_figures(self) -> None:
        """A DataError if the tables and the detail behind them were not counted from the same records."""
        for indicator in filter(None, (self.book.persons, self.book.trips)):
            cells = self.book.measures[indicator].cells
            wrong = 0
            for cell in self.book.printed(indicator):
                place = self.block.index_of(((self.book.period, indicator), cell))
                wrong += cells[cell] != (0 if place is None else self.block.values[place])
            if wrong:
                raise DataError(
                    f"los cuadros de «{indicator}» no coinciden con el detalle del que salen",
                    period=self.book.period,
                    rows=wrong,
                    remedy="repita el informe desde «Calcular cuadros»",
                )

    def system(self) -> System:
        self._require_same_figures()
        block, rules = self.block, self.context.rules
        size = block.size
        state = np.full(size, State.LATENT, dtype=np.int8)
        lower, need = np.zeros(size), np.zeros(size)
        sensitive = np.zeros(size, dtype=bool)
        weight, bundle = np.zeros(size), np.full(size, -1, dtype=np.int64)
        numbers: dict[tuple[str, Cell], int] = {}
        for place, ((period, indicator), cell) in enumerate(self.keys):
            value = block.values[place]
            small = is_small({"": int(value)}, rules.frecuencia_minima)
            if is_repeats(indicator):
                state[place] = State.FIXED
                continue
            if not is_together(indicator) and indicator not in (self.book.persons, self.book.trips):
                continue
            if self._is_printed_nowhere(period, indicator, cell):
                need[place] = rules.frecuencia_minima if small else 0
                continue
            if period == self.book.period:
                state[place] = self._state(indicator, cell, int(value))
            else:
                before = self.pasts[period].get(indicator, {}).get(cell)
                state[place] = _published(before)
                sensitive[place] = before is not None and before.newest.state == PRIMARY
            if state[place] == State.LATENT and small:
                need[place] = rules.frecuencia_minima
            if state[place] in (State.FIXED, State.LATENT):
                continue
            lower[place], need[place] = min(value, 1), rules.ancho
            weight[place] = _weight(cell, value)
            bundle[place] = numbers.setdefault((period, cell), len(numbers))
        sensitive |= state == State.PRIMARY
        return System(
            values=block.values,
            equations=block.equations,
            state=state,
            lower=lower,
            upper=np.full(size, np.inf),
            weight=weight,
            need=need,
            lone=(block.contributors == 1) & (state != State.FIXED),
            sensitive=sensitive,
            bundle=bundle,
        )

    def _is_printed_nowhere(self, period: str, indicator: str, cell: Cell) -> bool:
        return (
            is_together(indicator)
            or cell not in self.printed[period, indicator]
            or (period == self.book.period and cell in self.apart)
        )

    def _state(self, indicator: str, cell: Cell, value: int) -> State:
        """What may be done with a printed cell of the book itself."""
        reason = self._reason(indicator, cell, value)
        if reason is None:
            return State.FIXED if not cell or not value or cell in self.context.known else State.FREE
        if not cell:
            return State.FIXED
        self.reasons.setdefault(cell, reason)
        # what is hidden for a change tells of nobody by itself: it needs its width, but not past lone contributors
        return State.PRIMARY if reason == SMALL else State.HELD

    def _reason(self, indicator: str, cell: Cell, value: int) -> str | None:
        both = {name: measure.cells.get(cell, 0) for name, measure in self.book.measures.items()}
        if is_small(both, self.context.rules.frecuencia_minima):
            return SMALL
        before = self.context.past.get(indicator, {}).get(cell)
        if cell in self.context.elsewhere:
            return self.context.elsewhere[cell]
        if before is None:
            return None
        if before.hidden:
            return EARLIER
        changes = [abs(value - shown) for shown in before.shown]
        return SMALL_CHANGE if any(0 < c < self.context.rules.frecuencia_minima for c in changes) else None


def _possible(book: Book, zeros: Iterable[Cell]) -> list[Cell]:
    """The zeros that the tables could show and that no zero of a single code gives away.

    The same for persons and trips: where nobody knows that there are no persons, nobody knows it of trips.
    """
    sets = {frozenset(shape.dimensions) for shape in book.shapes}
    cells = book.cells
    return [
        cell
        for cell in zeros
        if frozenset(name for name, _ in cell) in sets and all(cells.get((part,), 1) for part in cell)
    ]


def _published(standing: Standing | None) -> State:
    """A cell of an earlier release: without an entry it was a printed zero, without a row nobody knows of it."""
    if standing is None or not standing.hidden:
        return State.FIXED
    return State.HELD if standing.newest.has_row else State.LATENT


def _repeats(book: Book, blocks: dict[Hashable, Block]) -> list[list[tuple[Any, float]]]:
    """persons + repeated trips = trips, cell by cell; nobody prints the repeated ones."""
    persons, trips = blocks[book.period, book.persons], blocks[book.period, book.trips]
    cells = cast("list[Cell]", trips.keys)
    values = [trips.value_of(cell) - persons.value_of(cell) for cell in cells]
    rest = (book.period, "")
    blocks[rest] = loose_cells(cells, values)
    return [
        [
            (((book.period, book.persons), cell), 1.0),
            ((rest, cell), 1.0),
            (((book.period, book.trips), cell), -1.0),
        ]
        for cell in cells
    ]


def _weight(cell: Cell, value: float) -> float:
    """What readers lose: totals and countries last, then one-way tables, then crossings."""
    if len(cell) > 1:
        return float(value)
    return float(value) * (20 if cell[0][0] == "pais" else 5)


def _tables_at_fault(book: Book, found: Sequence[Any]) -> set[Shape]:
    """The tables to give up next, of those that print a cell that cannot be protected.

    Crossings before hierarchies, and both before tables of one dimension; of those the larger half. All that print
    the cell if it holds everybody, for then each of them tells of it what the total does; all crossings, then all
    tables, if none prints such a cell. A cell of a period within it is exposed by the table that prints the same
    codes of the longer one.
    """
    cells = {cell for _, cell in found if cell}
    printing = _printing(book, cells)
    if not printing:
        return {shape for shape in book.shapes if len(shape.dimensions) > 1} or set(book.shapes)
    everybody = {cell for cell in cells if book.cells.get(cell) == book.total}
    if everybody:
        return set(_printing(book, everybody))
    worst = max((len(shape.dimensions) > 1, not shape.hierarchy) for shape in printing)
    chosen = [shape for shape in printing if (len(shape.dimensions) > 1, not shape.hierarchy) == worst]
    size = Counter(frozenset(name for name, _ in cell) for cell, count in book.cells.items() if count)
    chosen.sort(key=lambda shape: (-size[frozenset(shape.dimensions)], shape.dimensions))
    return set(chosen[: (len(chosen) + 1) // 2])


def _printing(book: Book, cells: Iterable[Cell]) -> list[Shape]:
    """The tables that print a cell, or break it down; of a crossing that none prints, those that it is behind."""
    names = {frozenset(name for name, _ in cell) for cell in cells}
    found = [shape for shape in book.shapes if any(one <= set(shape.dimensions) for one in names)]
    return found or [
        shape
        for shape in book.shapes
        if any(len(shape.dimensions) > 1 and one >= set(shape.dimensions) for one in names)
    ]


def _drop_below_hidden(book: Book, verdicts: Verdicts) -> None:
    """In a hierarchy, a hidden category is not broken down."""
    for line in hierarchy_lines(book):
        if line.parent in verdicts.hidden:
            for cell in line.cells.values():
                verdicts.hidden.setdefault(cell, PARENT)
                verdicts.dropped.add(cell)
