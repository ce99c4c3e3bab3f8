"""Cells in which one and the same person is alone: who knows one of them learns nothing from the other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, combinations

from movilidad.disclosure.audit.periods import months_of
from movilidad.disclosure.audit.seen import Cell, Layer, Seen, Structure
from movilidad.model.errors import UsageError


def same_person(cells: Iterable[Seen], structure: Structure) -> dict[tuple[Layer, Cell], int]:
    """Who is alone in each cell, as a number: equal numbers are one and the same person.

    The one person of a cell is the one person of every wider lone cell: of the month and of the year, of the
    municipality and of its department, of persons and of departures. So who is alone in a country and in a sector
    is one person if their crossing is not empty. Where she left a second time and counts elsewhere, she knows that
    nobody else is in the cell of persons, which is hidden and empty.

    Args:
        cells: all cells, also those without a row.
    """
    everything = list(cells)
    lone = [one for one in everything if one.lone]
    places: dict[Cell, list[int]] = defaultdict(list)
    for place, one in enumerate(lone):
        places[one.cell].append(place)
    months = [_months(one.period) for one in lone]
    leader = list(range(len(lone)))
    for cell, inside in places.items():
        implied = _implied(cell, structure)
        sizes = (combinations(implied, size) for size in range(len(implied) + 1))
        for wider in chain.from_iterable(sizes):
            for outer in places.get(wider, ()):
                for inner in inside:
                    if months[inner] <= months[outer]:
                        leader[_root(leader, inner)] = _root(leader, outer)
    persons = {(one.layer, one.cell): _root(leader, place) for place, one in enumerate(lone)}
    for one in everything:
        greater = Layer(structure.at_most.get(one.measure, ""), one.period, one.version)
        if one.true_value == 0 and (greater, one.cell) in persons:
            persons[one.layer, one.cell] = persons[greater, one.cell]
    return persons


def _root(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


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
