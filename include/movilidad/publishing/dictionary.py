"""The dictionary of a release: what each column means, and the codes that its files use."""

from collections.abc import Iterable

import pandas as pd

from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN, CodeList, code_list
from movilidad.publishing.csv_text import text_cell
from movilidad.publishing.sheets import Column, Sheet
from movilidad.publishing.vocabulary import COMPARISONS, CONF_STATES, OBS_STATES, indicator_titles
from movilidad.statistics.four_month_context import CONCEPTS


def with_dictionary(sheets: list[Sheet], headlines: pd.DataFrame) -> list[Sheet]:
    """The sheets of a release, then the codes they use, then the dictionary of all of these files.

    Args:
        headlines: the headline figures with their titles.
    """
    described = [*sheets, _codes(sheets, headlines)]
    return [*described, _dictionary(described)]


def _codes(sheets: list[Sheet], headlines: pd.DataFrame) -> Sheet:
    columns = (
        Column("lista", "string", "Lista de códigos, como la nombra diccionario.csv", clave=True),
        Column("codigo", "string", "Código", clave=True),
        Column("etiqueta", "string", "Qué significa el código"),
    )
    indicators = {
        **indicator_titles(),
        **dict(zip(headlines["indicador"], headlines["titulo"], strict=True)),
    }
    fixed = {
        "estado_obs": OBS_STATES,
        "estado_conf": CONF_STATES,
        "indicadores": indicators,
        "comparaciones": COMPARISONS,
        "conceptos_conciliacion": CONCEPTS,
    }
    rows = []
    for name, used in sorted(_used_codes(sheets).items()):
        labels = fixed[name] if name in fixed else _labels(code_list(name), used)
        rows += [(name, text_cell(code), text_cell(labels[code])) for code in sorted(used) if code in labels]
    return Sheet("codigos", "Códigos que usan los archivos de esta publicación", columns, tuple(rows))


def _used_codes(sheets: Iterable[Sheet]) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for sheet in sheets:
        for position, column in enumerate(sheet.columnas):
            if column.lista:
                cells = {code for row in sheet.filas for code in row[position].split("|") if code}
                used.setdefault(column.lista, set()).update(cells)
    return used


def _labels(codes: CodeList, used: set[str]) -> dict[str, str]:
    known = {*codes.labels, UNKNOWN, TOTAL, REMAINDER}
    return {code: codes.label(code) for code in used & known}


def _dictionary(sheets: list[Sheet]) -> Sheet:
    columns = (
        Column("archivo", "string", "Archivo de datos", clave=True),
        Column("columna", "string", "Nombre de la columna", clave=True),
        Column("significado", "string", "Qué dice la columna"),
        Column("tipo", "string", "Tipo de sus valores (Data Package)"),
        Column("unidad", "string", "Unidad, si es un número", opcional=True),
        Column("lista", "string", "Lista de códigos, en codigos.csv", opcional=True),
    )
    rows = [
        (f"{name}.csv", column.nombre, column.significado, column.tipo, column.unidad, column.lista)
        for name, described in [*((sheet.nombre, sheet.columnas) for sheet in sheets), ("diccionario", columns)]
        for column in described
    ]
    return Sheet("diccionario", "Qué significa cada columna", columns, tuple(rows))
