"""Simulated book of what is done for the commitment, one workbook as a unit keeps it; every action is invented."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from movilidad.demo.dirt import Log
from movilidad.demo.layout import PREFIX
from movilidad.demo.randomness import chance
from movilidad.demo.truth import Writer
from movilidad.model.periods import Month, Period

FIRST = Month(2023, 9)
_HEADER = (
    "No.",
    "Hito",
    "Acción",
    "Unidad responsable",
    "Inicio",
    "Fin",
    "Estado",
    "Cantidad",
    "Unidad de medida",
    "Evidencia",
    "Observaciones",
)
_SITE = "https://mintrab.example/movilidad"
_STATISTICS, _MOBILITY = "Área de Registro y Estadística", "Departamento de Movilidad Laboral"
_TRAINING, _PRESS = "Departamento de Formación Profesional", "Unidad de Comunicación Social"
_AHEAD = 2  # months of plans that the book shows
_TOWNS = ("Huehuetenango", "San Marcos", "Quetzaltenango", "Chimaltenango", "Jutiapa", "Cobán", "Totonicapán")
# what people write instead of a code
_STATES = {"completada": "Finalizada", "en_curso": "En proceso", "planificada": "Planificada"}


@dataclass(frozen=True)
class Action:
    """A line of the book; ``ends`` as planned, whether or not that day has come."""

    milestone: str
    what: str
    unit: str
    begins: date
    ends: date
    amount: int
    measure: str
    evidence: str


@dataclass(frozen=True)
class Line:
    """An action as it stands in the book."""

    key: str
    milestone: str
    what: str
    unit: str | None
    begins: date
    ends: date | None
    state: str
    amount: int | None
    measure: str | None
    evidence: str | None


def write(folder: Path, until: Month, seed: int, truth: Writer) -> None:
    """``acciones.xlsx``, header in the third row, as it stands at the end of ``until``; faults included."""
    good, log = lines(until), Log()
    _write_book(folder / "acciones.xlsx", list(_spoilt(good, seed, log)))
    if good:
        truth.add("suciedad", log.rows())


def lines(until: Month) -> list[Line]:
    """The good lines of the book at the end of ``until``."""
    found = [
        action
        for month in FIRST.through(until.plus(_AHEAD))
        for action in _of_month(month)
        if until >= FIRST and action.begins <= until.plus(_AHEAD).last_day
    ]
    return [_as_known(f"{PREFIX}AC-{n:04d}", action, until.last_day) for n, action in enumerate(found, start=1)]


def _of_month(month: Month) -> Iterator[Action]:
    """Actions that begin in a month."""
    first = month.first_day
    told = month.plus(-1)
    yield Action(
        "2",
        f"Informe estadístico mensual de {told.label}",
        _STATISTICS,
        first + timedelta(4),
        first + timedelta(11),
        1,
        "publicaciones",
        f"{_SITE}/mensual/{told}",
    )
    if month.month in (1, 5, 9) and told >= FIRST:
        period = Period.four_months(told.year, told.month // 4)
        yield Action(
            "4",
            f"Informe de rendición de cuentas de {period.label}",
            _STATISTICS,
            first + timedelta(8),
            first + timedelta(18),
            1,
            "publicaciones",
            f"{_SITE}/cuatrimestral/{period}",
        )
    if month.month % 3 == 0:
        yield Action(
            "1",
            f"Revisión de las plataformas electrónicas, {month.label}",
            _MOBILITY,
            first + timedelta(1),
            first + timedelta(40),
            3,
            "plataformas",
            f"{_SITE}/plataformas/{month}",
        )
    if month.month in (2, 8):
        yield Action(
            "3",
            f"Mesa técnica del SINAFOL sobre trabajo en el extranjero, {month.label}",
            _TRAINING,
            first + timedelta(9),
            first + timedelta(10),
            1,
            "eventos",
            f"{_SITE}/sinafol/{month}",
        )
    yield from _campaign(month)


def _campaign(month: Month) -> Iterator[Action]:
    if month.month == 1:
        yield Action(
            "5",
            f"Campaña de radio y redes contra las estafas, {month.year}",
            _PRESS,
            date(month.year, 1, 8),
            date(month.year, 11, 30),
            40 + month.year % 5,
            "publicaciones",
            f"{_SITE}/campana/{month.year}",
        )
    if month.month in (10, 11, 12, 1, 2, 3):
        town = _TOWNS[(month.year * 12 + month.month) % len(_TOWNS)]
        yield Action(
            "5",
            f"Jornadas informativas en {town} y municipios vecinos",
            _MOBILITY,
            month.first_day + timedelta(14),
            month.first_day + timedelta(24),
            2 + month.month % 4,
            "municipios",
            f"{_SITE}/jornadas/{month}",
        )


def _as_known(key: str, action: Action, day: date) -> Line:
    done = action.ends <= day
    begun = "en_curso" if action.begins <= day else "planificada"
    return Line(
        key,
        action.milestone,
        action.what,
        action.unit,
        action.begins,
        action.ends if done else None,
        "completada" if done else begun,
        action.amount if done else None,
        action.measure if done else None,
        action.evidence if done else None,
    )


def _spoilt(good: list[Line], seed: int, log: Log) -> Iterator[Line]:
    """The book as people keep it; a line that cannot be used is one more, never one of the good ones."""
    luck = chance(seed, "acciones", np.arange(len(good)))
    for line, number in zip(good, luck, strict=True):
        if number < 0.2:
            _note(log, line, "etiqueta_por_codigo", "estado")
            yield replace(line, state=_STATES[line.state], milestone=f"Hito {line.milestone}")
        elif number < 0.25 and line.evidence:
            _note(log, line, "valor_faltante", "evidencia", lost=True)
            yield replace(line, evidence=None)
        else:
            yield line
        yield from _extra(line, number, log)


def _extra(line: Line, number: float, log: Log) -> Iterator[Line]:
    bad = replace(line, key=f"{line.key}-B")
    if 0.30 < number < 0.32:
        _note(log, line, "duplicado_exacto")
        yield line
    elif 0.40 < number < 0.41:
        _note(log, bad, "codigo_fuera_de_lista", "unidad", lost=True)
        yield replace(bad, what="Personas atendidas en ventanilla", amount=2, measure="personas")
    elif 0.50 < number < 0.515:
        _note(log, bad, "fecha_imposible")
        yield replace(bad, ends=line.begins - timedelta(30))


def _note(log: Log, line: Line, kind: str, column: str = "", lost: bool = False) -> None:
    log.add("acciones", np.array([line.key], dtype=object), kind, column, lost)


def _write_book(file: Path, lines: list[Line]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Acciones"
    sheet["A1"] = "Compromiso de Gobierno Abierto sobre movilidad laboral: acciones. DATOS DE DEMOSTRACIÓN"
    for column, title in enumerate(_HEADER, start=1):
        sheet.cell(3, column, title)
    for row, line in enumerate(lines, start=4):
        for column, value in enumerate(astuple(line), start=1):
            sheet.cell(row, column, value)
    book.save(file)
