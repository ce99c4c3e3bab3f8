"""Cells by their canonical key, whatever table they stand in, and the one decision about each."""

from dataclasses import dataclass, field

import pandas as pd

from movilidad.disclosure.links import Group, Link, hide_linked
from movilidad.disclosure.patterns import Pattern, Rules, hide, is_small
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError

# (dimension, code) of each dimension that is not a margin, outermost first; () is the grand total
Cell = tuple[tuple[str, str], ...]

MEASURES = ("indicador", "unidad", "valor")
NARROW = "ancho_del_desglose"
PARENT = "categoria_oculta"
TOTAL_TOO_SMALL = "total_bajo_minimo"


@dataclass
class Verdicts:
    """What was decided.

    Attributes:
        hidden: hidden cells with the rule that hid them.
        dropped: hidden cells that have no row at all, so that nobody learns that they occur.
        total_hidden: the grand total itself is too small: nothing of the placed is shown.
    """

    hidden: dict[Cell, str] = field(default_factory=dict)
    dropped: set[Cell] = field(default_factory=set)
    total_hidden: bool = False

    def take(self, parent: Cell, dimension: str, pattern: Pattern) -> None:
        """Add the pattern of the group of ``dimension`` within ``parent``."""
        for code, rule in pattern.hidden.items():
            cell = (*parent, (dimension, code))
            self.hidden[cell] = rule
            if pattern.withheld:
                self.dropped.add(cell)


def dimensions_of(frame: pd.DataFrame) -> list[str]:
    """The dimension columns of a table: all before ``indicador``."""
    return list(frame.columns[: frame.columns.get_loc(MEASURES[0])])


def cell_keys(frame: pd.DataFrame) -> list[Cell]:
    """The canonical key of every row."""
    dimensions = dimensions_of(frame)
    codes = zip(*(frame[name].tolist() for name in dimensions), strict=True)
    return [
        tuple((name, code) for name, code in zip(dimensions, row, strict=True) if code != TOTAL) for row in codes
    ]


def gather(tables: dict[str, pd.DataFrame]) -> dict[Cell, dict[str, int]]:
    """Every cell once, with all its indicators; a DataError if two tables give it different values."""
    cells: dict[Cell, dict[str, int]] = {}
    for name, frame in tables.items():
        rows = zip(cell_keys(frame), frame["indicador"].tolist(), frame["valor"].tolist(), strict=True)
        for cell, indicator, value in rows:
            if cells.setdefault(cell, {}).setdefault(indicator, int(value)) != int(value):
                raise DataError("dos cuadros dan cifras distintas de una misma celda", place=f"cuadro {name}")
    return cells


def decide_cells(
    tables: dict[str, pd.DataFrame], cells: dict[Cell, dict[str, int]], links: list[Link], rules: Rules
) -> Verdicts:
    """One decision per cell: categories first, then within each category its parts."""
    verdicts = Verdicts()
    # a total below the width asked for cannot hide its parts widely enough
    if is_small(cells.get((), {}), max(rules.frecuencia_minima, rules.ancho_minimo)):
        verdicts.total_hidden = True
        verdicts.hidden = dict.fromkeys(cells, TOTAL_TOO_SMALL)
        verdicts.dropped = set(cells) - {()}
        return verdicts
    breakdowns = sorted({tuple(dimensions_of(frame)) for frame in tables.values()})
    groups = {names[0]: _group(cells, (), names[0]) for names in breakdowns}
    parts = {
        (names[0], code, names[1]): _group(cells, ((names[0], code),), names[1])
        for names in breakdowns
        if len(names) == 2
        for code in groups[names[0]]
    }
    forced: dict[str, dict[str, str]] = {dimension: {} for dimension in groups}
    for (dimension, code, _), found in parts.items():
        if _too_narrow(groups[dimension][code], found, rules):
            forced[dimension][code] = NARROW
    for dimension, pattern in hide_linked(groups, forced, links, rules).items():
        verdicts.take((), dimension, pattern)
    for (dimension, code, name), found in parts.items():
        parent: Cell = ((dimension, code),)
        verdicts.take(parent, name, _within(found, parent in verdicts.hidden, rules))
    return verdicts


def _within(parts: Group, parent_hidden: bool, rules: Rules) -> Pattern:
    if parent_hidden:
        # that a part occurs would tell something of the hidden whole
        return Pattern(dict.fromkeys(parts, PARENT), withheld=True)
    return hide(parts, rules)


def _too_narrow(counts: dict[str, int], parts: Group, rules: Rules) -> bool:
    """Whether a category is itself too small for its parts to hide in."""
    return is_small(counts, rules.ancho_minimo) and any(
        is_small(part, rules.frecuencia_minima) for part in parts.values()
    )


def _group(cells: dict[Cell, dict[str, int]], parent: Cell, dimension: str) -> Group:
    depth = len(parent) + 1
    return {
        cell[-1][1]: counts
        for cell, counts in cells.items()
        if len(cell) == depth and cell[:-1] == parent and cell[-1][0] == dimension
    }
