"""What was done for each milestone of the commitment."""

from datetime import date

import pandas as pd

from movilidad.model.codelists import TOTAL, code_list
from movilidad.model.periods import Period
from movilidad.reports import numbers
from movilidad.reports.accountability.figures import Figures, cell, table
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Cell, Column, Row, Section, Table
from movilidad.reports.text import printable
from movilidad.statistics.accountability import Accountability
from movilidad.statistics.actions import AMOUNT, DONE


def milestones_section(accounts: Accountability, period: Period, words: PartWords) -> Section:
    """Actions by milestone and state, what they amount to, and each of them."""
    counted = Figures(accounts.acciones)
    tables = [_states(counted, period)]
    if len(accounts.cantidades):
        tables.append(_amounts(accounts.cantidades, period))
    if len(accounts.lista_acciones):
        tables.append(_list(accounts.lista_acciones, period))
    return Section(
        nombre="acciones",
        tema=words.nombre,
        titulo=_heading(counted) or words.neutral,
        frases=(words.explica,),
        cuadros=tuple(tables),
        notas=words.aclara,
    )


def done_and_all(accounts: Accountability) -> tuple[int, int]:
    """How many actions were completed, and how many there were."""
    counted = Figures(accounts.acciones)
    return int(counted.value("acciones", estado_accion=DONE) or 0), int(counted.value("acciones") or 0)


def _heading(counted: Figures) -> str | None:
    done, whole = counted.value("acciones", estado_accion=DONE), counted.value("acciones")
    if not whole:
        return None
    verb = "Se completó" if done == 1 else "Se completaron"
    return f"{verb} {numbers.number(done or 0)} de las {numbers.number(whole)} acciones del cuatrimestre"


def _states(counted: Figures, period: Period) -> Table:
    states, milestones = code_list("estados_accion").labels, code_list("hitos_compromiso").labels
    rows = [
        Row(
            _milestone(code),
            tuple(counted.cell("acciones", hito=code, estado_accion=each) for each in (TOTAL, *states)),
        )
        for code in milestones
    ]
    rows.append(
        Row(TOTAL, tuple(counted.cell("acciones", estado_accion=each) for each in (TOTAL, *states)), "total")
    )
    heads = ("Hito", "Acciones", *states.values())
    return table("acciones", f"Acciones por hito y estado, {period.label}", heads, rows)


def _amounts(frame: pd.DataFrame, period: Period) -> Table:
    units = code_list("unidades_accion")
    rows = [
        Row(f"{_milestone(row['hito'])}: {units.label(row['unidad']).lower()}", (cell(row["valor"], AMOUNT),))
        for row in frame.to_dict("records")
    ]
    title = f"Lo que suman las acciones completadas, {period.label}"
    return table("acciones_cantidades", title, ("Hito y unidad", "Cantidad"), rows)


def _list(frame: pd.DataFrame, period: Period) -> Table:
    states = code_list("estados_accion")
    rows = tuple(
        Row(
            printable(row["accion"]),
            (
                Cell(f"Hito {row['hito']}"),
                Cell(printable(row["unidad_responsable"] or "")),
                Cell(states.label(row["estado"])),
                Cell(_day(row["fecha_fin"])),
                Cell(_amount(row)),
                Cell(printable(row["evidencia"] or "")),
            ),
        )
        for row in frame.to_dict("records")
    )
    heads = ("Hito", "Unidad responsable", "Estado", "Terminó", "Alcanzó", "Evidencia")
    return Table(
        nombre="acciones_lista",
        titulo=f"Las acciones, una por una, {period.label}",
        primera="Acción",
        columnas=tuple(Column(head, numerica=False) for head in heads),
        filas=rows,
        datos="datos/acciones_lista.csv",
    )


def _milestone(code: str) -> str:
    return f"{code}. {code_list('hitos_compromiso').label(code)}"


def _day(text: str | None) -> str:
    return numbers.short_date(date.fromisoformat(text)) if text else ""


def _amount(row: dict[str, object]) -> str:
    if row["cantidad"] is None or pd.isna(row["cantidad"]):
        return ""
    unit = code_list("unidades_accion").label(str(row["unidad"]))
    return f"{unit}: {numbers.measured(float(str(row['cantidad'])))}"
