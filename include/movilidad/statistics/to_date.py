"""The year to date of what does not add up over months: distinct persons, employers.

Their totals from January to the month stand in tables of their own (``*_acumulado``), here and in the release of
the same month a year before. Recruiters are counted as of a day, so they have none.
"""

from collections.abc import Mapping

import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Month, Period
from movilidad.statistics.comparisons import ADDITIVE, COLUMNS, YEAR_TO_DATE, change
from movilidad.statistics.published import ABSENT, HIDDEN, SHOWN
from movilidad.statistics.revisions import TOTAL_CELL
from movilidad.statistics.specs import load_specs
from movilidad.statistics.summary import HEADLINES

Totals = Mapping[str, float | None]  # indicator → total; None if hidden


def tables_to_date() -> dict[str, str]:
    """Headline that does not add up → a table that has its total from January to the month."""
    found: dict[str, str] = {}
    for file, table in load_specs().of_kind("acumulado").items():
        for indicator in table.indicadores:
            if indicator in HEADLINES and indicator not in ADDITIVE:
                found.setdefault(indicator, file)
    return {name: found[name] for name in HEADLINES if name in found}


def own_to_date(frames: Mapping[str, pd.DataFrame]) -> dict[str, float | None]:
    """The totals in the protected tables of a month."""
    found: dict[str, float | None] = {}
    for indicator, file in tables_to_date().items():
        if file in frames:
            frame = frames[file]
            rows = frame[(frame.iloc[:, 0] == TOTAL) & (frame["indicador"] == indicator)]
            for value in rows["valor"]:
                found[indicator] = None if pd.isna(value) else float(value)
    return found


def compare_to_date(own: Totals, before: Totals, month: Month) -> pd.DataFrame:
    """A row per total of the year to date beside last year's: ``comparisons.COLUMNS`` and the two states."""
    periods = (Period.to_date(month), Period.to_date(month.plus(-12)))
    rows = []
    for indicator in tables_to_date():
        if indicator not in own:
            continue
        value, base = own[indicator], before.get(indicator)
        changes: tuple[float | None, float | None] = (None, None)
        if value is not None and base is not None:
            changes = change(value, base)
        states = (_state(own, indicator), _state(before, indicator))
        rows.append(
            (indicator, TOTAL_CELL, YEAR_TO_DATE, *map(str, periods), value, base, *changes, *states),
        )
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "estado", "estado_base"])
    numbers = ["valor", "base", "diferencia", "porcentaje"]
    return frame.astype(dict.fromkeys(numbers, "float64")).astype(dict.fromkeys(numbers, "Float64"))


def _state(totals: Totals, indicator: str) -> str:
    if indicator not in totals:
        return ABSENT
    return HIDDEN if totals[indicator] is None else SHOWN
