"""Figures as cells, by their unit; and where in a frame a figure stands."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN
from movilidad.reports import numbers
from movilidad.reports.elements import Cell, Column, Row, RowKind, Table

_MONEY = ("GTQ", "GTQ por persona")
_PERCENT = "%"
_DECIMALS = 2
KINDS: dict[str, RowKind] = {TOTAL: "total", REMAINDER: "resto", UNKNOWN: "nd"}
NOT_SAID = Cell(numbers.NOT_SAID)


def cell(value: Any, unit: str, *, hidden: bool = False) -> Cell:
    """One printed figure: ``c`` where hidden, a dash where it was never told."""
    if hidden:
        return Cell(numbers.HIDDEN, None, oculta=True)
    if value is None or pd.isna(value):
        return NOT_SAID
    return Cell(written(float(value), unit), float(value))


def written(value: float, unit: str) -> str:
    """``Q1,234.50``, ``12.35%``, ``1,234``."""
    if unit in _MONEY:
        return numbers.quetzales(value, _DECIMALS)
    if unit == _PERCENT:
        return f"{numbers.number(value, _DECIMALS)}%"
    return numbers.measured(value)


def changed(value: float | None, unit: str) -> Cell:
    """A difference with its sign."""
    if value is None or pd.isna(value):
        return NOT_SAID
    if unit in _MONEY:
        sign = "+" if value > 0 else "−" if value < 0 else ""
        return Cell(f"{sign}{numbers.quetzales(abs(value), _DECIMALS)}", float(value))
    decimals = 0 if float(value).is_integer() else _DECIMALS
    return Cell(numbers.signed(value, decimals), float(value))


class Figures:
    """The figures of a frame by their place."""

    def __init__(self, frame: pd.DataFrame) -> None:
        names = list(frame.columns[: frame.columns.get_loc("indicador") + 1])
        self._keys = [name for name in names if name not in ("descripcion", "producto")]
        self._rows: dict[tuple[str, ...], Mapping[str, Any]] = {
            tuple(str(row[name]) for name in self._keys): row for row in frame.to_dict("records")
        }

    def row(self, indicator: str, **place: str) -> Mapping[str, Any] | None:
        """The row of an indicator; dimensions that are not named are totals."""
        key = tuple(indicator if name == "indicador" else place.get(name, TOTAL) for name in self._keys)
        return self._rows.get(key)

    def cell(self, indicator: str, **place: str) -> Cell:
        """The printed figure; a dash where the frame has none."""
        found = self.row(indicator, **place)
        if found is None:
            return NOT_SAID
        return cell(found["valor"], found["unidad"], hidden=found.get("estado_conf") == "C")

    def value(self, indicator: str, **place: str) -> float | None:
        """The number that may be said; None if there is none."""
        return self.cell(indicator, **place).valor


def table(name: str, title: str, heads: tuple[str, ...], rows: list[Row], *, data: str = "") -> Table:
    """A table of figures; ``heads`` are those of all columns, ``data`` the CSV behind it (``name`` if empty)."""
    first, *others = heads
    return Table(
        nombre=name,
        titulo=title,
        primera=first,
        columnas=tuple(Column(head) for head in others),
        filas=tuple(rows),
        datos=f"datos/{data or name}.csv",
    )
