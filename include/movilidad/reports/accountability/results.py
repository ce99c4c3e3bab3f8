"""The headline figures beside those of the same four months a year before."""

import json
from typing import Any

import pandas as pd

from movilidad.model.periods import Period
from movilidad.reports import numbers
from movilidad.reports.accountability.figures import NOT_SAID, cell, changed, table
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Cell, Row, Section, Table
from movilidad.reports.text import typographic
from movilidad.statistics.comparisons import share_decimals
from movilidad.statistics.four_month_context import FourMonthContext
from movilidad.statistics.specs import load_specs

_SUMMARY = "resumen"


def results_section(resumen: pd.DataFrame, context: FourMonthContext, period: Period, words: PartWords) -> Section:
    """All headlines; the year before where its accountability report was published."""
    before = _before(context.comparaciones)
    if context.base:
        rows = [_beside(row, before.get(row["indicador"])) for row in resumen.to_dict("records")]
        heads = ("Indicador", _head(period), _head(_year_before(period)), "Cambio", "Cambio, %")
        printed = table("anio_anterior", f"Resultados, {period.label}, y un año antes", heads, rows)
    else:
        rows = [Row(row["titulo"], (_own(row),)) for row in resumen.to_dict("records")]
        printed = table(_SUMMARY, f"Resultados, {period.label}", ("Indicador", "Cifra"), rows)
    return Section(
        nombre="resultados",
        tema=words.nombre,
        titulo=year_heading(context, period) or words.neutral,
        frases=(words.explica, *_absent(context, period)),
        cuadros=(printed, *_countries(context, period)),
        notas=words.aclara if context.base else (),
    )


def year_heading(context: FourMonthContext, period: Period) -> str | None:
    """More, fewer or as many persons as a year before; None if that cannot be said."""
    found = _before(context.comparaciones).get("colocados")
    if found is None or pd.isna(found["diferencia"]):
        return None
    change, before = float(found["diferencia"]), _year_before(period).label
    if change == 0:
        return f"Salieron tantas personas colocadas como de {before}"
    verb, persons = ("Salió", "persona colocada") if abs(change) == 1 else ("Salieron", "personas colocadas")
    direction = "más" if change > 0 else "menos"
    percent = found["porcentaje"]
    told = "" if pd.isna(percent) else f" ({_percent(abs(percent), float(found['base']))})"
    return f"{verb} {numbers.number(abs(change))} {persons} {direction} que de {before}{told}"


def _absent(context: FourMonthContext, period: Period) -> tuple[str, ...]:
    if context.base:
        return ()
    before = _year_before(period).label
    return (
        f"De {before} no se publicó una rendición de cuentas con este método, así que no hay con qué comparar.",
    )


def _before(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    rows = frame[frame["cuadro"] == _SUMMARY]
    return {row["indicador"]: row for row in rows.to_dict("records")}


def _own(row: dict[str, Any]) -> Cell:
    return cell(row["valor"], str(row["unidad"]), hidden=row["estado_conf"] == "C")


def _beside(row: dict[str, Any], before: dict[str, Any] | None) -> Row:
    return Row(str(row["titulo"]), (_own(row), *_compared(before)))


def _compared(found: dict[str, Any] | None) -> tuple[Cell, Cell, Cell]:
    if found is None:
        return NOT_SAID, NOT_SAID, NOT_SAID
    unit = str(found["unidad"])
    base = cell(found["base"], unit, hidden=bool(found["base_oculta"]))
    percent = found["porcentaje"]
    if pd.isna(percent):
        return base, changed(found["diferencia"], unit), NOT_SAID
    decimals = share_decimals(float(str(found["base"])))
    change = Cell(f"{numbers.signed(float(str(percent)), decimals)}%", float(str(percent)))
    return base, changed(found["diferencia"], unit), change


def _countries(context: FourMonthContext, period: Period) -> tuple[Table, ...]:
    """Persons placed by country, where both years told them."""
    frame = context.comparaciones
    found = frame[(frame["cuadro"] == "colocados_por_pais") & (frame["indicador"] == "colocados")]
    rows = []
    for row in found.to_dict("records"):
        code = json.loads(row["celda"])["pais"]
        own = cell(row["valor"], row["unidad"], hidden=bool(row["oculta"]))
        label = typographic(load_specs().dimensiones["pais"].label(code))
        rows.append(Row(label, (own, *_compared(row)), "total" if code == "Total" else "categoria"))
    rows.sort(key=lambda row: (row.tipo == "total", -(row.celdas[0].valor or 0)))
    if not rows:
        return ()
    heads = ("País", _head(period), _head(_year_before(period)), "Cambio", "Cambio, %")
    title = f"Personas colocadas por país, {period.label}, y un año antes"
    return (table("pais_anio_anterior", title, heads, rows, data="anio_anterior"),)


def _percent(value: object, base: float) -> str:
    return f"{numbers.number(float(str(value)), share_decimals(base))}%"


def _year_before(period: Period) -> Period:
    return Period.four_months(period.last.year - 1, period.last.month // 4)


def _head(period: Period) -> str:
    return period.label[:1].upper() + period.label[1:]
