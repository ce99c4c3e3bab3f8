"""The year to date: sums of months that readers can see, and nothing else.

A cell is shown if every month of the year so far shows it. Then its departures are a sum that any reader can make;
nothing about a hidden month follows from it.
"""

from collections.abc import Mapping

import pandas as pd

from movilidad.disclosure.cells import Cell, Verdicts, cell_keys
from movilidad.disclosure.decisions import Decided
from movilidad.disclosure.frames import protect_table
from movilidad.disclosure.history import History, Standing
from movilidad.disclosure.patterns import SMALL, Rules, is_small
from movilidad.model.periods import Period
from movilidad.statistics.specs import load_specs
from movilidad.statistics.tables import MonthTables

MONTH_HIDDEN = "mes_oculto"


def year_to_date(
    tables: MonthTables, verdicts: Mapping[str, Verdicts], history: History, rules: Rules
) -> list[Decided]:
    """The tables of the year to date as they may be shown; none if a month of the year was never published."""
    period = Period.to_date(tables.month)
    earlier = [str(month) for month in period.months[:-1]]
    specs = load_specs()
    decided = []
    for name, table in specs.of_kind("acumulado").items():
        if name not in tables.cuadros or not earlier:
            continue
        months = [history.of(month, table.indicadores[0]) for month in earlier]
        if not all(months):
            continue
        frame = tables.cuadros[name]
        own = verdicts.get(table.poblacion, Verdicts())
        verdict = _verdict(frame, own, months, rules)
        shown = protect_table(frame, verdict, summed=not table.cruce)
        decided.append(Decided(name, str(period), frame, shown, verdict, {}))
    return decided


def _verdict(frame: pd.DataFrame, own: Verdicts, months: list[dict[Cell, Standing]], rules: Rules) -> Verdicts:
    """Hidden: what some month hides. All of it, if the distinct persons of a shown cell would be too few."""
    cells = list(dict.fromkeys(cell_keys(frame)))
    hidden = {
        cell: MONTH_HIDDEN
        for cell in cells
        if cell in own.hidden or any(cell in month and month[cell].hidden for month in months)
    }
    if () in hidden:
        return Verdicts.nothing_shown(cells)
    values = zip(cell_keys(frame), frame["valor"], strict=True)
    if any(cell and cell not in hidden and is_small({"": int(v)}, rules.frecuencia_minima) for cell, v in values):
        hidden = {cell: SMALL for cell in cells if cell}
    return Verdicts(hidden, set())
