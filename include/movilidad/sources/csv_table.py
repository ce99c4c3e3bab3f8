"""A CSV file as rows of text, or a clear reason why it is none: encoding, separator, cut off, ragged."""

import codecs
import csv
import io
from collections.abc import Sequence

import pandas as pd

from movilidad.sources.canonical_text import text_frame
from movilidad.sources.reader import Place
from movilidad.sources.size import Size
from movilidad.sources.structure import likeness
from movilidad.sources.table import frame_below_header

_SEPARATORS = {",": "coma", ";": "punto y coma", "\t": "tabulador", "|": "barra vertical"}
# what the reader complains of
_FAULTS = {
    "unexpected end": "el archivo está cortado: termina dentro de unas comillas",
    "field larger": "una celda es demasiado larga, o le faltan las comillas del final",
}
_HEAD = 100_000  # letters among which the header is
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_csv(place: Place, name: str, file: str, content: bytes) -> pd.DataFrame:
    """The table of a CSV file; empty cells are missing values.

    Args:
        name: the data set, whose ``lectura`` may name ``separador``, ``codificacion`` and ``encabezado``.
        file: name of the file, for messages.
    """
    text = _decoded(place, name, file, content)
    separator = str(place.dataset(name).lectura.get("separador", ","))
    _require_separator(place, name, file, text, separator)
    rows = _rows(place, file, text, separator)
    return frame_below_header(place, name, file, rows, _body)


def _body(
    place: Place, file: str, header: list[str], rows: Sequence[list[str | None]], first: int
) -> pd.DataFrame:
    filled = [(number, row) for number, row in enumerate(rows, start=first) if row]
    width = len(header)
    ragged = [number for number, row in filled if len(row) != width]
    if ragged and ragged == [filled[-1][0]] and len(filled[-1][1]) < width:
        raise place.data_error(
            f"el archivo está cortado: a la última fila ({ragged[0]:,}) le faltan columnas",
            file,
            rows=len(filled),
            remedy=f"pida el archivo completo: {place.ask_steward()}",
        )
    if ragged:
        shown = ", ".join(f"{number:,}" for number in ragged[:5])
        raise place.data_error(
            f"hay filas que no tienen las {width} columnas del encabezado (las primeras: {shown})",
            file,
            rows=len(ragged),
        )
    return text_frame([row for _, row in filled], header)


def _decoded(place: Place, name: str, file: str, content: bytes) -> str:
    encoding = str(place.dataset(name).lectura.get("codificacion", "utf-8"))
    wanted = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
    if content.startswith(_WIDE_MARKS):
        raise _wrong_encoding(place, file, encoding, " (parece UTF-16)", 1)
    try:
        text = content.decode(wanted)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong_encoding(place, file, encoding, " (¿Windows-1252?)", line) from None
    except (LookupError, ValueError):
        raise place.usage_error("el contrato nombra una codificación que no existe", name) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _wrong_encoding(place, file, encoding, " (tiene bytes nulos)", line)
    return text


def _wrong_encoding(place: Place, file: str, encoding: str, guess: str, line: int) -> Exception:
    return place.data_error(
        f"el archivo no está en {encoding.upper()}{guess}; la primera falta está en la línea {line:,}",
        file,
        remedy=f"pida que lo guarden como «CSV UTF-8»: {place.ask_steward()}",
    )


def _require_separator(place: Place, name: str, file: str, text: str, separator: str) -> None:
    """Another separator than the contract's shows in the header: it gives the names that are looked for."""
    dataset = place.dataset(name)
    at = int(dataset.lectura.get("encabezado", 1)) - 1
    line = next((line for line in text[:_HEAD].splitlines()[at : at + 1]), "")
    found = {mark: likeness(dataset, next(csv.reader([line], delimiter=mark), [])) for mark in _SEPARATORS}
    best = max(found, key=lambda mark: found[mark])
    if found[best] > max(found.get(separator, 0.0), 0.5) or (
        found[best] > found.get(separator, 0.0) and separator not in line
    ):
        raise place.data_error(
            f"el archivo separa las columnas con {_SEPARATORS[best]}"
            f" y el contrato dice {_SEPARATORS.get(separator, 'otro signo')}",
            file,
            remedy=f"pida el archivo con el separador acordado o corrija el contrato; {place.ask_steward()}",
        )


def _rows(place: Place, file: str, text: str, separator: str) -> list[list[str | None]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str | None]] = []
    size = Size(place, file)
    try:
        for row in reader:
            size.add(len(row))
            rows.append([cell or None for cell in row])
    except csv.Error as error:
        what = next((told for reason, told in _FAULTS.items() if reason in str(error)), "hay comillas mal puestas")
        raise place.data_error(f"{what} (cerca de la línea {reader.line_num:,})", file, rows=len(rows)) from None
    return rows
