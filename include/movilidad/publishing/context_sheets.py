"""The CSV files of a month in its context: series, comparisons, revisions, mirrors with our departures.

They follow from figures that stand elsewhere, here and in earlier releases. So they are no part of a release's
fingerprint, and a revision does not list them among its changes (decision 19).
"""

from typing import Any

import pandas as pd

from movilidad.model.codelists import TOTAL, code_list
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.csv_text import number_cell, text_cell
from movilidad.publishing.sheets import CONF, INDICATOR, OBS, UNIT, Column, Sheet, records, stamped
from movilidad.statistics.comparisons import MONTHS
from movilidad.statistics.context import Context, unit_of
from movilidad.statistics.published import HIDDEN, category_of
from movilidad.statistics.specs import load_specs

_OWN = "véase la columna unidad"
_PERCENT = "por ciento"
_CATEGORY = (
    Column("desglose", "string", "Dimensión por la que se desglosa, o Total", clave=True),
    Column("categoria", "string", "Código de la categoría, en la lista de su dimensión, o Total", clave=True),
    Column("categoria_nombre", "string", "Nombre de la categoría"),
)


def context_sheets(context: Context, candidate: Candidate) -> list[Sheet]:
    """All files about other months and other counts."""
    sheets = [
        _series(context.serie),
        _comparisons(context.comparaciones),
        revisions_sheet(context.revisiones, "Los totales de los últimos 25 meses, publicación por publicación"),
        _measures(context.medidas),
        _mirror(context.espejo),
    ]
    return [stamped(sheet, candidate) for sheet in sheets]


def _series(frame: pd.DataFrame) -> Sheet:
    columns = (
        *(INDICATOR, *_CATEGORY),
        Column("periodo_cifra", "yearmonth", "Mes que cuenta la cifra (AAAA-MM)", clave=True),
        UNIT,
        _number("valor", "La cifra de la publicación más reciente de ese mes; vacía si se ocultó o no se publicó"),
        *(OBS, CONF),
    )
    rows = tuple(
        (
            *_place(row),
            row["periodo"],
            unit_of(row["indicador"]),
            number_cell(row["valor"]),
            *_states(row["estado"]),
        )
        for row in records(frame)
    )
    return Sheet("series", "Los últimos 25 meses de cada cifra", columns, rows)


def _comparisons(frame: pd.DataFrame) -> Sheet:
    share = "Parte del total, si el total es de 30 o más"
    columns = (
        *(INDICATOR, *_CATEGORY),
        Column("comparacion", "string", "Con qué se compara", lista="comparaciones", clave=True),
        Column("periodo_cifra", "string", "Mes o meses que cuenta la cifra"),
        Column("periodo_base", "string", "Mes o meses con los que se compara"),
        *(UNIT, _number("valor", "La cifra; vacía si está protegida o no se publicó"), OBS, CONF),
        _number("base", "La cifra con la que se compara; vacía si está protegida o no se publicó"),
        Column("estado_obs_base", "string", OBS.significado, lista=OBS.lista),
        Column("estado_conf_base", "string", CONF.significado, lista=CONF.lista),
        _number("diferencia", "Valor menos base; vacía si falta uno de los dos"),
        _number("porcentaje", "Diferencia en por ciento de la base, si la base es de 30 o más", _PERCENT),
        _number("total", "Total del que la categoría es parte; vacío en el total mismo"),
        _number("participacion", share, _PERCENT),
        _number("total_base", "Total del que la base es parte; vacío en el total mismo"),
        _number("participacion_base", f"{share}; de la base", _PERCENT),
    )
    changes = ("diferencia", "porcentaje", "total", "participacion", "total_base", "participacion_base")
    rows = tuple(
        (
            *(*_place(row), row["comparacion"], row["periodo"], row["periodo_base"], unit_of(row["indicador"])),
            *(number_cell(row["valor"]), *_states(row["estado"])),
            *(number_cell(row["base"]), *_states(row["estado_base"])),
            *(number_cell(row[name]) for name in changes),
        )
        for row in records(frame)
    )
    return Sheet("comparaciones", "Las cifras del mes junto a las de otros meses", columns, rows)


def revisions_sheet(frame: pd.DataFrame, title: str) -> Sheet:
    """The totals as each release gave them."""
    columns = (
        *(INDICATOR, Column("periodo_cifra", "yearmonth", "Mes que cuenta la cifra (AAAA-MM)", clave=True)),
        Column("publicacion", "string", "Publicación que dio la cifra", clave=True),
        Column("fecha", "date", "Fecha de esa publicación"),
        Column("demora", "integer", "Meses entre el mes que se cuenta y la publicación", unidad="meses"),
        *(UNIT, _number("valor", "El total que dio esa publicación; vacío si lo ocultó"), OBS, CONF),
        _number("revision", "Cambio respecto de la publicación anterior del mismo mes; vacío en la primera"),
        _number("porcentaje", "El cambio en por ciento de lo anterior, si lo anterior es de 30 o más", _PERCENT),
    )
    rows = tuple(
        (
            *(row["indicador"], row["periodo"], row["publicacion_id"], row["vigencia"].date().isoformat()),
            *(str(row["demora"]), unit_of(row["indicador"]), number_cell(row["valor"]), *_states(row["estado"])),
            *(number_cell(row["revision"]), number_cell(row["porcentaje"])),
        )
        for row in records(frame)
    )
    return Sheet("revisiones", title, columns, rows)


def _measures(frame: pd.DataFrame) -> Sheet:
    columns = (
        INDICATOR,
        Column("meses", "integer", "Meses publicados de los últimos 25", unidad="meses"),
        UNIT,
        _number("revision_media", "Media de última menos primera publicación; su signo es el sesgo"),
        _number("revision_media_absoluta", "Media del tamaño de ese cambio, sin signo"),
        _number(
            "revision_relativa", "Suma de los cambios sin signo en por ciento de las últimas cifras", _PERCENT
        ),
    )
    rows = tuple(
        (
            *(row["indicador"], str(row["meses"]), unit_of(row["indicador"])),
            *(
                number_cell(row[name])
                for name in ("revision_media", "revision_media_absoluta", "revision_relativa")
            ),
        )
        for row in records(frame)
    )
    return Sheet("revisiones_medidas", "Cuánto se revisan los totales", columns, rows)


def _mirror(frame: pd.DataFrame) -> Sheet:
    columns = (
        Column("pais", "string", "País de destino: código", lista="paises", clave=True),
        Column("pais_nombre", "string", "País de destino: nombre"),
        Column("categoria", "string", "Tipo de visa, o Total", clave=True),
        Column("periodo_cifra", "string", "Mes o meses que cuentan las dos cifras", clave=True),
        *(INDICATOR, UNIT, _number("valor", "La cifra de la otra fuente")),
        _number(
            "salidas",
            "Nuestras salidas publicadas; vacías si se ocultan (Q), si no se publicaron (O) o si el periodo"
            f" empieza antes de los últimos {MONTHS} meses y no se compara (L)",
            "salidas",
        ),
        *(OBS, CONF),
        _number("razon", "Nuestras salidas por cada cien de la otra cifra, si esta es de 30 o más"),
        Column("fuente", "string", "Quién publicó la otra cifra", clave=True),
    )
    labels = code_list("paises")
    rows = tuple(
        (
            *(row["pais"], text_cell(labels.label(row["pais"])), row["categoria"], row["periodo"], row["medida"]),
            *(row["unidad"], number_cell(row["valor"]), number_cell(row["salidas"]), *_states(row["estado"])),
            *(number_cell(row["razon"]), text_cell(row["fuente"])),
        )
        for row in records(frame)
    )
    return Sheet("espejo_comparado", "Lo que otros cuentan, junto a nuestras salidas", columns, rows)


def _number(name: str, meaning: str, unit: str = _OWN) -> Column:
    return Column(name, "number", meaning, unidad=unit, opcional=True)


def _place(row: dict[str, Any]) -> tuple[str, str, str, str]:
    dimension, code = category_of(row["celda"])
    label = TOTAL if dimension == TOTAL else load_specs().dimensiones[dimension].label(code)
    return row["indicador"], dimension, code, text_cell(label)


def _states(state: str) -> tuple[str, str]:
    """Both SDMX states of a figure: what was never published is missing, not confidential."""
    return state, "C" if state == HIDDEN else "F"
