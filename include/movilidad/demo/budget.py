"""The monthly budget spreadsheets that the financial unit leaves in a folder; amounts and goals are invented."""

import math
from pathlib import Path

import numpy as np

from movilidad.demo import plan
from movilidad.demo.layout import PREFIX
from movilidad.demo.randomness import stream
from movilidad.model.periods import Month

# line, name, amount of a year in quetzales
_LINES = (
    ("011", "Personal permanente", 1_150_000),
    ("022", "Personal por contrato", 880_000),
    ("029", "Otras remuneraciones de personal temporal", 2_600_000),
    ("133", "Viáticos en el interior", 185_000),
    ("141", "Transporte de personas", 240_000),
    ("185", "Servicios de capacitación", 320_000),
    ("121", "Divulgación e información", 275_000),
    ("262", "Combustibles y lubricantes", 96_000),
    ("267", "Tintes, pinturas y colorantes", 38_000),
    ("328", "Equipo de cómputo", 210_000),
)
# code, product, unit, how many of it go with one departure; goals exist since the budget of 2024
_GOALS = (
    ("001-001", "Salidas de trabajadores tramitadas", "salidas", 1.0),
    ("001-002", "Personas orientadas sobre sus derechos", "Persona", 1.7),
    ("001-003", "Contratos de trabajo registrados", "documentos", 0.94),
    ("001-004", "Eventos de divulgación", "Evento", 0.0),
)
_GOALS_SINCE = Month(2024, 1)
_EVENTS = 84
_HEADER = ("Documento", "Mes", "Renglón", "Descripción", "Asignado", "Vigente", "Devengado", "Pagado")
_GOALS_HEADER = ("Código", "Mes", "Producto", "Unidad de medida", "Meta vigente", "Ejecutado")
# execution gathers at the year's end
_PACE = np.array([4, 6, 7, 8, 8, 8, 8, 9, 9, 10, 11, 12], dtype=float) / 100

Cells = tuple[str | float, ...]


def write(folder: Path, months: list[Month], seed: int, scale: int = 1) -> None:
    """One workbook per month, ``ejecucion_presupuestaria_2026-10.xlsx``, headers in the fourth row.

    Since 2024 with a second sheet, the physical goals.
    """
    folder.mkdir(parents=True, exist_ok=True)
    departures = {month: int(counts.sum()) for month, counts in plan.departures(scale).items()}
    for month in months:
        sheets: dict[str, tuple[tuple[str, ...], list[Cells]]] = {"Ejecución": (_HEADER, [*_lines(month, seed)])}
        if month >= _GOALS_SINCE:
            sheets["Metas físicas"] = (_GOALS_HEADER, _goals(month, seed, departures))
        _write_month(folder / f"ejecucion_presupuestaria_{month}.xlsx", month, sheets)


def _goals(month: Month, seed: int, departures: dict[Month, int]) -> list[Cells]:
    """The goals of the year, of which departures are those of the programme's platform."""
    rng = stream(seed, "metas", month.year * 12 + month.month)
    year = sum(count for each, count in departures.items() if each.year == month.year)
    found: list[Cells] = []
    for code, product, unit, each in _GOALS:
        varies = 1.0 if each == 1 else float(rng.uniform(0.85, 1.1))
        goal = math.ceil(year * each * 1.1 / 50) * 50 if each else _EVENTS
        done = round(departures[month] * each * varies) if each else int(rng.integers(4, 10))
        found.append((f"{PREFIX}{code}", str(month), product, unit, goal, done))
    return found


def _lines(month: Month, seed: int) -> list[tuple[str, str, str, str, float, float, float, float]]:
    rng = stream(seed, "presupuesto", month.year * 12 + month.month)
    change = stream(seed, "presupuesto_anual", month.year).uniform(0.9, 1.15, len(_LINES))
    growth = 1 + 0.05 * (month.year - 2019)
    lines = []
    for position, (line, name, amount) in enumerate(_LINES):
        assigned = round(amount * growth, 2)
        current = round(assigned * float(change[position]), 2)
        accrued = round(current * float(_PACE[month.month - 1] * rng.uniform(0.7, 1.05)), 2)
        paid = round(accrued * float(rng.uniform(0.88, 1)), 2)
        document = f"{PREFIX}EP-{month}-{position + 1:02d}"
        lines.append((document, str(month), line, name, assigned, current, accrued, paid))
    return lines


def _write_month(file: Path, month: Month, sheets: dict[str, tuple[tuple[str, ...], list[Cells]]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, (header, lines) in sheets.items():
        sheet = book.create_sheet(title)
        sheet["A1"] = f"Programa de Trabajo Temporal: {title.lower()}"
        sheet["A2"] = f"{month.label[0].upper()}{month.label[1:]}. DATOS DE DEMOSTRACIÓN"
        for column, name in enumerate(header, start=1):
            sheet.cell(4, column, name)
        for row, line in enumerate(lines, start=5):
            for column, value in enumerate(line, start=1):
                sheet.cell(row, column, value)
        # a note as people leave them, in the middle of the sheet and not under the key
        sheet.cell(len(lines) + 6, 4, "Nota: montos inventados para la demostración.")
    book.save(file)
