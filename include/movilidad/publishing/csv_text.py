"""CSV as RFC 4180 has it: UTF-8 without mark, line feeds, quotes only where needed, nothing that runs."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from movilidad.model.formulas import is_active


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


@lru_cache(maxsize=1 << 14)  # the same codes and names come in every table
def plain_text(text: str) -> str:
    """A text on one line, without control and direction marks and what XML has no place for."""
    return "".join(char for char in " ".join(text.split()) if _stands_in_text(char))


def _stands_in_text(char: str) -> bool:
    noncharacter = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return not noncharacter and unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def number_cell(value: Any) -> str:
    """A number with a decimal point and nothing else: ``1234.5``; a missing value is an empty cell."""
    if pd.isna(value):
        return ""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
