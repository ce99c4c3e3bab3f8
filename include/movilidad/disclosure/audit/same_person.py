"""Cells in which one and the same person is alone: who knows one of them learns nothing from the other."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, combinations

from movilidad.disclosure.audit.periods import months_of
from movilidad.disclosure.audit.seen import Cell, Seen, Structure
from movilidad.model.errors import UsageError


def same_person(lone: Sequence[Seen], structure: Structure) -> Iterator[tuple[int, int]]:
    """Pairs of lone contributors' cells (by place) of which one lies within the other, in either order.

    The one person of the narrower cell is then the one person of the wider: of the month and of the year, of the
    municipality and of its department, of persons and of departures.
    """
    places: dict[Cell, list[int]] = defaultdict(list)
    for place, one in enumerate(lone):
        places[one.cell].append(place)
    months = [_months(one.period) for one in lone]
    implied = {cell: _implied(cell, structure) for cell in places}
    for cell, inside in places.items():
        sizes = (combinations(implied[cell], size) for size in range(len(implied[cell]) + 1))
        for wider in chain.from_iterable(sizes):
            for outer in places.get(wider, ()):
                for inner in inside:
                    if months[inner] <= months[outer]:
                        yield from ((inner, outer), (outer, inner))


def _months(period: str) -> frozenset[str]:
    try:
        return frozenset(months_of(period))
    except UsageError:  # a period of which nobody says that it adds up
        return frozenset({period})


def _implied(cell: Cell, structure: Structure) -> Cell:
    """All that a cell's codes say: also the codes of which they are a part."""
    found = set(cell)
    while True:
        more = {pair for name, code in found for pair in _above(name, code, structure)} - found
        if not more:
            return tuple(sorted(found))
        found |= more


def _above(name: str, code: str, structure: Structure) -> Iterator[tuple[str, str]]:
    for (inner, outer), parents in structure.belongs.items():
        if inner == name:
            yield from ((outer, parent) for parent in parents.get(code, ()))
    codes = structure.atoms.get(name, {})
    yield from ((name, other) for other, pieces in codes.items() if code in codes and codes[code] <= pieces)
