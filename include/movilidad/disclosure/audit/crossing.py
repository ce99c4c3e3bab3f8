"""The cells of a crossing that the printed zeros leave possible."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from movilidad.disclosure.audit.axes import AxisMap
from movilidad.disclosure.audit.graph import Axes
from movilidad.disclosure.audit.seen import Cell, Dimensions

Tuples = set[tuple[str, ...]]
Relation = tuple[Axes, Tuples]  # axes, and the tuples that are possible


def support(
    dimensions: Dimensions, alive: Sequence[Cell], codes: Mapping[str, set[str]], axes: AxisMap
) -> Relation:
    """The possible cells of a printed table's crossing.

    Args:
        alive: the cells of the table that are printed and not zero, and the hidden ones; all others are zero.
        codes: dimension → the codes that the layer prints.
    """
    possible = {atom for cell in alive for atom in axes.atoms_of(cell)}
    over = axes.axes(dimensions)
    if any(axes.overlapping(name) for name in dimensions):
        living = set(alive)

        def nowhere_zero(atom: tuple[str, ...]) -> bool:
            place = dict(zip(over, atom, strict=True))
            return all(cell in living for cell in _cells_with(place, dimensions, codes, axes))

        possible = set(filter(nowhere_zero, possible))
    return over, possible


def _cells_with(
    atom: Mapping[str, str], dimensions: Dimensions, codes: Mapping[str, set[str]], axes: AxisMap
) -> Iterable[Cell]:
    """The table's cells in which an atom lies."""
    within = (
        [(name, code) for code in axes.codes_with(name, atom[axes.axis(name)]) if code in codes[name]]
        for name in dimensions
    )
    return product(*within)


def possible_cells(
    clique: Axes, domain: Mapping[str, Sequence[str]], relations: Iterable[Relation]
) -> list[tuple[str, ...]]:
    """The tuples over the clique's axes that every relation allows, sorted.

    A relation over other axes too restricts through its projection. Grown one axis at a time, each time only by
    the values that all relations known by then allow.
    """
    shared: dict[Axes, Tuples] = {}
    for over, tuples in relations:
        places = [place for place, axis in enumerate(over) if axis in clique]
        if not tuples:
            return []
        projected = {tuple(one[place] for place in places) for one in tuples}
        key = tuple(over[place] for place in places)
        shared[key] = shared[key] & projected if key in shared else projected
    shared.pop((), None)
    found: list[tuple[str, ...]] = [()]
    order = sorted(clique, key=lambda axis: (len(domain[axis]), axis))
    for depth, axis in enumerate(order):
        rules = [
            _rule(over, tuples, order[: depth + 1]) for over, tuples in shared.items() if _due(over, order, depth)
        ]
        everything = set(domain[axis])
        found = [(*one, value) for one in found for value in _allowed(one, rules, everything)]
    places = [order.index(axis) for axis in clique]
    return sorted(tuple(one[place] for place in places) for one in found)


def _due(over: Axes, order: Sequence[str], depth: int) -> bool:
    return max(order.index(axis) for axis in over) == depth


def _rule(over: Axes, tuples: Tuples, known: Sequence[str]) -> tuple[list[int], dict[tuple[str, ...], set[str]]]:
    """Where to look among the values chosen so far, and what they leave for the newest axis."""
    newest = over.index(known[-1])
    places = [known.index(axis) for axis in over if axis != known[-1]]
    allowed: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in tuples:
        allowed[one[:newest] + one[newest + 1 :]].add(one[newest])
    return places, allowed


def _allowed(
    one: tuple[str, ...], rules: list[tuple[list[int], dict[tuple[str, ...], set[str]]]], everything: set[str]
) -> set[str]:
    values = everything
    for places, allowed in rules:
        values = values & allowed.get(tuple(one[place] for place in places), set())
    return values
