"""All tables of a release as one accessible workbook.

Laid out as the Government Statistical Service advises («Releasing statistics in spreadsheets», 2021): cover,
contents, symbols, notes, then one marked table per sheet that begins in column A, no merged, hidden or empty
lines, no meaning by colour, document properties set.
"""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from movilidad.model.errors import DataError
from movilidad.publishing.formats.cells import value
from movilidad.publishing.sheets import Column, Sheet
from movilidad.publishing.vocabulary import CONF_STATES, OBS_STATES

_WIDEST = 60
_LONGEST = 32_767  # characters of a cell
_HIDDEN = "Las celdas vacías de la columna valor están protegidas: estado_obs Q, estado_conf C."
_EMPTY = "Este cuadro no tiene filas en este periodo."


@dataclass(frozen=True)
class Cover:
    """What the workbook says of itself: title, lines below it, notes by topic, author, licence, date."""

    titulo: str
    lineas: tuple[str, ...]
    notas: tuple[tuple[str, str], ...]
    autor: str
    licencia: str
    fecha: date
    palabras: str = ""


def xlsx(sheets: list[Sheet], cover: Cover) -> bytes:
    """The workbook of sheets. Texts are written as texts: no cell is a formula or an address."""
    import xlsxwriter

    buffer = io.BytesIO()
    # in memory all parts carry the same fixed date, so equal sheets give equal bytes
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(_properties(cover))
        formats = {
            "titulo": book.add_format({"bold": True, "font_size": 14}),
            "cabeza": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "texto": book.add_format({"valign": "top"}),
            "parrafo": book.add_format({"text_wrap": True, "valign": "top"}),
            "integer": book.add_format({"num_format": "#,##0"}),
            "number": book.add_format({"num_format": "#,##0.00"}),
        }
        names = [f"C{number:02d}" for number in range(1, len(sheets) + 1)]
        _write_cover(book.add_worksheet("Portada"), cover, formats)
        _write_contents(book.add_worksheet("Indice"), list(zip(names, sheets, strict=True)), formats)
        _write_table(book.add_worksheet("Simbolos"), _symbols(), formats)
        _write_table(book.add_worksheet("Notas"), _notes(cover), formats)
        for name, sheet in zip(names, sheets, strict=True):
            _write_table(book.add_worksheet(name), sheet, formats)
    return buffer.getvalue()


def _properties(cover: Cover) -> dict[str, Any]:
    return {
        "title": cover.titulo,
        "subject": "Estadística de movilidad laboral",
        "author": cover.autor,
        "company": cover.autor,
        "keywords": cover.palabras,
        "comments": f"Licencia: {cover.licencia}. Idioma: español.",
        "created": datetime(cover.fecha.year, cover.fecha.month, cover.fecha.day),  # noqa: DTZ001 - the format has no time zone
    }


def _write_cover(page: Any, cover: Cover, formats: dict[str, Any]) -> None:
    page.set_column(0, 0, 100)
    page.write_string(0, 0, cover.titulo, formats["titulo"])
    for row, line in enumerate(cover.lineas, start=1):
        page.write_string(row, 0, line, formats["parrafo"])


def _write_contents(page: Any, listed: list[tuple[str, Sheet]], formats: dict[str, Any]) -> None:
    columns = (
        Column("Hoja", "string", ""),
        Column("Archivo", "string", ""),
        Column("Título", "string", ""),
        Column("Filas", "integer", ""),
    )
    rows = tuple(
        (name, f"datos/{sheet.nombre}.csv", sheet.titulo, str(len(sheet.filas))) for name, sheet in listed
    )
    top = _write_table(
        page, Sheet("indice", "Índice: los cuadros y sus hojas", columns, rows), formats, back=False
    )
    for row, (name, _) in enumerate(listed, start=top + 1):
        page.write_url(row, 0, f"internal:'{name}'!A1", string=name, tip=f"Ir a la hoja {name}")


def _symbols() -> Sheet:
    columns = (
        Column("columna", "string", ""),
        Column("simbolo", "string", ""),
        Column("significado", "string", ""),
    )
    rows = [("estado_obs", code, meaning) for code, meaning in OBS_STATES.items()]
    rows += [("estado_conf", code, meaning) for code, meaning in CONF_STATES.items()]
    rows += [
        ("valor", "(vacía)", "Cifra protegida o que no existe; lo dicen los estados de la misma fila"),
        ("códigos", "Total", "Todas las categorías"),
        ("códigos", "ND", "No declarado o desconocido"),
        ("códigos", "Resto", "Categorías protegidas, en conjunto"),
    ]
    return Sheet("simbolos", "Símbolos que usan los cuadros", columns, tuple(rows))


def _notes(cover: Cover) -> Sheet:
    columns = (Column("tema", "string", ""), Column("nota", "string", ""))
    return Sheet("notas", "Notas", columns, cover.notas)


def _write_table(page: Any, sheet: Sheet, formats: dict[str, Any], *, back: bool = True) -> int:
    """Title, lines that explain, and the table; gives the row of its header."""
    page.write_string(0, 0, sheet.titulo, formats["titulo"])
    lines = _lines(sheet)
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line)
    if back:
        page.write_url(len(lines) + 1, 0, "internal:'Indice'!A1", string="Volver al índice")
    top = len(lines) + 1 + back
    for place, column in enumerate(sheet.columnas):
        page.write_string(top, place, column.nombre, formats["cabeza"])
        page.set_column(place, place, _width(sheet, place), formats["texto"])
        for row, cells in enumerate(sheet.filas, start=top + 1):
            _write_cell(page, (row, place), value(column, cells[place]), formats.get(column.tipo))
    if sheet.filas:
        page.add_table(
            top,
            0,
            top + len(sheet.filas),
            len(sheet.columnas) - 1,
            {
                "name": f"t_{sheet.nombre}",
                "columns": [
                    {"header": column.nombre, "header_format": formats["cabeza"]} for column in sheet.columnas
                ],
                "style": "Table Style Light 1",
                "banded_rows": False,
            },
        )
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    return int(top)


def _lines(sheet: Sheet) -> list[str]:
    if not sheet.filas:
        return [_EMPTY]
    names = sheet.header
    hidden = "estado_conf" in names and any(row[names.index("estado_conf")] == "C" for row in sheet.filas)
    return [_HIDDEN] if hidden else []


def _write_cell(page: Any, place: tuple[int, int], content: Any, number_format: Any) -> None:
    if isinstance(content, int | float):
        page.write_number(*place, content, number_format)
    elif content is not None:
        _write_text(page, place, str(content))


def _write_text(page: Any, place: tuple[int, int], content: str) -> None:
    if len(content) > _LONGEST:
        raise DataError(
            f"un texto de {len(content):,} caracteres no cabe en una celda del libro de datos",
            remedy="acórtelo en la plataforma de la que viene",
        )
    # the library takes a text of this form for finished XML; in pieces it is a text like any other
    if content.startswith("<r>"):
        page.write_rich_string(*place, content[:1], content[1:2], content[2:])
    else:
        page.write_string(*place, content)


def _width(sheet: Sheet, place: int) -> int:
    longest = max([len(sheet.columnas[place].nombre) + 2, *(len(row[place]) for row in sheet.filas)])
    return int(min(longest + 1, _WIDEST))
