"""All tables of a release in one long table, with a column per dimension."""

from dataclasses import replace

from movilidad.publishing.formats.cells import labels
from movilidad.publishing.sheets import CONF, DATE, INDICATOR, OBS, PERIOD, UNIT, VERSION, Column, Sheet
from movilidad.publishing.vocabulary import dimension

TABLE = Column("cuadro", "string", "Archivo de datos/ del que viene la fila, sin extensión")
_NAME = Column("indicador_nombre", "string", "Nombre del indicador")
_VALUE = Column(
    "valor",
    "number",
    "La cifra; vacía si está protegida o no existe (véanse los estados)",
    unidad="véase la columna unidad",
    opcional=True,
)
_FIXED = {PERIOD.nombre, INDICATOR.nombre}


def dimensions_of(sheet: Sheet) -> list[str]:
    """Key columns of a sheet besides period and indicator."""
    return [name for name in sheet.key if name not in _FIXED]


def whole(sheets: list[Sheet], dimensions: list[str]) -> Sheet:
    """One sheet of all figures. A dimension by which a table is not broken down is an empty cell there.

    Args:
        sheets: those of the release; lists have no place in it.
        dimensions: those that the series may have: the columns do not depend on what a month happens to have, so
            months can be joined.
    """
    figures = [sheet for sheet in sheets if sheet.key]
    more = dict.fromkeys(name for sheet in figures for name in dimensions_of(sheet))
    names = list(dict.fromkeys([*dimensions, *more]))
    described = {column.nombre: column for sheet in figures for column in sheet.columnas}
    middle = [column for name in names for column in _columns(name, described)]
    head = (replace(described[PERIOD.nombre], clave=False), TABLE, *middle, replace(INDICATOR, clave=False), _NAME)
    columns = (*head, UNIT, _VALUE, OBS, CONF, VERSION, DATE)
    rows = [row for sheet in figures for row in _rows(sheet, columns)]
    return Sheet("datos", "Todos los cuadros de la publicación en un archivo", columns, tuple(rows))


def _columns(name: str, described: dict[str, Column]) -> list[Column]:
    found = dimension(name)
    if not found:
        return [replace(described[name], clave=False, opcional=True)]
    title, listed = found
    none = "vacío si el cuadro no se desglosa así"
    return [
        Column(name, "string", f"{title}: código; {none}", lista=listed, opcional=True),
        Column(f"{name}_nombre", "string", f"{title}: nombre; {none}", opcional=True),
    ]


def _rows(sheet: Sheet, columns: tuple[Column, ...]) -> list[tuple[str, ...]]:
    indicators = labels(sheet, "indicador")
    found = []
    for row in sheet.filas:
        cells = dict(zip(sheet.header, row, strict=True))
        cells |= {"cuadro": sheet.nombre, "indicador_nombre": indicators[cells["indicador"]]}
        found.append(tuple(cells.get(column.nombre, "") for column in columns))
    return found
