"""Courses and certifications of four months (milestone 3)."""

import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Period
from movilidad.reports import numbers
from movilidad.reports.accountability.figures import KINDS, Figures, table
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Row, Section, Table
from movilidad.reports.text import typographic
from movilidad.statistics.accountability import Accountability
from movilidad.statistics.specs import load_specs
from movilidad.statistics.training import CERTIFIED, NOT_CERTIFIED

_COUNTED = "inscripciones_curso"
_BY = ("curso", "sexo", "departamento_curso")


def training_section(accounts: Accountability, period: Period, words: PartWords) -> Section:
    """Enrolments and certificates by course, sex and department; how many courses ended."""
    tables = accounts.cuadros.cuadros
    held = Figures(accounts.cursos)
    printed = [
        _by_result(dimension, tables[f"capacitaciones_por_{dimension}_resultado"], period) for dimension in _BY
    ]
    printed.append(_held(accounts.cursos, period))
    return Section(
        nombre="capacitacion",
        tema=words.nombre,
        titulo=_heading(Figures(tables["capacitaciones_por_sexo_resultado"])) or words.neutral,
        frases=(words.explica, *_courses(held)),
        cuadros=tuple(each for each in printed if len(each.filas) > 1),
        notas=words.aclara,
    )


def certified(accounts: Accountability) -> tuple[float | None, float | None]:
    """Enrolments, and those that were certified; None where hidden."""
    found = Figures(accounts.cuadros.cuadros["capacitaciones_por_sexo_resultado"])
    return found.value(_COUNTED), found.value(_COUNTED, resultado=CERTIFIED)


def _heading(found: Figures) -> str | None:
    enrolled, passed = found.value(_COUNTED), found.value(_COUNTED, resultado=CERTIFIED)
    if not enrolled or passed is None:
        return None
    got = "obtuvo" if passed == 1 else "obtuvieron"
    return f"{numbers.number(passed)} de {numbers.number(enrolled)} inscripciones {got} la certificación"


def _courses(held: Figures) -> tuple[str, ...]:
    count = held.value("cursos_terminados")
    if not count:
        return ("En el cuatrimestre no terminó ningún curso.",)
    return (f"{'Terminó 1 curso' if count == 1 else f'Terminaron {numbers.number(count)} cursos'}.",)


def _by_result(dimension: str, frame: pd.DataFrame, period: Period) -> Table:
    found, declared = Figures(frame), load_specs().dimensiones[dimension]
    codes = [code for code in dict.fromkeys(frame[dimension]) if code != TOTAL]
    rows = [
        Row(
            typographic(declared.label(code)),
            tuple(
                found.cell(_COUNTED, **{dimension: code}, resultado=result)
                for result in (TOTAL, CERTIFIED, NOT_CERTIFIED)
            ),
            KINDS.get(code, "categoria"),
        )
        for code in (*codes, TOTAL)
    ]
    heads = (declared.titulo, "Inscripciones", "Obtuvieron la certificación", "No la obtuvieron")
    title = f"Inscripciones por {declared.titulo.lower()}, {period.label}"
    return table(f"capacitaciones_por_{dimension}_resultado", title, heads, rows)


def _held(frame: pd.DataFrame, period: Period) -> Table:
    """How many courses of each kind ended."""
    held, declared = Figures(frame), load_specs().dimensiones["curso"]
    codes = [code for code in frame["curso"] if code != TOTAL]
    rows = [
        Row(
            typographic(declared.label(code)),
            (held.cell("cursos_terminados", curso=code),),
            KINDS.get(code, "categoria"),
        )
        for code in (*codes, TOTAL)
    ]
    return table("cursos", f"Cursos que terminaron, {period.label}", (declared.titulo, "Cursos"), rows)
