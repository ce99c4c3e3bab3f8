"""The protection of a release: all its tables jointly, in sight of everything published before.

- Each population's tables of a period are decided as one system (``decision``): shared margins, hierarchies and
  crossings, persons and trips, and for four months or a year the months as they were published.
- What an earlier release hid stays hidden; a revision shows no change so small that it is one person's.
- The year to date shows only sums of months that are all shown, so it tells nothing that they did not.
- Headlines, wages and notes follow the tables.

Whether it holds is not said here: the attacker's audit, which shares nothing with this code, tries to break it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from movilidad.disclosure.agreed_wages import protect_agreed
from movilidad.disclosure.book import Book, Measure
from movilidad.disclosure.cells import Cell, Verdicts, gather
from movilidad.disclosure.decision import Context, Shorter
from movilidad.disclosure.decisions import Decided, ledger_rows
from movilidad.disclosure.figures import Figures, protect_headlines
from movilidad.disclosure.frames import protect_table
from movilidad.disclosure.history import History, Standing
from movilidad.disclosure.lines import Shape
from movilidad.disclosure.links import Link
from movilidad.disclosure.neighbours import decide_all
from movilidad.disclosure.notes import protected_notes
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.to_date import year_to_date
from movilidad.disclosure.wages import protect_wages
from movilidad.model.periods import Kind, Period
from movilidad.statistics.agreed_wages import NAME as AGREED
from movilidad.statistics.specs import Table, load_specs
from movilidad.statistics.tables import MonthTables, PeriodTables
from movilidad.statistics.wage_tables import table_name

__all__ = ["Protected", "ProtectedPeriod", "Rules", "protect", "protect_period"]

PLACED = "colocados"


@dataclass(frozen=True)
class Protected:
    """Tables that may be shown, and what was decided about every cell.

    Attributes:
        tables: as computed, with ``estado_obs`` (``A`` shown, ``Q`` hidden) and ``estado_conf`` (``F``, ``C``).
        decisions: private: rows of the ledger (``decisions.COLUMNS``).
    """

    tables: MonthTables
    decisions: pd.DataFrame


@dataclass(frozen=True)
class ProtectedPeriod:
    """Counts of a period that may be shown, and what was decided about every cell.

    Attributes:
        tables: as computed, with the two states; without the finest crossing.
        decisions: private: rows of the ledger.
    """

    tables: PeriodTables
    decisions: pd.DataFrame


def protect(tables: MonthTables, rules: Rules, history: History | None = None) -> Protected:
    """Hide what must be hidden of a month.

    Hidden cells have no ``valor``. A simple breakdown or hierarchy with hidden cells gets one row more, ``Resto``,
    with their sum (which anybody can compute), so that rows other than ``Total`` sum to it. Lines whose breakdown
    is withheld have no rows. Zeros are shown.

    Args:
        history: what earlier releases of the year showed and hid; nothing if None.

    A DataError if two tables disagree on a cell.
    """
    past = history or History()
    month = Period.of_month(tables.month)
    books = books_of(month, tables.cuadros, tables.detalle)
    verdicts = decide_all(books, {name: context_of(book, rules, past) for name, book in books.items()}, rules)
    decided = _decided(month, tables.cuadros, verdicts, books)
    decided += year_to_date(tables, verdicts, past, rules)
    placed, cells = verdicts[PLACED], gather(_of_population(tables.cuadros, PLACED, "mes"))
    wages = _wages(tables, placed, rules, past)
    totals = {
        name for name, each in load_specs().indicadores.items() if _total_hidden(verdicts.get(each.poblacion))
    }
    headlines = protect_headlines(tables.resumen, placed, cells, wages[table_name("pais")], totals, rules)
    safe = replace(
        tables,
        cuadros={table.name: table.shown for table in decided},
        salarios={name: found.frame for name, found in wages.items()},
        resumen=headlines.frame,
        notas=protected_notes(tables, placed, rules),
        conteos={},
        detalle={},
    )
    return Protected(safe, ledger_rows(decided, [headlines, *wages.values()], str(month)))


def protect_period(
    tables: PeriodTables, shorter: Sequence[PeriodTables], rules: Rules, history: History
) -> ProtectedPeriod:
    """Hide what must be hidden of the tables of a period, whose parts were published before.

    Args:
        shorter: the tables, not protected, of the published periods within it (months, and of a year its
            four-month periods), each from the loads of its newest release; none for a month.
        history: what the releases of the year showed and hid, also those published together with this one.
    """
    books = books_of(tables.period, tables.cuadros, tables.detalle)
    within = [books_of(each.period, each.cuadros, each.detalle) for each in shorter]
    contexts = {
        name: context_of(book, rules, history, [found[name] for found in within]) for name, book in books.items()
    }
    verdicts = decide_all(books, contexts, rules)
    decided = _decided(tables.period, tables.cuadros, verdicts, books)
    shown = PeriodTables(tables.period, {table.name: table.shown for table in decided}, {})
    return ProtectedPeriod(shown, ledger_rows(decided, [], str(tables.period)))


def books_of(
    period: Period, frames: Mapping[str, pd.DataFrame], details: Mapping[str, pd.DataFrame]
) -> dict[str, Book]:
    """Every population that needs protection, by name."""
    specs = load_specs()
    declared = specs.of_kind(period.kind)
    books = {}
    for name, population in specs.poblaciones.items():
        own = _of_population(frames, name, period.kind)
        if not own or population.publica:
            continue
        cells = gather(own)
        indicators = specs.indicators_of(name)
        persons = next(each for each, indicator in indicators.items() if indicator.cuenta == "distintos")
        trips = next((each for each, indicator in indicators.items() if indicator.cuenta == "registros"), "")
        measures = {
            indicator: Measure(
                {cell: found[indicator] for cell, found in cells.items() if indicator in found},
                tuple(_shape(declared[file]) for file in own if indicator in declared[file].indicadores),
            )
            for indicator in filter(None, (persons, trips))
        }
        books[name] = Book(str(period), persons, trips, measures, details[name], population.segun)
    return books


def _total_hidden(verdicts: Verdicts | None) -> bool:
    return verdicts is not None and verdicts.total_hidden


def _of_population(frames: Mapping[str, pd.DataFrame], population: str, kind: Kind) -> dict[str, pd.DataFrame]:
    tables = load_specs().of_kind(kind)
    return {
        file: frame for file, frame in frames.items() if file in tables and tables[file].poblacion == population
    }


def _shape(table: Table) -> Shape:
    return Shape(table.dimensiones, hierarchy=table.jerarquia)


def context_of(book: Book, rules: Rules, history: History, shorter: Sequence[Book] = ()) -> Context:
    """What a decision on a book takes into account of earlier releases and of the periods within its own."""
    return Context(
        rules=rules,
        structural=[frozenset({link.inner, link.outer}) for link in known_links()],
        past=_past(book, history),
        contained=load_specs().containments,
        shorter=[Shorter(each, _past(each, history)) for each in shorter],
    )


def _past(book: Book, history: History) -> dict[str, dict[Cell, Standing]]:
    return {name: history.of(book.period, name) for name in filter(None, (book.persons, book.trips))}


def _decided(
    period: Period,
    frames: Mapping[str, pd.DataFrame],
    verdicts: Mapping[str, Verdicts],
    books: Mapping[str, Book],
) -> list[Decided]:
    """Every table of the period's kind with what may be shown of it, in the order of the file."""
    contributors = {
        name: {each: book.contributors(each) for each in book.measures} for name, book in books.items()
    }
    decided = []
    for name, table in load_specs().of_kind(period.kind).items():
        if name in frames:
            verdict = verdicts.get(table.poblacion, Verdicts())
            shown = protect_table(frames[name], verdict, summed=not table.cruce and table.aditiva)
            behind = contributors.get(table.poblacion, {})
            decided.append(Decided(name, str(period), frames[name], shown, verdict, behind))
    return decided


def _wages(tables: MonthTables, verdicts: Verdicts, rules: Rules, past: History) -> dict[str, Figures]:
    """The tables of wages by name, in their order."""
    comparable = {name: frame for name, frame in tables.salarios.items() if name != AGREED}
    found = {figures.name: figures for figures in protect_wages(comparable, verdicts, known_links(), rules)}
    if AGREED in tables.salarios:
        found[AGREED] = protect_agreed(tables.salarios[AGREED], verdicts, rules, past, str(tables.month))
    return found


def known_links() -> list[Link]:
    """The links between dimensions that ``cuadros.yml`` declares (``pertenece_a``)."""
    specs = load_specs()
    return [
        Link(inner, outer, parents)
        for (inner, outer), parents in specs.containments.items()
        if specs.dimensiones[inner].pertenece_a == outer
    ]
