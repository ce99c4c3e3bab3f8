"""The cells of a sheet as values, and the labels of its codes."""

from datetime import date
from typing import Any

from movilidad.publishing.sheets import Column, Sheet
from movilidad.publishing.vocabulary import indicator_titles


def value(column: Column, cell: str) -> Any:
    """A finished cell as int, float, date or text; None for an empty one."""
    if not cell:
        return None
    if column.tipo == "integer":
        return int(cell)
    if column.tipo == "number":
        return float(cell)
    return date.fromisoformat(cell) if column.tipo == "date" else cell


def columns(sheet: Sheet) -> dict[str, list[str]]:
    """The finished cells of a sheet by column."""
    turned = list(zip(*sheet.filas, strict=True)) or [()] * len(sheet.columnas)
    return {column.nombre: list(cells) for column, cells in zip(sheet.columnas, turned, strict=True)}


def labels(sheet: Sheet, name: str) -> dict[str, str]:
    """Codes of a column, in the order of the rows, with what they mean; a code without a label is its own."""
    cells = columns(sheet)
    codes = cells[name]
    if f"{name}_nombre" in cells:
        return dict(zip(codes, cells[f"{name}_nombre"], strict=True))
    titles = indicator_titles() if name == "indicador" else {}
    return {code: titles.get(code, code) for code in codes}
