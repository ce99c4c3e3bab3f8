"""Everything decided, as rows of the ledger."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from movilidad.disclosure.cells import TOTAL_TOO_SMALL, Cell, Verdicts, cell_keys, dimensions_of
from movilidad.disclosure.figures import DOMINATED, FEW_AGES, FEW_WAGES, Figures
from movilidad.disclosure.lines import GROUP, SMALL_MARGIN
from movilidad.disclosure.patterns import SMALL, WITHHELD

COLUMNS = [
    *("periodo", "cuadro", "dimensiones", "indicador", "celda", "valor_real", "contribuyentes", "con_fila"),
    *("estado", "regla"),
]
SUM_OF_HIDDEN = "suma_de_ocultas"

_PRIMARY = {
    *(SMALL, SMALL_MARGIN, GROUP, WITHHELD, TOTAL_TOO_SMALL),
    *(FEW_WAGES, FEW_AGES, DOMINATED),
}
_Row = tuple[object, ...]


@dataclass(frozen=True)
class Decided:
    """One table with what was decided of it.

    Attributes:
        frame: as computed.
        shown: as it may be shown.
        contributors: by indicator and cell, how many persons or employers stand behind it.
    """

    name: str
    period: str
    frame: pd.DataFrame
    shown: pd.DataFrame
    verdicts: Verdicts
    contributors: Mapping[str, Mapping[Cell, int]]


def ledger_rows(tables: list[Decided], figures: list[Figures], period: str) -> pd.DataFrame:
    """One row per cell and indicator of every table, also of cells without a row, in a fixed order.

    Figures that nobody knows (a median of nothing) have no row: there is nothing to reveal.
    """
    rows: list[_Row] = []
    for table in tables:
        rows += _table_rows(table)
        rows += _rest_rows(table)
    for figure in figures:
        rows += _figure_rows(figure, period)
    return pd.DataFrame(rows, columns=COLUMNS).astype({"contribuyentes": "Int64"})


def cell_json(cell: Cell) -> str:
    """The canonical text of a cell: its dimensions without margins, sorted; the same in every table."""
    return json.dumps(dict(sorted(cell)), ensure_ascii=False)


def _table_rows(table: Decided) -> Iterator[_Row]:
    verdicts, dimensions = table.verdicts, dimensions_of(table.frame)
    rows = zip(cell_keys(table.frame), table.frame["indicador"], table.frame["valor"], strict=True)
    for cell, indicator, value in rows:
        rule = verdicts.hidden.get(cell)
        behind = table.contributors.get(indicator, {}).get(cell)
        yield (
            *(table.period, table.name, dimensions, indicator, cell_json(cell), float(value), behind),
            *(cell not in verdicts.dropped, _state(rule), rule),
        )


def _rest_rows(table: Decided) -> Iterator[_Row]:
    known, dimensions = set(cell_keys(table.frame)), dimensions_of(table.frame)
    rows = zip(cell_keys(table.shown), table.shown["indicador"], table.shown["valor"], strict=True)
    for cell, indicator, value in rows:
        if cell not in known:
            yield (
                *(table.period, table.name, dimensions, indicator, cell_json(cell), float(value), None),
                *(True, "publicada", SUM_OF_HIDDEN),
            )


def _figure_rows(figure: Figures, period: str) -> Iterator[_Row]:
    values = zip(figure.cells, figure.original["indicador"], figure.original["valor"], figure.rules, strict=True)
    for cell, indicator, value, rule in values:
        if not pd.isna(value):
            names = [name for name, _ in cell]
            yield (
                *(period, figure.name, names, indicator, cell_json(cell), float(value), None),
                *(True, _state(rule), rule),
            )


def _state(rule: str | None) -> str:
    if rule is None:
        return "publicada"
    return "primaria" if rule in _PRIMARY else "secundaria"
