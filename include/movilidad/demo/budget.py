"""The monthly budget spreadsheets that the financial unit leaves in a folder; all amounts are invented."""

from pathlib import Path

import numpy as np

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
_HEADER = ("Documento", "Mes", "Renglón", "Descripción", "Asignado", "Vigente", "Devengado", "Pagado")
# execution gathers at the year's end
_PACE = np.array([4, 6, 7, 8, 8, 8, 8, 9, 9, 10, 11, 12], dtype=float) / 100


def write(folder: Path, months: list[Month], seed: int) -> None:
    """One workbook per month, ``ejecucion_presupuestaria_2026-10.xlsx``, header in the fourth row."""
    folder.mkdir(parents=True, exist_ok=True)
    for month in months:
        _write_month(folder / f"ejecucion_presupuestaria_{month}.xlsx", month, _lines(month, seed))


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


def _write_month(
    file: Path, month: Month, lines: list[tuple[str, str, str, str, float, float, float, float]]
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Ejecución"
    sheet["A1"] = "Programa de Trabajo Temporal: ejecución presupuestaria"
    sheet["A2"] = f"{month.label[0].upper()}{month.label[1:]}, en quetzales. DATOS DE DEMOSTRACIÓN"
    for column, title in enumerate(_HEADER, start=1):
        sheet.cell(4, column, title)
    for row, line in enumerate(lines, start=5):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column, value)
    # a note as people leave them, in the middle of the sheet and not under the key
    sheet.cell(len(lines) + 6, 4, "Nota: montos inventados para la demostración.")
    book.save(file)
