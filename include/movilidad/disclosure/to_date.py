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
from movilidad.disclosure.neighbours import in_order, without_contradiction
from movilidad.disclosure.patterns import SMALL, Rules, is_small
from movilidad.model.periods import Period
from movilidad.statistics.specs import TO_DATE, Table, load_specs
from movilidad.statistics.tables import MonthTables

MONTH_HIDDEN = "mes_oculto"


def year_to_date(
    tables: MonthTables, verdicts: Mapping[str, Verdicts], history: History, rules: Rules
) -> list[Decided]:
    """The tables of the year to date as they may be shown; none if a month of the year was never published."""
    period = Period.to_date(tables.month)
    earlier = [str(month) for month in period.months[:-1]]
    declared = {
        name: table
        for name, table in load_specs().of_kind("acumulado").items()
        if name in tables.cuadros and earlier
    }
    found: dict[str, tuple[Mapping[Cell, int], Verdicts]] = {}
    for population in in_order({table.poblacion for table in declared.values()}):
        own = {name: table for name, table in declared.items() if table.poblacion == population}
        months = [history.of(month, next(iter(own.values())).indicadores[0]) for month in earlier]
        if all(months):
            verdict = verdicts.get(population, Verdicts())
            parts = [_verdict(tables, name, verdict, months, rules) for name in own]
            counts = {
                cell: count for name, table in own.items() for cell, count in _counts(tables.cuadros[name], table)
            }
            together = _joined(parts, counts)
            found[population] = counts, without_contradiction(population, counts, together, found, rules)
    decided = []
    for name, table in declared.items():
        if table.poblacion in found:
            frame, (_, verdict) = tables.cuadros[name], found[table.poblacion]
            shown = protect_table(frame, verdict, summed=not table.cruce)
            decided.append(Decided(name, str(period), frame, shown, verdict, {}))
    return decided


def _counts(frame: pd.DataFrame, table: Table) -> list[tuple[Cell, int]]:
    """The cells of a table with their persons (or employers, recruiters)."""
    own = frame[frame["indicador"] == table.indicadores[0]]
    return list(zip(cell_keys(own), own["valor"].astype(int), strict=True))


def _joined(parts: list[Verdicts], cells: Mapping[Cell, int]) -> Verdicts:
    """The verdicts on all tables of a population as one."""
    if any(part.total_hidden for part in parts):
        return Verdicts.nothing_shown(cells)
    return Verdicts({cell: rule for part in parts for cell, rule in part.hidden.items()})


def _verdict(
    tables: MonthTables, name: str, own: Verdicts, months: list[dict[Cell, Standing]], rules: Rules
) -> Verdicts:
    """Hidden: what some month hides. All of it, if the distinct persons of a shown cell would be too few.

    Where every month shows nobody nothing is hidden even then: readers know that the sum is nobody.
    """
    frame = tables.cuadros[name]
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
        somebody = _with_somebody(tables.cuadros[name.removesuffix(TO_DATE)], months)
        hidden = {cell: hidden.get(cell, SMALL) for cell in cells if cell in hidden or (cell and cell in somebody)}
    return Verdicts(hidden, set())


def _with_somebody(month: pd.DataFrame, before: list[dict[Cell, Standing]]) -> set[Cell]:
    """The cells that are not zero in this month or in an earlier one."""
    now = {cell for cell, value in zip(cell_keys(month), month["valor"], strict=True) if value}
    return now | {cell for earlier in before for cell, standing in earlier.items() if standing.newest.value}
