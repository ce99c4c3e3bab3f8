"""The section that sets the month beside other months: heading, sentences, the line of 25 months, tables.

The sentences follow the rules of ``statistics.comparisons``: nothing is said of a figure that is hidden or was
never published, no percentage is given on a small base, and a month is called the highest only if all 25 can be
seen. A heading or a main point says «more» or «fewer» only of a difference beyond the noise: beyond what revisions
usually change, and beyond twice the square root of the sum of both figures, which is what chance alone explains of
counts (Poisson, about 95 per cent).
"""

from collections.abc import Iterable
from math import sqrt

import pandas as pd

from movilidad.model.periods import Month
from movilidad.reports import numbers
from movilidad.reports.comparison_tables import Compared, Found, comparison_tables, read_compared, share_between
from movilidad.reports.elements import Bar, Chart, Section
from movilidad.reports.wording import ContextWords, say, say_count
from movilidad.statistics.comparisons import MONTH_BEFORE, MONTHS, YEAR_BEFORE, YEAR_TO_DATE, share_decimals
from movilidad.statistics.context import Context
from movilidad.statistics.published import ABSENT, HIDDEN, cell_of
from movilidad.statistics.revisions import TOTAL_CELL

_PLACED = "colocados"
_WOMEN = cell_of("sexo", "2")
_FEW = 2  # points that make a line


def comparison_section(context: Context, month: Month, words: ContextWords) -> Section | None:
    """The section; None if nothing earlier was ever published."""
    found = read_compared(context.comparaciones)
    if all(each.estado_base == ABSENT for each in found.values()):
        return None
    chart = _chart(context.serie, month)
    return Section(
        nombre="comparaciones",
        tema=words.nombre,
        titulo=_heading(found, month, usual_revision(context)) or words.neutral,
        frases=tuple(_sentences(found, context.serie, month, usual_revision(context))),
        graficos=(chart,) if sum(bar.valor is not None for bar in chart.barras) >= _FEW else (),
        cuadros=comparison_tables(found, month),
        notas=words.aclara,
    )


def comparison_point(context: Context, month: Month) -> str | None:
    """How many more or fewer than a year ago; None where that cannot be said or is within the noise."""
    each = read_compared(context.comparaciones).get((_PLACED, TOTAL_CELL, YEAR_BEFORE))
    if each is None or not beyond_noise(each, usual_revision(context)):
        return None
    change = each.diferencia or 0
    percent = f" ({_percent(each)})" if each.porcentaje is not None else ""
    period = numbers.period_name(month.plus(-12))
    return say_count("punto_mas" if change > 0 else "punto_menos", abs(change), pct=percent, periodo=period)


def usual_revision(context: Context) -> float:
    """By how many persons a month's total usually changes after its first release; 0 if nothing is known of it."""
    found = context.medidas[context.medidas["indicador"] == _PLACED]["revision_media_absoluta"]
    return 0.0 if found.empty or found.isna().all() else float(found.iloc[0])


def beyond_noise(each: Compared, usual: float) -> bool:
    """Whether a difference is more than revisions usually change and more than chance explains of two counts."""
    if each.valor is None or each.base is None or each.diferencia is None:
        return False
    return abs(each.diferencia) > max(usual, 2 * sqrt(each.valor + each.base))


def _heading(found: Found, month: Month, usual: float) -> str | None:
    """More, fewer or about as many as a year ago; if that cannot be said, as the month before."""
    for comparison, base in ((YEAR_BEFORE, month.plus(-12)), (MONTH_BEFORE, month.plus(-1))):
        each = found.get((_PLACED, TOTAL_CELL, comparison))
        if each and each.diferencia is not None:
            change = each.diferencia
            when = numbers.period_name(base)
            if change == 0:
                return say("salieron_tantas", periodo=when)
            if not beyond_noise(each, usual):
                values = (numbers.number(value or 0) for value in (each.valor, each.base))
                return say("salieron_casi_tantas", periodo=when, **dict(zip(("n", "antes"), values, strict=True)))
            return say_count("salieron_mas" if change > 0 else "salieron_menos", abs(change), periodo=when)
    return None


def _sentences(found: Found, series: pd.DataFrame, month: Month, usual: float) -> Iterable[str]:
    told = [
        _beside(found.get((_PLACED, TOTAL_CELL, MONTH_BEFORE)), month.plus(-1), usual),
        _beside(found.get((_PLACED, TOTAL_CELL, YEAR_BEFORE)), month.plus(-12), usual),
        _to_date(found.get(("salidas", TOTAL_CELL, YEAR_TO_DATE)), month),
        _women(found.get((_PLACED, _WOMEN, YEAR_BEFORE)), month),
        _extreme(series, month),
    ]
    return [text for text in told if text]


def _beside(each: Compared | None, base: Month, usual: float) -> str | None:
    if each is None or each.base is None or each.diferencia is None:
        return None
    change = _change(each)
    if each.diferencia and not beyond_noise(each, usual):
        change = say("dentro_de_lo_usual", cambio=change)
    return say_count("entonces_fueron", each.base, periodo=numbers.period_name(base), cambio=change)


def _to_date(each: Compared | None, month: Month) -> str | None:
    """January alone is the month itself."""
    if each is None or each.valor is None or each.base is None or month.month == 1:
        return None
    return say(
        "en_el_anio",
        periodo=numbers.period_name(month),
        n=numbers.number(each.valor),
        anio=month.year - 1,
        antes=numbers.number(each.base),
        cambio=_change(each),
    )


def _change(each: Compared) -> str:
    """``12 más (4%)``."""
    if not each.diferencia:
        return say("las_mismas")
    told = say("mas" if each.diferencia > 0 else "menos", n=numbers.number(abs(each.diferencia)))
    return f"{told} ({_percent(each)})" if each.porcentaje is not None else told


def _women(each: Compared | None, month: Month) -> str | None:
    if each is None or each.valor is None or each.base is None:
        return None
    now, before = share_between(each.valor, each.total), share_between(each.base, each.total_base)
    if now is None or before is None:
        return None
    return say(
        "las_mujeres",
        pct=now,
        total=numbers.number(each.total or 0),
        periodo=numbers.period_name(month.plus(-12)),
        antes=before,
        total_antes=numbers.number(each.total_base or 0),
    )


def _extreme(series: pd.DataFrame, month: Month) -> str | None:
    """Whether the month is the highest or the lowest of all 25; nothing if one of them cannot be seen."""
    rows = series[(series["indicador"] == _PLACED) & (series["celda"] == TOTAL_CELL)]
    if len(rows) < MONTHS or rows["valor"].isna().any():
        return None
    own = rows["periodo"] == str(month)
    value, others = rows.loc[own, "valor"].iloc[0], rows.loc[~own, "valor"]
    if value > others.max():
        return say("mas_alto", meses=MONTHS)
    return say("mas_bajo", meses=MONTHS) if value < others.min() else None


def _percent(each: Compared) -> str:
    return f"{numbers.number(abs(each.porcentaje or 0), share_decimals(each.base or 0))}%"


def _chart(series: pd.DataFrame, month: Month) -> Chart:
    rows = series[(series["indicador"] == _PLACED) & (series["celda"] == TOTAL_CELL)]
    bars = tuple(
        Bar(period, numbers.month_name(Month.parse(period).first_day), _number(value), _point(value, state))
        for period, value, state in zip(rows["periodo"], rows["valor"], rows["estado"], strict=True)
    )
    title = say("titulo_serie", periodo=numbers.period_name(month))
    notes = []
    if any(bar.texto == numbers.HIDDEN for bar in bars):
        notes.append(f"c: {say('cifra_protegida')}")
    if any(bar.texto == numbers.NOT_SAID for bar in bars):
        notes.append(say("nota_sin_punto"))
    return Chart(
        nombre="serie_colocados",
        forma="linea",
        titulo=title,
        alt=say("alt_linea", titulo=title, cifras=_told(bars)),
        barras=bars,
        notas=(*(f"{'; '.join(notes)}." for _ in notes[:1]), say("nota_serie")),
    )


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _point(value: float, state: str) -> str:
    if pd.isna(value):
        return numbers.HIDDEN if state == HIDDEN else numbers.NOT_SAID
    return numbers.number(value)


def _told(bars: tuple[Bar, ...]) -> str:
    words = {numbers.HIDDEN: say("cifra_protegida"), numbers.NOT_SAID: say("sin_publicar")}
    return "; ".join(f"{bar.etiqueta}: {words.get(bar.texto, bar.texto)}" for bar in bars)
