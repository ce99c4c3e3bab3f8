"""The four months beside the months they are made of, and the monthly releases themselves (milestone 2)."""

import pandas as pd

from movilidad.model.periods import Month, Period
from movilidad.reports import numbers
from movilidad.reports.accountability.figures import NOT_SAID, cell, changed, table
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Bar, Cell, Chart, Column, Row, RowKind, Section, Table
from movilidad.reports.sections import told
from movilidad.statistics.four_month_context import BESIDE_MONTHS, DIFFERENCE, MONTH, SUM, WHOLE, FourMonthContext

_DATA = "conciliacion"
_HEADS = {
    "colocados": "Personas colocadas",
    "salidas": "Salidas",
    "aplicantes": "Aplicantes",
    "empleadores": "Empleadores",
    "trabajadores_reportados": "Personas reportadas por reclutadores",
}
_TOTALS: dict[str, tuple[str, RowKind]] = {
    SUM: ("Suma de los meses", "categoria"),
    WHOLE: ("Cuatrimestre", "total"),
    DIFFERENCE: ("Cuatrimestre menos suma", "categoria"),
}


def months_section(context: FourMonthContext, period: Period, words: PartWords) -> Section:
    """Each month's published figures, their sum, the figure of the whole, the difference."""
    frame = context.conciliacion
    rows = [_month_row(frame, str(month)) for month in period.months]
    rows += [_total_row(frame, concept) for concept in _TOTALS]
    heads = ("Mes", *(_HEADS[name] for name in BESIDE_MONTHS))
    printed = table(_DATA, f"Cifras de cada mes y del cuatrimestre, {period.label}", heads, rows)
    chart = _chart(frame, period)
    return Section(
        nombre="meses",
        tema=words.nombre,
        titulo=_heading(frame) or words.neutral,
        frases=(words.explica,),
        graficos=(chart,) if any(bar.valor for bar in chart.barras) else (),
        cuadros=(printed,),
        notas=words.aclara,
    )


def releases_section(context: FourMonthContext, period: Period, words: PartWords) -> Section:
    """Which monthly reports were published, when, and what revisions changed."""
    revisions = context.revisiones[context.revisiones["indicador"] == "salidas"]
    rows = [_release_row(revisions, month) for month in period.months]
    heads = ("Primera publicación", "Revisiones", "Última publicación")
    columns = (Column(heads[0], numerica=False), Column(heads[1]), Column(heads[2], numerica=False))
    changes = (Column("Salidas, primera"), Column("Salidas, última"), Column("Cambio"))
    printed = Table(
        nombre="informes_mensuales",
        titulo=f"Informes mensuales de {period.label}",
        primera="Mes",
        columnas=(*columns, *changes),
        filas=tuple(rows),
        datos="datos/revisiones.csv",
    )
    months = revisions["periodo"].nunique()
    return Section(
        nombre="informes",
        tema=words.nombre,
        titulo=f"Se publicaron los {months} informes mensuales" if months == len(rows) else words.neutral,
        frases=(words.explica, *_told_revisions(revisions)),
        cuadros=(printed,),
        notas=words.aclara,
    )


def _month_row(frame: pd.DataFrame, month: str) -> Row:
    rows = frame[(frame["concepto"] == MONTH) & (frame["periodo"] == month)]
    return Row(_capital(Month.parse(month).label), tuple(_cell(rows, name) for name in BESIDE_MONTHS))


def _total_row(frame: pd.DataFrame, concept: str) -> Row:
    label, kind = _TOTALS[concept]
    rows = frame[frame["concepto"] == concept]
    signed = concept == DIFFERENCE
    return Row(label, tuple(_cell(rows, name, signed=signed) for name in BESIDE_MONTHS), kind)


def _cell(rows: pd.DataFrame, name: str, *, signed: bool = False) -> Cell:
    found = rows[rows["indicador"] == name].to_dict("records")
    if not found:
        return NOT_SAID
    row = found[0]
    if signed and not row["oculta"]:
        return changed(row["valor"], row["unidad"])
    return cell(row["valor"], row["unidad"], hidden=row["oculta"])


def _heading(frame: pd.DataFrame) -> str | None:
    """What the four months count, where it may be said."""
    rows = frame[frame["concepto"] == WHOLE].set_index("indicador")["valor"]
    persons, trips = rows.get("colocados"), rows.get("salidas")
    if persons is None or trips is None or pd.isna(persons) or pd.isna(trips):
        return None
    return f"{numbers.number(trips)} salidas de {numbers.number(persons)} personas en cuatro meses"


def _chart(frame: pd.DataFrame, period: Period) -> Chart:
    rows = frame[(frame["indicador"] == "salidas") & (frame["concepto"] == MONTH)]
    bars = tuple(_bar(rows[rows["periodo"] == str(month)], month) for month in period.months)
    title = f"Salidas por mes, {period.label}"
    return Chart(
        nombre="salidas_por_mes",
        forma="barras",
        titulo=title,
        alt=f"Gráfico de barras. {title}. {told(bars)}",
        barras=bars,
    )


def _bar(rows: pd.DataFrame, month: Month) -> Bar:
    shown = _cell(rows, "salidas")
    return Bar(str(month), _capital(month.label), shown.valor, shown.texto)


def _release_row(revisions: pd.DataFrame, month: Month) -> Row:
    found = revisions[revisions["periodo"] == str(month)].sort_values("vigencia").to_dict("records")
    if not found:
        return Row(_capital(month.label), (NOT_SAID,) * 6)
    first, last = found[0], found[-1]
    values = [None if pd.isna(each["valor"]) else float(each["valor"]) for each in (first, last)]
    difference = None if None in values else values[1] - values[0]  # type: ignore[operator]
    return Row(
        _capital(month.label),
        (
            Cell(numbers.long_date(first["vigencia"].date())),
            Cell(numbers.number(len(found) - 1), float(len(found) - 1)),
            Cell(numbers.long_date(last["vigencia"].date())),
            *(
                cell(value, "salidas", hidden=each["estado"] == "Q")
                for value, each in zip(values, (first, last), strict=True)
            ),
            changed(difference, "salidas"),
        ),
    )


def _told_revisions(revisions: pd.DataFrame) -> tuple[str, ...]:
    count = len(revisions) - revisions["periodo"].nunique()
    if not count:
        return ("Ninguno se ha revisado hasta ahora.",)
    if count == 1:
        return ("Hubo una revisión; sus cambios están en la publicación del mes y en los datos.",)
    return (f"Hubo {numbers.number(count)} revisiones; sus cambios están en las publicaciones de los meses.",)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
