"""One way of writing every value that a platform hands over: text, or None where there is none.

Dates are ISO 8601, instants ISO 8601 in UTC, numbers plain decimals, truth ``true`` or ``false``, lists of simple
values joined with ``|``. So the same record gives the same text from a database, a JSON service and a
spreadsheet, and snapshots can be compared.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

_LARGEST_EXPONENT = 60  # a number like 1E+400000000 must not be written out
_BAD = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def canonical_text(value: Any, zone: tzinfo = UTC) -> str | None:
    """The text of one value; None for missing ones.

    Args:
        zone: in which instants without a zone are meant.

    Characters that no database keeps (NUL, half surrogates) become U+FFFD, so that the row-level rules see them.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value if value.isprintable() else value.translate(_BAD)
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, date | time | timedelta):
        return _moment(value, zone)
    return _compound(value, zone)


def canonical_column(values: Sequence[Any], convert: Callable[[Any], str | None] = canonical_text) -> pa.Array:
    """The texts of many values of one column, as :func:`canonical_text` gives them, only faster.

    Args:
        convert: what makes the text of one value that is neither text nor whole number.
    """
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str} and "".join(filter(None, values)).isprintable():
        texts: list[str | None] = list(values)
    elif kinds == {int}:
        texts = [None if value is None else str(value) for value in values]
    elif len(kinds) == 1 and kinds <= {bool, date, datetime}:
        # equal values of these kinds have equal texts, which 1.50 and 1.5 have not
        known = {value: convert(value) for value in set(values)}
        texts = [known[value] for value in values]
    else:
        texts = [convert(value) for value in values]
    return pa.array(texts, type=pa.large_string())


def _number(value: float | Decimal) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        return None
    if isinstance(value, float) and number == number.to_integral_value() and abs(number) < 10**15:
        return str(int(number))
    if abs(number.adjusted()) > _LARGEST_EXPONENT:
        return str(number)
    return format(number, "f")


def _moment(value: date | time | timedelta, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=zone)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return value.isoformat()


def _compound(value: Any, zone: tzinfo) -> str | None:
    if isinstance(value, bytes | bytearray | memoryview):
        return _binary(bytes(value))
    if isinstance(value, Mapping):
        plain = {str(key): canonical_text(item, zone) for key, item in value.items()}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if isinstance(value, Sequence | set | frozenset):
        items = [canonical_text(item, zone) or "" for item in value]
        return "|".join(sorted(items) if isinstance(value, set | frozenset) else items)
    return str(value).translate(_BAD)


def _binary(value: bytes) -> str:
    if value in (b"\x00", b"\x01"):  # a BIT(1) of MySQL
        return str(value[0])
    try:
        return value.decode("utf-8").translate(_BAD)
    except UnicodeDecodeError:
        return value.hex()


def text_frame(rows: Iterable[Sequence[str | None]], columns: Sequence[str]) -> pd.DataFrame:
    """A frame of nullable text columns from rows of canonical text."""
    cells = list(zip(*rows, strict=True)) or [() for _ in columns]
    return frame_of_arrays([pa.array(values, type=pa.large_string()) for values in cells], columns)


def frame_of_arrays(arrays: Sequence[pa.Array | pa.ChunkedArray], columns: Sequence[str]) -> pd.DataFrame:
    """A frame of nullable text columns from Arrow's text columns."""
    frame: pd.DataFrame = pa.table(list(arrays), names=list(columns)).to_pandas()
    return frame


def frame_of_records(records: Sequence[Mapping[str, Any]], expected: Iterable[str] = ()) -> pd.DataFrame:
    """A frame from JSON-like records; a key that a record lacks is missing there.

    Args:
        expected: the columns when there is no record to tell them.
    """
    names = list(dict.fromkeys(key for record in records for key in record)) or list(expected)
    columns = [name.translate(_BAD) for name in names]
    return frame_of_arrays([canonical_column([record.get(name) for record in records]) for name in names], columns)
