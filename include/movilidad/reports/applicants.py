"""The section on the way to a departure: how far those came who showed interest or applied in the month.

The stages are those of one month, not of one group of people followed until they leave; the section says so.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from movilidad.reports import numbers
from movilidad.reports.actors import breakdowns
from movilidad.reports.breakdown import Breakdown, read_breakdown
from movilidad.reports.elements import Cell, Column, KeyFigure, Section, Table
from movilidad.reports.sections import bar_chart, count_cell, count_table, draws
from movilidad.reports.wording import ApplicantWords, SectionWords, say

_REACHED = "interesados_por_etapa_alcanzada"


def applicants_section(
    tables: Mapping[str, pd.DataFrame], figures: Mapping[str, KeyFigure], words: ApplicantWords, period: str
) -> Section | None:
    """The section; None if the month has no table of those interested."""
    if _REACHED not in tables:
        return None
    reached = read_breakdown(_REACHED, tables[_REACHED])
    stage = SectionWords(nombre=words.etapa, neutral=words.etapa, orden="lista")
    chart = bar_chart(reached, stage, period)
    charts, others = breakdowns(tables, words.desgloses, period)
    return Section(
        nombre="solicitudes",
        tema=words.nombre,
        titulo=_heading(reached, figures.get("aplicantes"), words),
        frases=(words.explica,),
        graficos=(*((chart,) if draws(chart) else ()), *charts),
        cuadros=(_table(reached, stage, period), *others),
        notas=(words.aclara,),
    )


def _heading(reached: Breakdown, applicants: KeyFigure | None, words: ApplicantWords) -> str:
    """Of those interested, how many applied; every applicant is among them."""
    if not reached.whole or applicants is None or not applicants.cifra.valor:
        return words.neutral
    return words.titulo.format(n=applicants.cifra.texto, total=numbers.number(reached.whole))


def _table(reached: Breakdown, stage: SectionWords, period: str) -> Table:
    """The stages with one column more: who came at least so far."""
    table, further = count_table(reached, stage, period), at_least(reached)
    codes = [part.codigo for part in (*reached.partes, reached.total)]
    return replace(
        table,
        columnas=(*table.columnas, Column(say("al_menos_esta_etapa"))),
        filas=tuple(
            replace(row, celdas=(*row.celdas, _cell(further.get(code))))
            for code, row in zip(codes, table.filas, strict=True)
        ),
    )


def _cell(value: int | None) -> Cell:
    return Cell(numbers.NOT_SAID) if value is None else count_cell(value)


def at_least(reached: Breakdown) -> dict[str, int | None]:
    """Stage → persons who came at least so far; None where a hidden stage leaves that open.

    Who applied and whose stage is not known came to no stage for certain.
    """
    found: dict[str, int | None] = {}
    together: int | None = 0
    for part in reversed(reached.categories):
        value = part.value(reached.medida)
        together = None if together is None or value is None else together + value
        found[part.codigo] = together
    return found
