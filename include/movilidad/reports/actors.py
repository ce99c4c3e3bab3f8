"""The section on employers and recruiters, with the list of those authorised."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd

from movilidad.model.codelists import code_list
from movilidad.reports import numbers
from movilidad.reports.breakdown import read_breakdown
from movilidad.reports.elements import Cell, Chart, Column, KeyFigure, Row, Section, Table
from movilidad.reports.labels import headline_title, label_in
from movilidad.reports.sections import bar_chart, count_table, draws
from movilidad.reports.text import listed, printable
from movilidad.reports.wording import ActorWords, SectionWords, TableWords, say


def key_figures(summary: pd.DataFrame) -> dict[str, KeyFigure]:
    """The headline figures by indicator, in the order of printing."""
    columns = (summary[name].tolist() for name in ("indicador", "unidad", "valor", "estado_conf"))
    return {
        indicator: KeyFigure(headline_title(indicator), _cell(value, unit, confidential == "C"), printable(unit))
        for indicator, unit, value, confidential in zip(*columns, strict=True)
    }


def _cell(value: float | None, unit: str, hidden: bool) -> Cell:
    if hidden:
        return Cell(numbers.HIDDEN, None, oculta=True)
    if value is None or pd.isna(value):
        return Cell(numbers.NOT_KNOWN)
    text = numbers.quetzales(value) if unit.startswith("GTQ") else numbers.measured(value)
    return Cell(text, float(value))


def actors_section(
    figures: dict[str, KeyFigure],
    recruiters: pd.DataFrame,
    words: ActorWords,
    period: str,
    tables: Mapping[str, pd.DataFrame] = MappingProxyType({}),
) -> Section:
    """Counts of those involved, their breakdowns, then every recruiter authorised at the month's end."""
    rows = tuple(
        Row(figures[name].titulo, (figures[name].cifra,)) for name in words.indicadores if name in figures
    )
    counts = Table(
        nombre="resumen",
        titulo=f"{words.nombre}, {period}",
        primera=say("indicador"),
        columnas=(Column(say("numero")),),
        filas=rows,
        datos="datos/resumen.csv",
    )
    charts, broken_down = breakdowns(tables, words.desgloses, period)
    listed_ones = (recruiter_table(recruiters, period),) if len(recruiters) else ()
    return Section(
        nombre="actores",
        tema=words.nombre,
        titulo=_title(len(recruiters), words),
        frases=(words.explica,),
        graficos=charts,
        cuadros=(counts, *broken_down, *listed_ones),
    )


def breakdowns(
    tables: Mapping[str, pd.DataFrame], names: Mapping[str, TableWords], period: str
) -> tuple[tuple[Chart, ...], tuple[Table, ...]]:
    """Chart and table of each breakdown that the month has; ``names`` says what its dimension is called."""
    found = [
        (
            read_breakdown(name, tables[name], largest_first=called.orden == "mayor"),
            SectionWords(nombre=called.nombre, neutral=called.nombre, orden=called.orden),
        )
        for name, called in names.items()
        if name in tables
    ]
    charts = [bar_chart(breakdown, words, period) for breakdown, words in found]
    return (
        tuple(chart for chart in charts if draws(chart)),
        tuple(count_table(breakdown, words, period) for breakdown, words in found),
    )


def recruiter_table(recruiters: pd.DataFrame, period: str) -> Table:
    """The list of authorised recruiters; their names are text, whatever they hold."""
    names = ("nombre", "nit", "autorizacion", "vigente_hasta", "paises")
    rows = tuple(
        Row(
            _text(name) or say("sin_nombre"),
            (Cell(_text(tax)), Cell(_text(number)), Cell(_date(until)), Cell(_countries(countries))),
        )
        for name, tax, number, until, countries in zip(*(recruiters[column] for column in names), strict=True)
    )
    return Table(
        nombre="reclutadores_autorizados",
        titulo=say("titulo_reclutadores", periodo=period),
        primera=say("nombre_o_razon"),
        columnas=tuple(
            Column(say(name), numerica=False) for name in ("nit", "autorizacion", "vigente_hasta", "paises")
        ),
        filas=rows,
        datos="datos/reclutadores_autorizados.csv",
    )


def _title(count: int, words: ActorWords) -> str:
    if count == 0:
        return words.ninguno
    return words.uno if count == 1 else words.titulo.format(n=numbers.number(count))


def _text(value: object) -> str:
    return printable(value) if isinstance(value, str) else ""


def _date(value: object) -> str:
    text = _text(value)
    try:
        return numbers.short_date(date.fromisoformat(text[:10]))
    except ValueError:
        return text


def _countries(value: object) -> str:
    """Names of the countries; a code that is not in the list stays as it is."""
    countries = code_list("paises")
    codes = [code.strip() for code in _text(value).split("|") if code.strip()]
    return listed([label_in(countries, code).texto if code in countries.labels else code for code in codes])
