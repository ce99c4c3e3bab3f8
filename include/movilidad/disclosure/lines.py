"""Lines of tables: a printed margin and the cells that sum to it; and the lines whose breakdown is withheld.

A withheld breakdown has no row at all, so that nobody learns which categories occur. That is the answer to three
risks that hiding single values does not meet:

- the margin itself is small: that a category occurs would tell something of the one or two people in it;
- all people of a small group, or all but one, share a category (group disclosure);
- the line is so thin that its hidden cells, each known to be at least one, leave no room for doubt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from movilidad.disclosure.cells import Cell
from movilidad.disclosure.patterns import WITHHELD, Rules, is_small
from movilidad.disclosure.primary import in_one_category
from movilidad.model.codelists import UNKNOWN

SMALL_MARGIN = "categoria_pequena"
GROUP = "grupo_en_una_categoria"

_NOT_APPLICABLE = "99"  # tells nothing of anybody: a linguistic community of who is not Maya
_LARGE_GROUP = 10  # times the minimum frequency: from there on a shared category describes a population


@dataclass(frozen=True)
class Shape:
    """What a table crosses; in a hierarchy the last dimension is printed only inside the others."""

    dimensions: tuple[str, ...]
    hierarchy: bool = False


@dataclass(frozen=True)
class Line:
    """The cells of ``dimension`` within ``parent``, by code; also printed zeros."""

    parent: Cell
    dimension: str
    cells: Mapping[str, Cell]


def lines(shape: Shape, cells: Mapping[Cell, int]) -> Iterator[Line]:
    """The innermost lines of a table: one per way of leaving out one of its dimensions."""
    whole = set(shape.dimensions)
    inner = [cell for cell in cells if {name for name, _ in cell} == whole]
    open_dimensions = shape.dimensions[-1:] if shape.hierarchy else shape.dimensions
    for dimension in open_dimensions:
        found: dict[Cell, dict[str, Cell]] = {}
        for cell in inner:
            parent = tuple(part for part in cell if part[0] != dimension)
            found.setdefault(parent, {})[dict(cell)[dimension]] = cell
        for parent, members in found.items():
            yield Line(parent, dimension, members)


def reason_to_withhold(
    line: Line, cells: Mapping[Cell, int], rules: Rules, structural: Sequence[frozenset[str]]
) -> str | None:
    """Why a line's breakdown must not be shown at all; None if it may.

    Args:
        cells: every cell's number of contributors.
        structural: pairs of dimensions of which everybody knows how they go together (visa and country).
    """
    total = cells[line.parent]
    values = {code: cells[cell] for code, cell in line.cells.items() if cells[cell]}
    if not values:
        return None
    if line.parent and is_small({"": total}, rules.frecuencia_minima):
        return SMALL_MARGIN
    if line.parent and not _structural(line, structural) and _shared(values, total, rules):
        return GROUP
    small = any(is_small({"": value}, rules.frecuencia_minima) for value in values.values())
    return WITHHELD if small and total - len(values) < rules.ancho_minimo else None


def _structural(line: Line, pairs: Sequence[frozenset[str]]) -> bool:
    return any(frozenset({line.dimension, name}) in pairs for name, _ in line.parent)


def _shared(values: Mapping[str, int], total: int, rules: Rules) -> bool:
    """Whether all of a small group, or all but one, are in one category that says something of them."""
    if total >= _LARGE_GROUP * rules.frecuencia_minima:
        return False
    telling = [value for code, value in values.items() if code not in (UNKNOWN, _NOT_APPLICABLE)]
    return bool(telling) and in_one_category(max(telling), total)
