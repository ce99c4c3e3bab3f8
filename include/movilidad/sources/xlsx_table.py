"""A sheet of an XLSX workbook as rows of text: dates as ISO 8601, numbers as plain decimals."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, time
from typing import Any

import pandas as pd

from movilidad.model.codelists import fold
from movilidad.model.errors import MovilidadError
from movilidad.model.limits import LARGEST_RATIO, LARGEST_WORKBOOK, MIB
from movilidad.sources.canonical_text import canonical_text, text_frame
from movilidad.sources.contracts import Dataset
from movilidad.sources.reader import Place
from movilidad.sources.size import Size
from movilidad.sources.structure import listed, printable
from movilidad.sources.table import Row, frame_below_header

_OLD_FORMAT = b"\xd0\xcf\x11\xe0"  # XLS, and every workbook with a password


def read_xlsx(place: Place, name: str, file: str, content: bytes) -> pd.DataFrame:
    """The table of the sheet ``hoja`` (or the only one); notes and totals below the table are left out."""
    rows = _rows(place, name, file, content)

    def body(place: Place, file: str, header: list[str], rows: Sequence[Row], first: int) -> pd.DataFrame:
        return _body(place, name, file, header, rows)

    return frame_below_header(place, name, file, rows, body)


def _body(place: Place, name: str, file: str, header: list[str], rows: Sequence[Row]) -> pd.DataFrame:
    width = len(header)
    wide = sum(len(row) > width for row in rows)
    if wide:
        raise place.data_error("hay celdas con datos a la derecha del encabezado", file, rows=wide)
    padded = [[*row, *[None] * (width - len(row))] for row in rows if row]
    kept = _without_notes(place.dataset(name), header, padded)
    if dropped := len(padded) - len(kept):
        place.notes.append(f"{name}: debajo de la tabla no se leyeron notas o totales (renglones: {dropped})")
    return text_frame(kept, header)


def _without_notes(dataset: Dataset, header: list[str], rows: list[Row]) -> list[Row]:
    """Drop rows from the end while they are notes: without key, or totals."""
    keys = [header.index(origin) for origin in _key_origins(dataset) if origin in header]
    columns = [header.index(column.origen) for column in dataset.columnas.values() if column.origen in header]
    end = len(rows)
    while end and _is_note(rows[end - 1], keys, columns):
        end -= 1
    return rows[:end]


def _key_origins(dataset: Dataset) -> list[str]:
    return [dataset.columnas[field].origen for field in dataset.clave if field in dataset.columnas]


def _is_note(row: Row, keys: list[int], columns: list[int]) -> bool:
    empty = [not row[key] for key in keys]
    if not any(empty):
        return False
    if all(empty):
        return True
    first = next((cell for cell in row if cell), "")
    # a record that lost part of its key is no note: the row-level rules shall see it
    return sum(bool(row[column]) for column in columns) * 2 < len(columns) or fold(first).startswith("total")


def _rows(place: Place, name: str, file: str, content: bytes) -> list[Row]:
    from openpyxl import load_workbook

    _require_xlsx(place, file, content)
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # they may repeat the value of a cell
            closing(load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as book,
        ):
            return list(_counted(Size(place, file), _sheet(place, name, file, book)))
    except MovilidadError:
        raise
    except Exception:
        raise _unreadable(place, file) from None


def _counted(size: Size, sheet: Any) -> Iterator[Row]:
    """The rows of a sheet; those that its row numbers leap over count too, for the library fills them in."""
    for row in sheet.iter_rows(values_only=True):
        size.add(len(row))
        yield [_cell(value) for value in row]


def _sheet(place: Place, name: str, file: str, book: Any) -> Any:
    wanted = place.dataset(name).lectura.get("hoja")
    if wanted is not None and wanted not in book.sheetnames:
        shown = listed(map(printable, book.sheetnames))
        raise place.data_error(f"falta la hoja «{wanted}»; el libro tiene {shown}", file)
    sheet = book.worksheets[0] if wanted is None else book[wanted]
    sheet.reset_dimensions()  # the size written in the file may be wrong
    return sheet


def _require_xlsx(place: Place, file: str, content: bytes) -> None:
    if content.startswith(_OLD_FORMAT):
        raise place.data_error(
            "el libro es de formato XLS antiguo o tiene contraseña",
            file,
            remedy=f"pida que lo guarden como XLSX sin contraseña: {place.ask_steward()}",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except Exception:
        raise _unreadable(place, file) from None
    if sum(part.file_size for part in parts) > LARGEST_WORKBOOK:
        raise place.data_error("el libro descomprimido es demasiado grande", file)
    if any(part.file_size > max(MIB, LARGEST_RATIO * part.compress_size) for part in parts):
        raise place.data_error("el libro está hecho para crecer sin medida al abrirlo", file)


def _unreadable(place: Place, file: str) -> Exception:
    return place.data_error(
        "el libro no se puede leer: está cortado o no es XLSX",
        file,
        remedy=f"pida el archivo completo: {place.ask_steward()}",
    )


def _cell(value: Any) -> str | None:
    if isinstance(value, datetime):
        # a spreadsheet has no zones: what it shows is what is meant
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    text = canonical_text(value)
    return text if text and text.strip() else None
