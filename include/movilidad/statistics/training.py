"""Courses and certifications, and the enrolments in them as a population.

Courses come as numbers of persons. Who takes two courses cannot be told and is enrolled twice: what is counted are
enrolments, never distinct persons.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from movilidad.model.codelists import TOTAL, UNKNOWN, code_list
from movilidad.model.periods import Month
from movilidad.statistics.bulk_read import CODE, NUMBER, TEXT, read_rows
from movilidad.statistics.inputs import Load, load_ids

POPULATION = "capacitaciones"
CERTIFIED, NOT_CERTIFIED = "certificada", "no_certificada"
_MEN, _WOMEN = "1", "2"
# who is counted by which two numbers of a course
_NUMBERS = {
    _MEN: ("inscritos_hombres", "certificados_hombres"),
    _WOMEN: ("inscritas_mujeres", "certificadas_mujeres"),
}
_COLUMNS = {
    "capacitacion_id": TEXT,
    **dict.fromkeys(("curso", "modalidad", "municipio_curso", "departamento_curso"), CODE),
    **dict.fromkeys((name for pair in _NUMBERS.values() for name in pair), NUMBER),
}
_QUERY = f"""
SELECT {", ".join(_COLUMNS)} FROM nucleo.capacitaciones
WHERE carga_id = ANY(%(cargas)s) AND fecha_fin BETWEEN %(desde)s AND %(hasta)s
ORDER BY capacitacion_id
"""


def read_courses(connection: Connection, month: Month, loads: Sequence[Load]) -> pd.DataFrame:
    """The courses that ended in a month, one row each."""
    parameters = {"cargas": load_ids(list(loads)), "desde": month.first_day, "hasta": month.last_day}
    return read_rows(connection, _QUERY, parameters, _COLUMNS)


def enrolments(courses: pd.DataFrame) -> pd.DataFrame:
    """One row per enrolment: ``inscripcion``, the course's columns, ``sexo`` and ``resultado``.

    Certified and not certified are parts of one table, so that what protects one of them also protects the other,
    which is the difference of two numbers.
    """
    parts = []
    for sex, (enrolled, certified) in _NUMBERS.items():
        passed = courses[certified].to_numpy(dtype=np.int64)
        failed = courses[enrolled].to_numpy(dtype=np.int64) - passed
        for result, counts in ((CERTIFIED, passed), (NOT_CERTIFIED, failed)):
            rows = np.repeat(np.arange(len(courses)), counts)
            parts.append(courses.iloc[rows].assign(sexo=sex, resultado=result))
    rows = pd.concat(parts, ignore_index=True)
    numbers = [name for pair in _NUMBERS.values() for name in pair]
    return rows.drop(columns=numbers).assign(inscripcion=[str(number) for number in range(len(rows))])


def courses_held(courses: pd.DataFrame) -> pd.DataFrame:
    """How many courses ended, by course: ``curso`` (``Total`` first), ``indicador``, ``unidad``, ``valor``."""
    held = courses["curso"].astype(str).value_counts().to_dict()
    known = [code for code in (*code_list("cursos_capacitacion").codes, UNKNOWN) if held.get(code)]
    rows = [(TOTAL, len(courses)), *((code, held[code]) for code in known)]
    frame = pd.DataFrame(rows, columns=["curso", "valor"]).assign(indicador="cursos_terminados", unidad="cursos")
    return frame[["curso", "indicador", "unidad", "valor"]].astype({"valor": "Int64"})
