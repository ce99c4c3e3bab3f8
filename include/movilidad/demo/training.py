"""Simulated courses and certifications, one CSV file per month as INTECAP would send it; all numbers are invented.

Most courses end from November to February, before the season. Persons appear as numbers per course only.
"""

from pathlib import Path

import numpy as np

from movilidad.demo import dirt, places, records
from movilidad.demo.dirt import Log
from movilidad.demo.randomness import Array, pick, stream
from movilidad.demo.records import NUMBER, Rows
from movilidad.demo.truth import Writer
from movilidad.model.codelists import code_list
from movilidad.model.periods import Month

FIRST = Month(2023, 10)
_OF_MONTH = {2023: 7, 2024: 9, 2025: 11, 2026: 12}
_SEASON = (1.5, 1.4, 1.0, 0.8, 0.7, 0.7, 0.7, 0.8, 0.9, 1.0, 1.3, 1.1)
# weight and share of women, in the order of the list of courses
_COURSES = np.array([24, 16, 10, 12, 6, 8, 10, 4, 8, 4], dtype=float)
_WOMEN = np.array([0.35, 0.2, 0.22, 0.25, 0.05, 0.7, 0.4, 0.4, 0.18, 0.04])
_MODES, _MODE_WEIGHTS = ("presencial", "virtual", "mixta"), np.array([66, 22, 12.0])
_PASSED, _SMALLEST, _LARGEST, _LONGEST = 0.83, 9, 30, 32
_HEADER = {
    "id": "EVENTO",
    "curso": "CURSO",
    "modalidad": "MODALIDAD",
    "departamento": "DEPARTAMENTO",
    "municipio": "MUNICIPIO",
    "centro": "CENTRO",
    "inicio": "INICIO",
    "fin": "FIN",
    "inscritos_h": "INSCRITOS_H",
    "inscritos_m": "INSCRITOS_M",
    "certificados_h": "CERTIFICADOS_H",
    "certificados_m": "CERTIFICADOS_M",
}
_EXTRAS = {"duplicado_exacto": 0.02, "numero_imposible": 0.02}


def write(folder: Path, months: list[Month], seed: int, scale: int, truth: Writer) -> None:
    """``capacitaciones_2026-10.csv`` and so on, faults included; before the first course only the header."""
    for month in months:
        rows, log = courses(month, seed, scale), Log()
        parts = [rows]
        if records.size(rows):
            dirt.spoil("capacitaciones", rows, seed, log)
            parts += _extras(rows, seed, log)
            truth.add("suciedad", log.rows())
        lines = [
            ";".join("" if cell is None else str(cell) for cell in cells)
            for part in parts
            for cells in zip(*(part[name] for name in _HEADER), strict=True)
        ]
        text = "\r\n".join([";".join(_HEADER.values()), *lines, ""])
        (folder / f"capacitaciones_{month}.csv").write_bytes(text.encode("cp1252"))


def courses(month: Month, seed: int, scale: int) -> Rows:
    """The good records of a month: courses that end in it."""
    size = round(_OF_MONTH[month.year] * _SEASON[month.month - 1]) * scale if month >= FIRST else 0
    rng = stream(seed, "capacitaciones", month.year * 12 + month.month)
    number = (month.year * 12 + month.month) * 10_000 + np.arange(size) + 1
    town, _, department = places.names()
    place = places.origins(rng, seed, size)
    course = pick(rng, _COURSES, size)
    ends = np.datetime64(month.first_day) + rng.integers(0, month.last_day.day, size)
    enrolled = rng.integers(_SMALLEST, _LARGEST + 1, size)
    women = rng.binomial(enrolled, _WOMEN[course])
    men = enrolled - women
    return {
        NUMBER: number,
        "id": records.key("I", number),
        "curso": records.named(code_list("cursos_capacitacion").codes, course),
        "modalidad": records.named(_MODES, pick(rng, _MODE_WEIGHTS, size)),
        "departamento": department[place],
        "municipio": town[place],
        "centro": np.full(size, "Centro de demostración", dtype=object),
        "inicio": _slashed(ends - rng.integers(2, _LONGEST, size)),
        "fin": _slashed(ends),
        "inscritos_h": records.codes(men),
        "inscritos_m": records.codes(women),
        "certificados_h": records.codes(rng.binomial(men, _PASSED)),
        "certificados_m": records.codes(rng.binomial(women, _PASSED)),
    }


def _slashed(dates: Array) -> Array:
    return np.array([day.replace("-", "/") for day in records.day_first(dates)], dtype=object)


def _extras(rows: Rows, seed: int, log: Log) -> list[Rows]:
    """Courses entered twice, and such with more certified than enrolled."""
    found = dirt.copies("capacitaciones", "I", rows, seed, _EXTRAS, log)
    more = found["numero_imposible"]
    more["certificados_h"] = records.codes(more["inscritos_h"].astype(np.int64) + 3)
    return list(found.values())
