"""What populations tell of one another, though each is protected in a system of its own.

- Whoever registered an interest and did not apply is all that the interested are more than the applicants, so this
  stage is known from two totals. It can neither be hidden nor help to hide another stage.
- Those who applied and left are among the placed; the others of the placed are known from the two counts.
- Employers of a category are no more than its departures, recruiters hardly more than whom they report. Where the
  people of a country or a sector are hidden, so are those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from movilidad.disclosure.book import Book
from movilidad.disclosure.cells import Cell, Verdicts
from movilidad.disclosure.decision import Context, decide
from movilidad.disclosure.figures import DIFFERENCE, TABLE
from movilidad.disclosure.patterns import Rules, is_small
from movilidad.statistics.applicants import DEPARTED, INTEREST, STAGE

_PLACED, _APPLICANTS, _INTERESTED = "colocados", "aplicantes", "interesados"
# population of employers or recruiters → of the people who left with them
_PEOPLE_OF = {"empleadores": _PLACED, "reclutadores_activos": "reportados"}
_ONLY_REGISTERED: Cell = ((STAGE, INTEREST),)
_LEFT: Cell = ((STAGE, DEPARTED),)

Counts = Mapping[Cell, int]


def decide_all(books: Mapping[str, Book], contexts: Mapping[str, Context], rules: Rules) -> dict[str, Verdicts]:
    """The decision on each population, in sight of what the others tell of it; in the order of ``books``."""
    found: dict[str, Verdicts] = {}
    for name in in_order(books):
        book = books[name]
        others = {other: (books[other].cells, verdicts) for other, verdicts in found.items()}
        context = replace(
            contexts[name],
            known=frozenset({_ONLY_REGISTERED}) if name == _INTERESTED else frozenset(),
            elsewhere=_hidden_elsewhere(name, book.cells, others, rules),
        )
        found[name] = without_contradiction(name, book.cells, decide(book, context), others, rules)
    return {name: found[name] for name in books}


def in_order(populations: Iterable[str]) -> list[str]:
    """The populations, after all others those that others tell of."""
    return sorted(populations, key=lambda name: (name in {_INTERESTED, *_PEOPLE_OF}, name))


def without_contradiction(
    name: str, cells: Counts, verdicts: Verdicts, others: Mapping[str, tuple[Counts, Verdicts]], rules: Rules
) -> Verdicts:
    """The verdicts; or that nothing is shown, where what is shown would tell what other populations hide.

    Args:
        cells: the counts of the population by cell.
        others: counts and verdicts of the populations decided before.
    """
    if name in _PEOPLE_OF and _PEOPLE_OF[name] in others:
        _, people = others[_PEOPLE_OF[name]]
        shown = {cell for cell, count in cells.items() if count and cell not in verdicts.hidden}
        if shown & people.hidden.keys():
            return Verdicts.nothing_shown(cells, TABLE)
        gone = people.dropped & cells.keys()
        return Verdicts(verdicts.hidden, verdicts.dropped | gone, verdicts.total_hidden)
    if name == _INTERESTED and not verdicts.total_hidden and _funnel_tells(cells, verdicts, others, rules):
        return Verdicts.nothing_shown(cells, DIFFERENCE)
    return verdicts


def _hidden_elsewhere(
    name: str, cells: Counts, others: Mapping[str, tuple[Counts, Verdicts]], rules: Rules
) -> dict[Cell, str]:
    """Cells that must be hidden since others are, or since a difference would be small."""
    if name in _PEOPLE_OF and _PEOPLE_OF[name] in others:
        _, people = others[_PEOPLE_OF[name]]
        return {cell: TABLE for cell, count in cells.items() if cell and count and cell in people.hidden}
    if name == _INTERESTED and _few_others_left(cells, others, rules):
        return {_LEFT: DIFFERENCE}
    return {}


def _few_others_left(cells: Counts, others: Mapping[str, tuple[Counts, Verdicts]], rules: Rules) -> bool:
    """Whether the placed who did not apply in the period are a small count."""
    placed = others.get(_PLACED)
    return placed is not None and is_small({"": placed[0][()] - cells.get(_LEFT, 0)}, rules.frecuencia_minima)


def _funnel_tells(
    cells: Counts, verdicts: Verdicts, others: Mapping[str, tuple[Counts, Verdicts]], rules: Rules
) -> bool:
    if _APPLICANTS in others:
        only_registered = cells[()] - others[_APPLICANTS][0][()]
        if (
            others[_APPLICANTS][1].total_hidden
            or _ONLY_REGISTERED in verdicts.hidden
            or is_small({"": only_registered}, rules.frecuencia_minima)
        ):
            return True
    if _PLACED not in others or not cells.get(_LEFT):
        return False
    placed, of_placed = others[_PLACED]
    if of_placed.total_hidden:
        return True
    if _LEFT in verdicts.hidden:  # at least one of them, at most all who left
        return placed[()] - 1 < rules.ancho_minimo
    return _few_others_left(cells, others, rules)
