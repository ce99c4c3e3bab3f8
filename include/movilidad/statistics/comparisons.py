"""A month beside other months: the last 25, the month before, the same month a year ago, the year to date.

Everything is made of published figures alone, so it tells a reader nothing that could not be worked out from the
releases themselves. A figure that is hidden or missing gives no comparison, never a zero.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from movilidad.model.errors import DataError
from movilidad.model.periods import Month

SMALL_BASE = 30  # no percentage and no ratio on a base of fewer
MONTHS = 25  # this month, and the same month of the two years before
# distinct persons of several months are not the sum of the months' persons: departures are
ADDITIVE = frozenset({"salidas"})

MONTH_BEFORE, YEAR_BEFORE, YEAR_TO_DATE = "mes_anterior", "mismo_mes_anio_anterior", "acumulado_anio"
COLUMNS = [
    *("indicador", "celda", "comparacion", "periodo", "periodo_base", "valor", "base", "diferencia", "porcentaje"),
]
_KEY = ["indicador", "celda"]
_NUMBERS = ["valor", "base", "diferencia", "porcentaje"]


@dataclass(frozen=True)
class _Span:
    """Months whose figures are added, and the months they are compared with."""

    name: str
    months: list[Month]
    base: list[Month]


def recent_series(published: pd.DataFrame, month: Month, months: int = MONTHS) -> pd.DataFrame:
    """The figures of ``month`` and the months before it, one row per figure and month.

    Args:
        published: ``periodo`` (``2026-10``), ``indicador``, ``celda`` (canonical JSON), ``valor`` (missing if
        hidden).

    Returns:
        ``indicador``, ``celda``, ``periodo``, ``valor`` (Float64; missing where hidden or never published), oldest
        month first, for every figure that has a row in those months.
    """
    window = month.plus(1 - months).through(month)
    keys = published.loc[published["periodo"].isin([str(each) for each in window]), _KEY].drop_duplicates()
    wide = _wide(published, window).reindex(pd.MultiIndex.from_frame(keys))
    long = wide.melt(ignore_index=False, var_name="periodo", value_name="valor").reset_index()
    order = long.groupby(_KEY, sort=False).ngroup()
    long = long.assign(orden=order).sort_values(["orden", "periodo"], kind="stable").drop(columns="orden")
    return long.reset_index(drop=True).astype({"valor": "Float64"})


def compare(published: pd.DataFrame, month: Month, additive: Collection[str] = ADDITIVE) -> pd.DataFrame:
    """The figures of ``month`` beside the month before, the same month a year ago and, year to date, last year's.

    Args:
        published: as in ``recent_series``; a DataError if a figure of a month stands there twice.
        additive: indicators whose months may be added; only they have a year to date.

    Returns:
        A row per figure of the month and comparison: ``COLUMNS``. ``diferencia`` is absolute, ``porcentaje`` is
        100 × difference / base; both are missing where an operand is, the second also on a base under
        ``SMALL_BASE``.
    """
    spans = [
        _Span(MONTH_BEFORE, [month], [month.plus(-1)]),
        _Span(YEAR_BEFORE, [month], [month.plus(-12)]),
        _Span(YEAR_TO_DATE, _year_to_date(month), _year_to_date(month.plus(-12))),
    ]
    needed = sorted({each for span in spans for each in (*span.months, *span.base)})
    keys = published.loc[published["periodo"] == str(month), _KEY].drop_duplicates()
    wide = _wide(published, needed).reindex(pd.MultiIndex.from_frame(keys))
    summable = wide.index.get_level_values("indicador").isin(list(additive))
    frames = [_compared(wide[summable] if span.name == YEAR_TO_DATE else wide, span) for span in spans]
    order = {key: number for number, key in enumerate(wide.index)}
    rows = pd.concat(frames, ignore_index=True)
    place = [order[key] for key in zip(rows["indicador"], rows["celda"], strict=True)]
    rows = rows.assign(orden=place).sort_values("orden", kind="stable").drop(columns="orden")
    return rows.reset_index(drop=True)


def change(value: float, base: float) -> tuple[float, float]:
    """Difference and per cent of one figure and its base; NaN where it cannot be said."""
    difference = value - base
    return difference, 100 * difference / base if base >= SMALL_BASE else float("nan")


def half_up(value: float, decimals: int) -> float:
    """Rounded as readers do it: halves away from zero."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def share_decimals(base: float) -> int:
    """Decimals of a percentage: one must be more than a person."""
    return 1 if base >= 1000 else 0


def _year_to_date(month: Month) -> list[Month]:
    return Month(month.year, 1).through(month)


def _compared(wide: pd.DataFrame, span: _Span) -> pd.DataFrame:
    value, base = _sum(wide, span.months), _sum(wide, span.base)
    changes = [change(*pair) for pair in zip(value, base, strict=True)]
    frame = pd.DataFrame(
        {
            "indicador": wide.index.get_level_values("indicador"),
            "celda": wide.index.get_level_values("celda"),
            "comparacion": span.name,
            "periodo": _label(span.months),
            "periodo_base": _label(span.base),
            "valor": value,
            "base": base,
            "diferencia": [difference for difference, _ in changes],
            "porcentaje": [percent for _, percent in changes],
        }
    )
    return frame.astype(dict.fromkeys(_NUMBERS, "float64")).astype(dict.fromkeys(_NUMBERS, "Float64"))


def _sum(wide: pd.DataFrame, months: list[Month]) -> np.ndarray:
    """The sum over the months; NaN if one of them is."""
    return np.asarray(wide[[str(month) for month in months]].sum(axis=1, skipna=False), dtype="float64")


def _label(months: list[Month]) -> str:
    return str(months[0]) if len(months) == 1 else f"{months[0]}/{months[-1]}"


def _wide(published: pd.DataFrame, months: list[Month]) -> pd.DataFrame:
    """A row per figure, a column per month; NaN where hidden or missing."""
    names = [str(month) for month in months]
    rows = published[published["periodo"].isin(names)]
    if rows.duplicated([*_KEY, "periodo"]).any():
        raise DataError("una cifra publicada aparece dos veces en el mismo mes", place="comparaciones")
    values = rows["valor"].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    wide = rows.assign(valor=values).pivot(index=_KEY, columns="periodo", values="valor")
    return wide.reindex(columns=names).astype("float64")
