"""CSV as RFC 4180 has it: UTF-8 without mark, line feeds, quotes only where needed, nothing that runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from movilidad.model.formulas import is_active
from movilidad.model.plain_text import plain_text


def to_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file of a header and rows of finished cells."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")


def text_cell(value: Any) -> str:
    """A text as a cell that no spreadsheet runs and that reads in the order in which it is written.

    Line breaks and other blanks become one blank; control and direction marks go, and what XML has no place for;
    a leading sign that would start a formula gets an apostrophe before it. A missing value is an empty cell.
    """
    raw = "" if pd.isna(value) else str(value)
    plain = plain_text(raw)
    return f"'{plain}" if is_active(raw) or is_active(plain) else plain


def number_cell(value: Any) -> str:
    """A number with a decimal point and nothing else: ``1234.5``; a missing value is an empty cell."""
    if pd.isna(value):
        return ""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
