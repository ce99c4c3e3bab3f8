"""Cells by their canonical key, whatever table they stand in, and the one decision about each."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError

# (dimension, code) of each dimension that is not a margin, sorted by dimension; () is the grand total
Cell = tuple[tuple[str, str], ...]

MEASURES = ("indicador", "unidad", "valor")
TOTAL_TOO_SMALL = "total_bajo_minimo"
PARENT = "categoria_oculta"


@dataclass
class Verdicts:
    """What was decided about one population in one period.

    Attributes:
        hidden: hidden cells with the rule that hid them.
        dropped: hidden cells that have no row at all, so that nobody learns that they occur.
        total_hidden: the grand total itself is too small: nothing of the population is shown.
    """

    hidden: dict[Cell, str] = field(default_factory=dict)
    dropped: set[Cell] = field(default_factory=set)
    total_hidden: bool = False

    @classmethod
    def nothing_shown(cls, cells: Iterable[Cell], rule: str = TOTAL_TOO_SMALL) -> "Verdicts":
        """The verdict on a population whose very total must not be shown, mostly for being too small."""
        hidden = dict.fromkeys(cells, rule)
        return cls(hidden, set(hidden) - {()}, total_hidden=True)


def dimensions_of(frame: pd.DataFrame) -> list[str]:
    """The dimension columns of a table: all before ``indicador``."""
    return list(frame.columns[: frame.columns.get_loc(MEASURES[0])])


def rows_as_cells(frame: pd.DataFrame) -> list[Cell]:
    """The key of every row with its dimensions in the order of the table."""
    dimensions = dimensions_of(frame)
    codes = zip(*(frame[name].tolist() for name in dimensions), strict=True)
    return [
        tuple((name, code) for name, code in zip(dimensions, row, strict=True) if code != TOTAL) for row in codes
    ]


def cell_keys(frame: pd.DataFrame) -> list[Cell]:
    """The canonical key of every row: the same in every table that has the cell."""
    return [tuple(sorted(cell)) for cell in rows_as_cells(frame)]


def gather(tables: dict[str, pd.DataFrame]) -> dict[Cell, dict[str, int]]:
    """Every cell once, with all its indicators; a DataError if two tables give it different values."""
    cells: dict[Cell, dict[str, int]] = {}
    for name, frame in tables.items():
        rows = zip(cell_keys(frame), frame["indicador"].tolist(), frame["valor"].tolist(), strict=True)
        for cell, indicator, value in rows:
            if cells.setdefault(cell, {}).setdefault(indicator, int(value)) != int(value):
                raise DataError("dos cuadros dan cifras distintas de una misma celda", place=f"cuadro {name}")
    return cells
