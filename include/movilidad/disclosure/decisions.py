"""Everything decided, as rows of the ledger."""

import json
from collections.abc import Iterator

import pandas as pd

from movilidad.disclosure.cells import NARROW, TOTAL_TOO_SMALL, Cell, Verdicts, cell_keys
from movilidad.disclosure.figures import DOMINATED, FEW_AGES, FEW_WAGES, Figures
from movilidad.disclosure.patterns import SMALL, Rules, is_small
from movilidad.statistics.tables import MonthTables

COLUMNS = ["cuadro", "indicador", "celda", "valor_real", "estado", "regla"]
LINKED = "indicador_vinculado"
SUM_OF_HIDDEN = "suma_de_ocultas"

_PRIMARY = {SMALL, NARROW, TOTAL_TOO_SMALL, FEW_WAGES, FEW_AGES, DOMINATED}
_Row = tuple[str, str, str, float, str, str | None]


def ledger_rows(
    tables: MonthTables, verdicts: Verdicts, shown: dict[str, pd.DataFrame], figures: list[Figures], rules: Rules
) -> pd.DataFrame:
    """One row per cell and indicator of every table, also of cells without a row, in a fixed order.

    Figures that nobody knows (a median of nothing) have no row: there is nothing to reveal.
    """
    rows: list[_Row] = []
    for name, frame in tables.cuadros.items():
        rows += _table_rows(name, frame, verdicts, rules)
        rows += _rest_rows(name, frame, shown[name])
    for figure in figures:
        rows += _figure_rows(figure)
    return pd.DataFrame(rows, columns=COLUMNS)


def cell_json(cell: Cell) -> str:
    """The canonical text of a cell: its dimensions without margins, sorted; the same in every table."""
    return json.dumps(dict(sorted(cell)), ensure_ascii=False)


def _table_rows(name: str, frame: pd.DataFrame, verdicts: Verdicts, rules: Rules) -> Iterator[_Row]:
    for cell, indicator, value in zip(cell_keys(frame), frame["indicador"], frame["valor"], strict=True):
        rule = verdicts.hidden.get(cell)
        if rule is not None and is_small({indicator: int(value)}, rules.frecuencia_minima):
            rule = SMALL
        elif rule == SMALL:
            rule = LINKED  # another indicator of the cell is small
        yield (name, indicator, cell_json(cell), float(value), _state(rule), rule)


def _rest_rows(name: str, frame: pd.DataFrame, shown: pd.DataFrame) -> Iterator[_Row]:
    known = set(cell_keys(frame))
    for cell, indicator, value in zip(cell_keys(shown), shown["indicador"], shown["valor"], strict=True):
        if cell not in known:
            yield (name, indicator, cell_json(cell), float(value), "publicada", SUM_OF_HIDDEN)


def _figure_rows(figure: Figures) -> Iterator[_Row]:
    values = zip(figure.cells, figure.original["indicador"], figure.original["valor"], figure.rules, strict=True)
    for cell, indicator, value, rule in values:
        if not pd.isna(value):
            yield (figure.name, indicator, cell_json(cell), float(value), _state(rule), rule)


def _state(rule: str | None) -> str:
    if rule is None:
        return "publicada"
    return "primaria" if rule in _PRIMARY else "secundaria"
