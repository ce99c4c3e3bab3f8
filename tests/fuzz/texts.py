"""Single texts: canonical text, numbers, dates, months, truth, CUI; each beside a reading of its own."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from fuzz.target import Target
from fuzz.verdict import READ, REFUSED
from movilidad.model.identifiers import CuiStatus, cui_status
from movilidad.quality import readers
from movilidad.sources.canonical_text import canonical_column, canonical_text

_YES = ("1", "t", "true", "si", "s", "verdadero", "yes", "y", "x")
_NO = ("0", "f", "false", "no", "n", "falso")
_digits = st.text("0123456789", max_size=16)
_numbers = st.one_of(
    st.text(max_size=12),
    st.text("0123456789,.+-eE ٣", max_size=12),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(lambda each: f"{each:,}"),
)
_moments = st.one_of(
    st.text(max_size=20),
    st.text("0123456789-T:Z+/ .", max_size=26),
    st.dates().map(str),
    st.datetimes(timezones=st.none() | st.just(UTC)).map(str),
    st.sampled_from(
        ("now", "today", "2026-02-30", "0001-01-01", "9999-12-31", "2026-W01-1", "20261005", "2026-278")
    ),
)
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.text(max_size=8),
        st.binary(max_size=8),
        st.dates(),
        st.datetimes(timezones=st.none() | st.just(UTC)),
        st.times(),
        st.timedeltas(max_value=timedelta(days=10**6)),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def one(reader: Any, text: str) -> tuple[Any, str]:
    """What a reader of columns makes of one text: value and state."""
    cleaned = reader(pd.Series([text], dtype="str"))
    return cleaned.values.iloc[0], str(cleaned.states.iloc[0])


def check_value(value: Any) -> str:
    """One text for every value, the same alone and in a column, that every database and file can keep."""
    text = canonical_text(value)
    assert canonical_column([value, value]).to_pylist() == [text, text]
    if text is None:
        assert value is None or not Decimal(value).is_finite()
        return REFUSED
    text.encode("utf-8")
    assert "\0" not in text
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        assert Decimal(text) == Decimal(repr(value) if isinstance(value, float) else value)
    if isinstance(value, datetime):
        assert datetime.fromisoformat(text) == (value if value.tzinfo else value.replace(tzinfo=UTC))
    return READ


def check_number(text: str) -> str:
    """A number is what Python's exact decimals make of it, its commas being thousands."""
    value, state = one(readers.read_decimal, text)
    if state != "ok":
        assert pd.isna(value)
        return REFUSED
    assert re.fullmatch(r"[+-]?[0-9.,]+([eE][+-]?[0-9]+)?", text)
    whole = text.partition(".")[0].lstrip("+-")
    assert all(len(group) == 3 for group in whole.split(",")[1:])
    try:
        assert float(Decimal(text.replace(",", ""))) == value
    except InvalidOperation:
        raise AssertionError("no es un número") from None
    whole_value, whole_state = one(readers.read_integer, text)
    assert (whole_state == "ok") == (value == int(value) and abs(value) < 2**53)
    assert whole_state != "ok" or whole_value == value
    return READ


def check_date(text: str) -> str:
    """A date is the day that stands at its beginning, by the calendar, within two centuries."""
    value, state = one(readers.read_date, text)
    if state != "ok":
        assert pd.isna(value)
        return REFUSED
    assert value.date() == date.fromisoformat(text[:10])
    assert date(1900, 1, 1) <= value.date() < date(2200, 1, 1)
    return READ


def check_instant(text: str) -> str:
    """An instant is what ISO 8601 says; without an offset it is UTC."""
    value, state = one(readers.read_instant, text)
    if state != "ok":
        assert pd.isna(value)
        return REFUSED
    wanted = datetime.fromisoformat(re.sub(r"\s(?=(Z|[+-][0-9:]{2,6})$)", "", text))
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    assert abs(value.to_pydatetime(warn=False) - wanted) < timedelta(microseconds=1)
    return READ


def check_month(text: str) -> str:
    """A month is a year and a number from 1 to 12."""
    value, state = one(readers.read_month, text)
    if state != "ok":
        return REFUSED
    assert re.match(r"[0-9]{4}-[0-9]{2}", text)
    assert value == text[:7]
    assert 1 <= int(value[5:]) <= 12
    return READ


def check_cui(text: str) -> str:
    """A CUI is thirteen digits of which the ninth fits the eight before it."""
    digits = [letter for letter in text if not letter.isspace() and letter != "-"]
    plain = len(digits) == 13 and all(letter in "0123456789" for letter in digits)
    fits = plain and sum((at + 2) * int(letter) for at, letter in enumerate(digits[:8])) % 11 == int(digits[8])
    status = cui_status(text)
    assert (status is CuiStatus.EMPTY) == (not digits)
    assert (status in (CuiStatus.OK, CuiStatus.UNKNOWN_PLACE)) == fits
    assert (status is CuiStatus.WRONG_CHECK_DIGIT) == (plain and not fits)
    return READ if fits else REFUSED


def check_truth(text: str) -> str:
    """Truth has few words."""
    value, state = one(readers.read_logical, text)
    if state != "ok":
        return REFUSED
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isascii())
    assert bool(value) == (bare.strip() in _YES)
    assert bare.strip() in _YES + _NO
    return READ


def targets() -> Iterator[Target]:
    """Every reader of one text."""
    yield Target("texto canónico", values, check_value)
    yield Target("números", _numbers.filter(bool), check_number)
    yield Target("fechas", _moments.filter(bool), check_date)
    yield Target("instantes", _moments.filter(bool), check_instant)
    yield Target("meses", _moments.filter(bool), check_month)
    yield Target("CUI", _digits | st.text("0123456789 -٣", max_size=18) | _valid_cui(), check_cui)
    yield Target(
        "sí o no", st.text(max_size=10).filter(bool) | st.sampled_from(("Sí", "NO", "x", "ＹＥＳ")), check_truth
    )


@st.composite
def _valid_cui(draw: st.DrawFn) -> str:
    first = draw(st.text("0123456789", min_size=8, max_size=8))
    check = sum((at + 2) * int(letter) for at, letter in enumerate(first)) % 11
    return f"{first[:4]} {first[4:]}{check % 10} {draw(st.text('0123456789', min_size=4, max_size=4))}"
