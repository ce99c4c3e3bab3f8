"""The CSV files of a four-month release."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from movilidad.model.codelists import code_list
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.csv_text import number_cell, text_cell
from movilidad.publishing.sheets import (
    HIDDEN,
    INDICATOR,
    STATES,
    Column,
    Sheet,
    Type,
    coded_rows,
    dimension_columns,
    figure_cells,
    measure_columns,
    records,
    recruiters_sheet,
    stamped,
    summary_sheet,
    table_sheet,
)
from movilidad.statistics.complaints import BASE, KIND
from movilidad.statistics.four_months import FourMonths

# what was never told is missing, not confidential
_ABSENT = {"estado_obs": "O", "estado_conf": STATES["estado_conf"]}


def four_month_sheets(found: FourMonths, candidate: Candidate) -> list[Sheet]:
    """All files of figures: the summary, one per table, the accounts, the lists."""
    accounts = found.cuentas
    sheets = [summary_sheet(_with_absent(found.resumen), "Cifras principales del cuatrimestre")]
    sheets += [table_sheet(name, frame) for name, frame in found.cuadros.items()]
    sheets += [
        _coded(
            "acciones", "Acciones por hito del compromiso y estado", accounts.acciones, ["hito", "estado_accion"]
        ),
        _coded(
            "acciones_cantidades", "Lo que suman las acciones completadas", _by_unit(accounts.cantidades), ["hito"]
        ),
        _coded("cursos", "Cursos y certificaciones que terminaron", accounts.cursos, ["curso"]),
        _coded("denuncias_plazos", "Días hasta el cierre de una denuncia", _with_bases(accounts.plazos), [KIND]),
        _named("presupuesto", "Presupuesto del programa", accounts.presupuesto, {"renglon": "descripcion"}),
        _named("metas_fisicas", "Metas físicas del programa", _goals(accounts.metas), {"meta_fisica": "producto"}),
        _actions(accounts.lista_acciones),
        recruiters_sheet(found.reclutadores, "del cuatrimestre"),
    ]
    return [stamped(sheet, candidate) for sheet in sheets]


def _coded(name: str, title: str, frame: pd.DataFrame, dimensions: list[str], kind: Type = "number") -> Sheet:
    columns = (*dimension_columns(dimensions), INDICATOR, *measure_columns(kind))
    return Sheet(name, title, columns, tuple(coded_rows(_with_absent(frame), dimensions)))


def _named(name: str, title: str, frame: pd.DataFrame, key: dict[str, str]) -> Sheet:
    """Figures of things that are in no code list: their name stands beside their key."""
    ((own, label),) = key.items()
    columns = (*dimension_columns([own]), INDICATOR, *measure_columns("number"))
    rows = [
        (text_cell(row[own]), text_cell(row[label]), text_cell(row["indicador"]), *figure_cells(row))
        for row in records(_with_absent(frame))
    ]
    return Sheet(name, title, columns, tuple(rows))


def _by_unit(frame: pd.DataFrame) -> pd.DataFrame:
    """One indicator per unit: a milestone has amounts in several."""
    return frame.assign(indicador=[f"{row['indicador']}_{row['unidad']}" for row in records(frame)])


def _goals(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"meta_id": "meta_fisica"})


def _with_bases(frame: pd.DataFrame) -> pd.DataFrame:
    """Each median, and the number of cases behind it as a figure of its own."""
    bases = frame.assign(indicador=BASE, unidad="denuncias", valor=frame[BASE].astype("Float64"))
    return pd.concat([frame, bases], ignore_index=True)


def _with_absent(frame: pd.DataFrame) -> pd.DataFrame:
    """Both states of every figure."""
    rows = records(frame)
    return frame.assign(**{name: [_state(row)[name] for row in rows] for name in STATES})


def _state(row: dict[str, Any]) -> dict[str, str]:
    if not pd.isna(row["valor"]):
        return STATES
    return HIDDEN if row.get("estado_conf") == HIDDEN["estado_conf"] else _ABSENT


def _actions(frame: pd.DataFrame) -> Sheet:
    columns = (
        Column("hito", "string", "Hito del compromiso: código", lista="hitos_compromiso"),
        Column("hito_nombre", "string", "Hito del compromiso: nombre"),
        Column("accion", "string", "Qué se hace"),
        Column("unidad_responsable", "string", "Unidad que responde por la acción", opcional=True),
        Column("fecha_inicio", "date", "Primer día"),
        Column("fecha_fin", "date", "Último día, si terminó en el periodo", opcional=True),
        Column("estado_accion", "string", "Estado al cierre del periodo: código", lista="estados_accion"),
        Column("estado_accion_nombre", "string", "Estado al cierre del periodo: nombre"),
        Column("cantidad", "number", "Cuánto se alcanzó", unidad="véase la columna unidad", opcional=True),
        Column("unidad", "string", "Unidad de la cantidad", lista="unidades_accion", opcional=True),
        Column("evidencia", "string", "Dónde puede comprobarse", opcional=True),
    )
    return Sheet("acciones_lista", "Las acciones del compromiso, una por una", columns, tuple(_listed(frame)))


def _listed(frame: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    milestones, states = code_list("hitos_compromiso"), code_list("estados_accion")
    for row in records(frame):
        yield (
            *(text_cell(row["hito"]), text_cell(milestones.label(row["hito"]))),
            *(text_cell(row[name]) for name in ("accion", "unidad_responsable", "fecha_inicio", "fecha_fin")),
            *(text_cell(row["estado"]), text_cell(states.label(row["estado"]))),
            *(number_cell(row["cantidad"]), text_cell(row["unidad"]), text_cell(row["evidencia"])),
        )
