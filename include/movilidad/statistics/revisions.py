"""Revisions: what was known of a month at each moment, and by how much it changed.

A vintage is a moment at which figures of a month were given anew. All functions work on a frame with one row per
month, vintage and figure::

    periodo (2026-10), vigencia (instant), cuadro, indicador, celda (canonical JSON), valor

**What may be published**: only revisions of totals (``public_triangle``). A revised detailed cell can be one late
person, whose country, visa or town the difference would tell; detailed revisions are for the steward.
"""

import numpy as np
import pandas as pd

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.statistics.comparisons import change

COLUMNS = ["periodo", "vigencia", "cuadro", "indicador", "celda", "valor"]
TOTAL_CELL = "{}"

_FIGURE = ["periodo", "cuadro", "indicador", "celda"]


def revisions(vintages: pd.DataFrame) -> pd.DataFrame:
    """Every change of a figure from one vintage to the next. Private, but for totals.

    Returns:
        ``periodo``, ``cuadro``, ``indicador``, ``celda``, ``vigencia`` (of the new figure), ``antes``, ``ahora``,
        ``revision`` (now less before), ``porcentaje`` of what was before (missing on a base under ``SMALL_BASE``).
    """
    ordered = vintages.sort_values([*_FIGURE, "vigencia"], kind="stable")
    before = ordered.groupby(_FIGURE, sort=False)["valor"].shift()
    changed = ordered.assign(antes=before, ahora=ordered["valor"])[before.notna() & (before != ordered["valor"])]
    return _measured(changed, "antes", "ahora")[
        [*_FIGURE, "vigencia", "antes", "ahora", "revision", "porcentaje"]
    ].reset_index(drop=True)


def first_and_last(vintages: pd.DataFrame, delay: int | None = None) -> pd.DataFrame:
    """Every figure as first known and as known last, or as known ``delay`` months after its month.

    Returns:
        ``periodo``, ``cuadro``, ``indicador``, ``celda``, ``primera``, ``ultima``, ``revision``, ``porcentaje``.
        With a delay, only figures first known by then.
    """
    ordered = vintages.sort_values([*_FIGURE, "vigencia"], kind="stable")
    if delay is not None:
        ordered = ordered[delays(ordered) <= delay]
    found = ordered.groupby(_FIGURE, sort=False)["valor"].agg(primera="first", ultima="last").reset_index()
    return _measured(found, "primera", "ultima")


def revision_indicators(vintages: pd.DataFrame, delay: int | None = None) -> pd.DataFrame:
    """How much figures are revised from first to last, or to ``delay`` months later, by indicator and cell.

    Returns:
        ``cuadro``, ``indicador``, ``celda``, ``meses``, ``revision_media`` (its sign is the bias),
        ``revision_media_absoluta``, ``revision_relativa`` (sum of absolute revisions in per cent of the sum of the
        last figures; missing where that is zero).
    """
    figures = first_and_last(vintages, delay)
    figures = figures.assign(absoluta=figures["revision"].abs())
    found = (
        figures.groupby(["cuadro", "indicador", "celda"], sort=False)
        .agg(
            meses=("revision", "size"),
            revision_media=("revision", "mean"),
            revision_media_absoluta=("absoluta", "mean"),
            suma=("absoluta", "sum"),
            ultima=("ultima", "sum"),
        )
        .reset_index()
    )
    relative = (100 * found["suma"] / found["ultima"].where(found["ultima"] > 0)).astype("Float64")
    return found.assign(revision_relativa=relative).drop(columns=["suma", "ultima"])


def triangle(vintages: pd.DataFrame, indicator: str, cell: str, until: Month) -> pd.DataFrame:
    """A row per month, a column per delay in months; what was known when that month ended.

    Args:
        cell: canonical JSON; ``TOTAL_CELL`` for all. Any other is private (see the module).
        until: the newest month of knowledge: of a month ``m`` delays up to ``until - m`` are filled.

    Returns:
        Int64, index ``periodo``; missing before the first vintage and beyond ``until``.
    """
    rows = vintages[(vintages["indicador"] == indicator) & (vintages["celda"] == cell)]
    rows = rows.assign(demora=delays(rows)).sort_values("vigencia", kind="stable")
    known = rows.drop_duplicates(["periodo", "demora"], keep="last").pivot(
        index="periodo", columns="demora", values="valor"
    )
    last = {period: _distance(Month.parse(period), until) for period in known.index}
    widest = max(last.values(), default=-1)
    filled = known.reindex(columns=range(widest + 1)).astype("Int64").ffill(axis=1)
    for period, most in last.items():
        filled.loc[period, [delay for delay in filled.columns if delay > most]] = pd.NA
    return filled.sort_index()


def public_triangle(vintages: pd.DataFrame, indicator: str, until: Month) -> pd.DataFrame:
    """The triangle that may be published: of the total alone.

    A UsageError if ``indicator`` is not a count of departures or persons.
    """
    if indicator not in ("salidas", "colocados"):
        raise UsageError(
            f"no se publica la revisión de «{indicator}»", remedy="pida «salidas» o «colocados», que son totales"
        )
    return triangle(vintages, indicator, TOTAL_CELL, until)


def _measured(frame: pd.DataFrame, base: str, now: str) -> pd.DataFrame:
    changes = [change(float(value), float(of)) for value, of in zip(frame[now], frame[base], strict=True)]
    percents = pd.array([percent for _, percent in changes], dtype="float64")
    return frame.assign(
        **{name: frame[name].astype("int64") for name in (base, now)},
        revision=np.array([difference for difference, _ in changes], dtype="int64"),
        porcentaje=pd.Series(percents, index=frame.index).astype("Float64"),
    )


def delays(vintages: pd.DataFrame) -> pd.Series:
    """Months from the month counted to the month, in Guatemala, of the vintage."""
    pairs = zip(vintages["periodo"], vintages["vigencia"], strict=True)
    found = [
        _distance(Month.parse(period), Month.of(pd.Timestamp(moment).to_pydatetime())) for period, moment in pairs
    ]
    return pd.Series(found, index=vintages.index, dtype="int64")


def _distance(first: Month, last: Month) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
