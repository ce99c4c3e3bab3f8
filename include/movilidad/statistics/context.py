"""A month in its context: other months, its revisions, what others count. Made of published figures alone.

All of it follows from what readers already have, so it needs no protection of its own; where a figure is hidden
or was never published, nothing is said that depends on it, and the state says which of the two it is.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import numpy as np
import pandas as pd

from movilidad.model.periods import TZ, Month
from movilidad.statistics import comparisons, mirror, revisions
from movilidad.statistics.comparisons import SMALL_BASE, compare, half_up, recent_series, share_decimals
from movilidad.statistics.published import (
    ABSENT,
    HIDDEN,
    NOT_COMPARED,
    SHOWN,
    SUMMARY,
    comparable,
    own_figures,
)
from movilidad.statistics.revisions import TOTAL_CELL
from movilidad.statistics.summary import HEADLINES
from movilidad.statistics.tables import MonthTables
from movilidad.statistics.to_date import Totals, compare_to_date, own_to_date
from movilidad.statistics.wages import MEDIAN

SERIES = ["indicador", "celda", "periodo", "valor", "estado"]
SHARES = ["total", "participacion", "total_base", "participacion_base"]
COMPARED = [*comparisons.COLUMNS, "estado", "estado_base", *SHARES]
RELEASED = ["periodo", "publicacion_id", "revision", "fecha", "indicador", "valor"]
REVISED = [
    *("periodo", "indicador", "publicacion_id", "vigencia", "demora", "valor", "estado", "revision", "porcentaje"),
]
MEASURED = ["indicador", "meses", "revision_media", "revision_media_absoluta", "revision_relativa"]
MIRRORED = [*mirror.COLUMNS, "salidas", "razon", "estado"]
REVISABLE = ("colocados", "salidas")
_NO_TOTALS: Totals = MappingProxyType({})

# a change of these is a number of years or of quetzales: no percentage
_NOT_COUNTED = {"edad_mediana", MEDIAN}


def _empty(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns, dtype=object)


@dataclass(frozen=True)
class Context:
    """What a release says beyond its own month; every frame is empty where nothing can be said.

    Attributes:
        serie: the last 25 months of every figure: ``SERIES``; ``estado`` is SDMX's A, Q (hidden) or O (never
            published).
        comparaciones: ``COMPARED``: the figures beside earlier ones, shares with their base.
        revisiones: ``REVISED``: the totals of those months as each release gave them.
        medidas: ``MEASURED``: how much the totals are revised from first to last.
        triangulos: indicator → ``revisions.public_triangle``.
        espejo: ``MIRRORED``: what others count, with our departures.
    """

    serie: pd.DataFrame = field(default_factory=lambda: _empty(SERIES))
    comparaciones: pd.DataFrame = field(default_factory=lambda: _empty(COMPARED))
    revisiones: pd.DataFrame = field(default_factory=lambda: _empty(REVISED))
    medidas: pd.DataFrame = field(default_factory=lambda: _empty(MEASURED))
    triangulos: dict[str, pd.DataFrame] = field(default_factory=dict)
    espejo: pd.DataFrame = field(default_factory=lambda: _empty(MIRRORED))


@dataclass(frozen=True)
class Identity:
    """Which release the month's own tables belong to."""

    publicacion_id: str
    revision: int
    fecha: date


def in_context(
    tables: MonthTables,
    own: Identity,
    earlier: pd.DataFrame,
    released: pd.DataFrame,
    year_before: Totals = _NO_TOTALS,
) -> Context:
    """The context of a month.

    Args:
        tables: its protected tables.
        own: the release that will show them.
        earlier: the figures of the newest releases of the 24 months before (``published``).
        released: ``RELEASED``: totals of all earlier releases of those months and of this one; ``valor`` is
            missing where hidden.
        year_before: the year to date of the same month a year before, as its newest release gave it.
    """
    figures = own_figures(tables)
    known = comparable(pd.concat([figures, earlier], ignore_index=True))
    totals = pd.concat([_own_totals(figures, own), released], ignore_index=True)
    vintages = _vintages(totals)
    until = Month.of(own.fecha)
    return Context(
        serie=_series(known, tables.month),
        comparaciones=pd.concat(
            [_compared(known, tables.month), _to_date(own_to_date(tables.cuadros), year_before, tables.month)],
            ignore_index=True,
        ),
        revisiones=_revised(totals, vintages),
        medidas=_measured(vintages),
        triangulos={name: revisions.public_triangle(vintages, name, until) for name in REVISABLE},
        espejo=_mirrored(tables.espejo, known, tables.month),
    )


def released_totals(released: pd.DataFrame) -> pd.DataFrame:
    """Every release of every month with its totals and the change from the release before it: ``REVISED``.

    Args:
        released: as in ``in_context``.
    """
    return _revised(released, _vintages(released))


class _States:
    """Whether figures are shown, hidden or absent; of several months, the reason why their sum is not given."""

    def __init__(self, known: pd.DataFrame) -> None:
        places = zip(known["indicador"], known["celda"], known["periodo"], strict=True)
        self._known = dict(zip(places, known["estado"], strict=True))

    def of(self, indicator: str, cell: str, period: str) -> str:
        found = {self._known.get((indicator, cell, str(month)), ABSENT) for month in mirror.months_of(period)}
        return next((state for state in (HIDDEN, ABSENT) if state in found), SHOWN)

    def column(self, frame: pd.DataFrame, period: str) -> list[str]:
        return [self.of(*place) for place in zip(frame["indicador"], frame["celda"], frame[period], strict=True)]


def _series(known: pd.DataFrame, month: Month) -> pd.DataFrame:
    series = recent_series(known, month)
    return series.assign(estado=_States(known).column(series, "periodo"))[SERIES]


def _compared(known: pd.DataFrame, month: Month) -> pd.DataFrame:
    found = compare(known, month)
    states = _States(known)
    found = found.assign(
        porcentaje=_percentages(found),
        diferencia=found["diferencia"].round(2),
        estado=states.column(found, "periodo"),
        estado_base=states.column(found, "periodo_base"),
    )
    for value, whole, share in (("valor", "total", "participacion"), ("base", "total_base", "participacion_base")):
        found = _with_share(found, value, whole, share)
    return found[COMPARED]


def _to_date(own: Totals, before: Totals, month: Month) -> pd.DataFrame:
    found = compare_to_date(own, before, month)
    return (
        found.assign(porcentaje=_percentages(found))
        .reindex(columns=COMPARED)
        .astype(dict.fromkeys(SHARES, "Float64"))
    )


def _percentages(found: pd.DataFrame) -> pd.Series:
    """Rounded as printed; none of what is not counted."""
    rows = zip(found["indicador"], found["porcentaje"], found["base"], strict=True)
    rounded = [
        pd.NA if pd.isna(percent) or name in _NOT_COUNTED else half_up(percent, share_decimals(base))
        for name, percent, base in rows
    ]
    return pd.Series(pd.array(rounded, dtype="Float64"), index=found.index)


def _with_share(found: pd.DataFrame, value: str, whole: str, share: str) -> pd.DataFrame:
    """Each category's total and its share of it in per cent; none on a small base."""
    key = ["indicador", "comparacion"]
    totals = found.loc[found["celda"] == TOTAL_CELL, [*key, value]].rename(columns={value: whole})
    joined = found.merge(totals, on=key, how="left")
    joined[whole] = joined[whole].mask(joined["celda"] == TOTAL_CELL)
    shares = [
        half_up(100 * part / of, 1) if pd.notna(part) and pd.notna(of) and of >= SMALL_BASE else pd.NA
        for part, of in zip(joined[value], joined[whole], strict=True)
    ]
    return joined.assign(**{share: pd.array(shares, dtype="Float64")})


def _own_totals(figures: pd.DataFrame, own: Identity) -> pd.DataFrame:
    totals = figures[(figures["cuadro"] == SUMMARY) & figures["indicador"].isin(REVISABLE)]
    return totals.assign(publicacion_id=own.publicacion_id, revision=own.revision, fecha=own.fecha)[RELEASED]


def _vintages(totals: pd.DataFrame) -> pd.DataFrame:
    """The totals as ``revisions`` reads them; of a month with a hidden total nothing."""
    frame = _with_moments(totals)
    hidden = frame["valor"].isna().groupby([frame["periodo"], frame["indicador"]]).transform("any").astype(bool)
    shown = frame[~hidden]
    return shown.assign(cuadro=SUMMARY, celda=TOTAL_CELL, valor=shown["valor"].astype("int64"))[revisions.COLUMNS]


def _with_moments(totals: pd.DataFrame) -> pd.DataFrame:
    """``vigencia``: noon in Guatemala of the release's day; the revisions of one day one second apart."""
    moments = [
        datetime.combine(day, time(12), tzinfo=TZ) + timedelta(seconds=int(number))
        for day, number in zip(totals["fecha"], totals["revision"], strict=True)
    ]
    return totals.assign(vigencia=pd.Series(moments, index=totals.index, dtype=object))


def _revised(totals: pd.DataFrame, vintages: pd.DataFrame) -> pd.DataFrame:
    """Every release of every month with the change from the release before it."""
    frame = _with_moments(totals).sort_values(["periodo", "indicador", "vigencia"], kind="stable")
    frame = frame.assign(estado=[HIDDEN if missing else SHOWN for missing in frame["valor"].isna()])
    key = ["periodo", "indicador", "vigencia"]
    changes = revisions.revisions(vintages)[[*key, "revision", "porcentaje"]]
    frame = frame.drop(columns="revision").merge(changes, on=key, how="left")
    later = frame.duplicated(["periodo", "indicador"]) & frame.set_index(key).index.isin(
        pd.MultiIndex.from_frame(vintages[key])
    )
    frame["revision"] = frame["revision"].astype("Float64").mask(frame["revision"].isna() & later, 0)
    percents = zip(frame["porcentaje"], frame["valor"], frame["revision"], strict=True)
    frame["porcentaje"] = pd.array(
        [pd.NA if pd.isna(each) else half_up(each, share_decimals(now - by)) for each, now, by in percents],
        dtype="Float64",
    )
    return frame.assign(demora=revisions.delays(frame))[REVISED]


def _measured(vintages: pd.DataFrame) -> pd.DataFrame:
    found = revisions.revision_indicators(vintages)
    return found[MEASURED].astype(dict.fromkeys(MEASURED[2:], "Float64")).round(1)


def _mirrored(theirs: pd.DataFrame, known: pd.DataFrame, month: Month) -> pd.DataFrame:
    found = mirror.beside(theirs, known)
    oldest = month.plus(1 - comparisons.MONTHS)
    states = _States(known)
    places = zip(found["pais"], found["categoria"], found["periodo"], strict=True)
    state = [
        NOT_COMPARED
        if mirror.months_of(period)[0] < oldest
        else states.of("salidas", mirror.our_cell(country, category), period)
        for country, category, period in places
    ]
    return found.assign(estado=np.array(state, dtype=object))[MIRRORED]


def unit_of(indicator: str) -> str:
    """The unit of a figure that is compared."""
    return HEADLINES[indicator][1]
