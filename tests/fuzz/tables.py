"""Files: CSV and XLSX. Beside the product's reading one that shares nothing with it."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import openpyxl
import pandas as pd
from hypothesis import strategies as st
from sources_support import COLUMNS, HEADER, MARK, MONTH, contract

from fuzz.target import Target, spoilt
from fuzz.verdict import Records, read_or_refused, same
from movilidad.sources.connection import Connection
from movilidad.sources.csv_table import read_csv
from movilidad.sources.reader import Place
from movilidad.sources.xlsx_table import read_xlsx

NAMES = HEADER.split(",")
SEPARATORS = ",;\t|"
ENCODINGS = ("utf-8", "cp1252", "utf-8-sig", "latin-1")

#: bytes, encoding, separator
CsvFile = tuple[bytes, str, str]

#: what stands in cells: letters of all kinds, what parsers take for something else, a marked value
cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(("", " ", "NULL", "nan", '"', '""', "a,b", "a;b", "dos\nlíneas", "\r", "=1+1", "1e999", MARK)),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
)


def place_of(kind: str, lectura: dict[str, Any]) -> Place:
    """Where the one data set of the tests' contract is read."""
    source = contract(kind, lectura, columnas=COLUMNS)
    return Place(source, Connection(extra={"url": "file:///nada"}), MONTH)


def csv_frame(content: bytes, **lectura: Any) -> pd.DataFrame | None:
    """The product's reading of a CSV file."""
    place = place_of("archivo", {"archivo": "filas.csv", **lectura})
    return read_or_refused(lambda: read_csv(place, "filas", "filas.csv", content))


# ---- an independent reading of CSV ------------------------------------------------------------------------------


def rows_of(text: str, separator: str) -> list[list[str]] | None:
    """RFC 4180, letter by letter; None where quotes are left open or something follows them."""
    rows: list[list[str]] = []
    row: list[str] = []
    letters, at = text, 0
    while at < len(letters):
        if letters[at] == '"':
            cell, at = _quoted(letters, at + 1)
            if cell is None or (at < len(letters) and letters[at] not in (separator, "\r", "\n")):
                return None
        else:
            start = at
            while at < len(letters) and letters[at] not in (separator, "\r", "\n"):
                at += 1
            cell = letters[start:at]
        row.append(cell)
        if at == len(letters) or letters[at] != separator:
            rows.append(row)
            row = []
            at += 2 if letters[at : at + 2] == "\r\n" else 1
        else:
            at += 1
            if at == len(letters):
                row.append("")
    if row:
        rows.append(row)
    return rows


def _quoted(letters: str, at: int) -> tuple[str | None, int]:
    """What stands in quotes from ``at`` on, and where it ends."""
    cell = ""
    while (end := letters.find('"', at)) >= 0:
        cell += letters[at:end]
        if letters[end + 1 : end + 2] != '"':
            return cell, end + 1
        cell, at = cell + '"', end + 2
    return None, at


def independent(content: bytes, encoding: str, separator: str) -> Records | None:
    """The records of a CSV file; None if it has no single meaning."""
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        return None
    rows = rows_of(text, separator)
    if not rows or "\0" in text:
        return None
    header = [" ".join(cell.split()) for cell in rows[0]]
    filled = [row for row in rows[1:] if any(row)]
    while header and not header[-1]:
        header.pop()
    if any(any(row[len(header) :]) or len(row) < len(header) for row in filled):
        return None
    return [{name: cell or None for name, cell in zip(header, row, strict=False) if name} for row in filled]


# ---- CSV --------------------------------------------------------------------------------------------------------


@st.composite
def csv_files(draw: st.DrawFn, encodings: Sequence[str] = ENCODINGS, separators: str = SEPARATORS) -> CsvFile:
    """A good file, its encoding and its separator."""
    encoding, separator = draw(st.sampled_from(encodings)), draw(st.sampled_from(separators))
    rows = draw(st.lists(st.tuples(*[cells] * len(NAMES)), max_size=6))
    buffer = io.StringIO()
    ends, quoting = (
        draw(st.sampled_from(("\n", "\r\n"))),
        draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))),
    )
    writer = csv.writer(buffer, delimiter=separator, lineterminator=ends, quoting=quoting)
    writer.writerows([NAMES, *rows])
    return buffer.getvalue().encode(encoding, "replace"), encoding, separator


def check_csv(given: tuple[bytes, str, str]) -> str:
    """A file is read as it stands, or refused."""
    content, encoding, separator = given
    frame = csv_frame(content, separador=separator, codificacion=encoding)
    return same(frame, independent(content, encoding, separator))


def check_raw_csv(content: bytes) -> str:
    """Whatever bytes there are."""
    return check_csv((content, "utf-8", ","))


_plain_csv = csv_files(encodings=("utf-8",), separators=",").map(lambda each: each[0])

# ---- XLSX -------------------------------------------------------------------------------------------------------

_letters = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=10).filter(
    lambda text: text.strip() and not text.startswith(("=", "#"))
)
xlsx_cells = st.one_of(
    st.none(),
    _letters,
    st.integers(-(10**12), 10**12),
    st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(float),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda each: each.replace(microsecond=0)),  # noqa: DTZ001
)


@st.composite
def workbooks(draw: st.DrawFn) -> tuple[bytes, Records]:
    """A workbook, and what a person sees in it."""
    rows = draw(st.lists(st.tuples(_letters, *[xlsx_cells] * (len(NAMES) - 1)), max_size=5))
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate([tuple(NAMES), *rows], start=1):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_moments(buffer), [dict(zip(NAMES, map(seen, row), strict=True)) for row in rows]


def seen(value: Any) -> str | None:
    """How a person would write down a cell."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value or 0.0)).normalize(), "f")
    return str(value)


def check_xlsx(given: tuple[bytes, Records]) -> str:
    """A workbook is read as a person sees it; spoilt, it is refused or read as it was."""
    content, expected = given
    place = place_of("archivo", {"archivo": "filas.xlsx"})
    return same(read_or_refused(lambda: read_xlsx(place, "filas", "filas.xlsx", content)), expected)


def _without_moments(book: io.BytesIO) -> bytes:
    """The same workbook with no trace of when it was written, so that a seed brings its bytes back."""
    buffer = io.BytesIO()
    with ZipFile(book) as written, ZipFile(buffer, "w", ZIP_DEFLATED) as kept:
        for name in written.namelist():
            content = re.sub(rb"20[0-9-]{8}T[0-9:]{8}Z", b"2026-10-01T00:00:00Z", written.read(name))
            kept.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return buffer.getvalue()


@st.composite
def spoilt_workbooks(draw: st.DrawFn) -> tuple[bytes, Records]:
    """One of which some bytes were changed: the archive's check sums tell."""
    content, expected = draw(workbooks())
    return draw(spoilt(st.just(content))), expected


def targets() -> Iterator[Target]:
    """CSV and XLSX, good and spoilt."""
    yield Target("CSV", csv_files(), check_csv)
    yield Target("CSV dañado", spoilt(_plain_csv), check_raw_csv)
    yield Target("CSV, bytes cualesquiera", st.binary(max_size=200).map(_headed), check_raw_csv)
    yield Target("XLSX", workbooks(), check_xlsx)
    yield Target("XLSX dañado", spoilt_workbooks(), check_xlsx)


def _headed(content: bytes) -> bytes:
    """Under a good header."""
    return f"{HEADER}\n".encode() + content
