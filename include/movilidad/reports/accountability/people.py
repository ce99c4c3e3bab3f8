"""Applicants, employers and recruiters of four months."""

from collections.abc import Mapping

import pandas as pd

from movilidad.model.periods import Period
from movilidad.reports import numbers
from movilidad.reports.accountability.wording import CountWords, PartWords
from movilidad.reports.actors import recruiter_table
from movilidad.reports.breakdown import Breakdown, read_breakdown
from movilidad.reports.elements import Chart, Section, Table
from movilidad.reports.sections import bar_chart, count_table

Tables = Mapping[str, pd.DataFrame]
Words = Mapping[str, CountWords]

_APPLICANTS = ("interesados_por_etapa_alcanzada", "aplicantes_por_sexo", "aplicantes_por_departamento_origen")
_EMPLOYERS = ("empleadores_por_pais", "empleadores_por_sector")
_RECRUITERS = ("reclutadores_por_pais", "reclutadores_activos_por_pais", "reportados_por_pais")


def applicants_section(tables: Tables, period: Period, words: PartWords, counts: Words) -> Section:
    """The funnel, and who applied."""
    applicants = whole_of(tables, "aplicantes_por_sexo")
    heading = None
    if applicants is not None:
        people = "persona presentó" if applicants == 1 else "personas presentaron"
        heading = f"{numbers.number(applicants)} {people} al menos una solicitud"
    return section("aplicantes", tables, _APPLICANTS, period, (words, counts), heading)


def employers_section(tables: Tables, period: Period, words: PartWords, counts: Words) -> Section:
    """Employers by country and sector."""
    employers = whole_of(tables, "empleadores_por_pais")
    heading = None
    if employers is not None:
        had = "empleador tuvo" if employers == 1 else "empleadores tuvieron"
        heading = f"{numbers.number(employers)} {had} al menos una salida"
    return section("empleadores", tables, _EMPLOYERS, period, (words, counts), heading)


def recruiters_section(
    tables: Tables, recruiters: pd.DataFrame, period: Period, words: PartWords, counts: Words
) -> Section:
    """Recruiters, whom they report, and the list of those authorised on the last day."""
    count = len(recruiters)
    had = "reclutador tenía" if count == 1 else "reclutadores tenían"
    heading = f"{numbers.number(count)} {had} autorización vigente al cierre del cuatrimestre" if count else None
    found = section("reclutadores", tables, _RECRUITERS, period, (words, counts), heading, drawn=False)
    listed = (recruiter_table(recruiters, period.last.label),) if count else ()
    return Section(**{**vars(found), "cuadros": (*found.cuadros, *listed)})


def section(
    name: str,
    tables: Tables,
    wanted: tuple[str, ...],
    period: Period,
    words: tuple[PartWords, Words],
    heading: str | None,
    *,
    drawn: bool = True,
) -> Section:
    """A section of count tables; the first one is drawn."""
    own, counts = words
    found = [(counts[each], breakdown(tables, each, counts[each])) for each in wanted if each in tables]
    return Section(
        nombre=name,
        tema=own.nombre,
        titulo=heading or own.neutral,
        frases=(own.explica,),
        graficos=tuple(_charts(found[:1], period)) if drawn else (),
        cuadros=tuple(_table(read, entry, period) for entry, read in found),
        notas=own.aclara,
    )


def breakdown(tables: Tables, name: str, words: CountWords) -> Breakdown:
    """A table read in the order of its words."""
    return read_breakdown(name, tables[name], largest_first=words.orden == "mayor")


def whole_of(tables: Tables, name: str) -> int | None:
    """The total of a table; None if it is hidden."""
    return read_breakdown(name, tables[name]).whole


def _table(read: Breakdown, words: CountWords, period: Period) -> Table:
    return count_table(read, words.section, period.label, words.sujeto)


def _charts(found: list[tuple[CountWords, Breakdown]], period: Period) -> list[Chart]:
    charts = [bar_chart(read, words.section, period.label, words.sujeto) for words, read in found]
    return [chart for chart in charts if any(bar.valor for bar in chart.barras)]
