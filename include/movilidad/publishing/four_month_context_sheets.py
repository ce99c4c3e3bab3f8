"""The CSV files about a four-month release's months and about the year before.

Like those of a month in its context they follow from figures that stand elsewhere: no part of the fingerprint.
"""

import json
from typing import Any

import pandas as pd

from movilidad.publishing.candidate import Candidate
from movilidad.publishing.context_sheets import revisions_sheet
from movilidad.publishing.csv_text import number_cell, text_cell
from movilidad.publishing.sheets import CONF, HIDDEN, INDICATOR, OBS, STATES, UNIT, Column, Sheet, records, stamped
from movilidad.statistics.four_month_context import FourMonthContext

_OWN = "véase la columna unidad"


def four_month_context_sheets(context: FourMonthContext, candidate: Candidate) -> list[Sheet]:
    """All of them."""
    sheets = [
        _reconciliation(context.conciliacion),
        _year_before(context.comparaciones),
        revisions_sheet(context.revisiones, "Los totales de los cuatro meses, publicación por publicación"),
    ]
    sheets += [_year(context.anio)] if len(context.anio) else []
    return [stamped(sheet, candidate) for sheet in sheets]


def _reconciliation(frame: pd.DataFrame) -> Sheet:
    columns = (
        INDICATOR,
        Column("concepto", "string", "Qué cifra es", lista="conceptos_conciliacion", clave=True),
        Column("periodo_cifra", "string", "Mes o cuatrimestre que cuenta la cifra", clave=True),
        Column("publicacion", "string", "Publicación mensual que dio la cifra", opcional=True),
        *(UNIT, Column("valor", "number", "La cifra; vacía si está protegida", unidad=_OWN, opcional=True)),
        *(OBS, CONF),
    )
    rows = tuple(
        (
            *(row["indicador"], row["concepto"], row["periodo"], row["publicacion_id"], row["unidad"]),
            *(number_cell(row["valor"]), *_states(row["valor"], row["oculta"])),
        )
        for row in records(frame)
    )
    return Sheet("conciliacion", "Las cifras de los meses y las del cuatrimestre", columns, rows)


def _year_before(frame: pd.DataFrame) -> Sheet:
    columns = (
        Column("cuadro", "string", "Archivo de datos/ en que está la cifra, sin extensión", clave=True),
        Column("celda", "string", "Códigos de la celda, en JSON", clave=True),
        INDICATOR,
        *(UNIT, Column("valor", "number", "La cifra; vacía si está protegida", unidad=_OWN, opcional=True)),
        *(OBS, CONF),
        Column("base", "number", "La de los mismos meses del año anterior", unidad=_OWN, opcional=True),
        Column("estado_obs_base", "string", OBS.significado, lista=OBS.lista),
        Column("estado_conf_base", "string", CONF.significado, lista=CONF.lista),
        Column(
            "diferencia", "number", "Valor menos base; vacía si falta uno de los dos", unidad=_OWN, opcional=True
        ),
        Column(
            "porcentaje",
            "number",
            "Diferencia en por ciento de la base, si la base es de 30 o más",
            unidad="por ciento",
            opcional=True,
        ),
    )
    rows = tuple(_compared(row) for row in records(frame))
    return Sheet("anio_anterior", "Las cifras junto a las de los mismos meses del año anterior", columns, rows)


def _year(frame: pd.DataFrame) -> Sheet:
    columns = (
        INDICATOR,
        Column("periodo_cifra", "string", "Meses que cuenta la cifra (AAAA-MM/AAAA-MM)", clave=True),
        Column("publicacion", "string", "Publicación mensual que dio la cifra"),
        *(UNIT, Column("valor", "number", "La cifra; vacía si está protegida", unidad=_OWN, opcional=True)),
        *(OBS, CONF),
    )
    rows = tuple(
        (
            *(row["indicador"], row["periodo"], row["publicacion_id"], row["unidad"], number_cell(row["valor"])),
            *_states(row["valor"], row["oculta"]),
        )
        for row in records(frame)
    )
    return Sheet("anio", "De enero a diciembre, como lo mostró la publicación mensual de diciembre", columns, rows)


def _compared(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        *(row["cuadro"], text_cell(json.dumps(json.loads(row["celda"]), ensure_ascii=False)), row["indicador"]),
        *(row["unidad"], number_cell(row["valor"]), *_states(row["valor"], row["oculta"])),
        *(number_cell(row["base"]), *_states(row["base"], row["base_oculta"])),
        *(number_cell(row["diferencia"]), number_cell(row["porcentaje"])),
    )


def _states(value: float, hidden: bool) -> tuple[str, str]:
    if hidden:
        return HIDDEN["estado_obs"], HIDDEN["estado_conf"]
    return STATES["estado_obs"] if pd.notna(value) else "O", STATES["estado_conf"]
