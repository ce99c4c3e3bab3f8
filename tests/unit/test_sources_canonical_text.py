"""Every value of every platform is written in one way."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movilidad.sources.canonical_text import canonical_column, canonical_text, frame_of_records, text_frame


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (" Ixcán ", " Ixcán "),
        (True, "true"),
        (7, "7"),
        (15.0, "15"),
        (11.59, "11.59"),
        (1e-7, "0.0000001"),
        (float("nan"), None),
        (Decimal("1234.50"), "1234.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("NaN"), None),
        (Decimal("1E+400000"), "1E+400000"),
        (date(2026, 10, 5), "2026-10-05"),
        (datetime(2026, 10, 5, 8, tzinfo=ZoneInfo("America/Guatemala")), "2026-10-05T14:00:00+00:00"),
        (datetime(2026, 10, 5, 8), "2026-10-05T08:00:00+00:00"),  # noqa: DTZ001 (as a driver gives it)
        (time(8, 30), "08:30:00"),
        (timedelta(hours=1), "1:00:00"),
        (b"\x01", "1"),
        (b"ca\xc3\xb1a", "caña"),
        (b"\xff\xfe", "fffe"),
        (["USA", None, "CAN"], "USA||CAN"),
        ({"USA", "CAN"}, "CAN|USA"),
        ({"b": 1, "a": None}, '{"a":null,"b":"1"}'),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("a\x00b\ud800", "a\ufffdb\ufffd"),
        ("dos\nlíneas", "dos\nlíneas"),
    ],
)
def test_each_kind_of_value_has_one_text(value: object, text: str | None) -> None:
    assert canonical_text(value) == text


def test_an_instant_without_zone_is_read_in_the_zone_of_the_contract() -> None:
    naive = datetime(2026, 10, 31, 20)  # noqa: DTZ001 (as a driver gives it)
    assert canonical_text(naive, ZoneInfo("America/Guatemala")) == "2026-11-01T02:00:00+00:00"
    assert canonical_text(naive, UTC) == "2026-10-31T20:00:00+00:00"


@given(st.text())
def test_any_text_can_be_stored(text: str) -> None:
    stored = canonical_text(text)
    assert stored is not None
    assert "\0" not in stored
    stored.encode("utf-8")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_decimal_keeps_its_value(number: Decimal) -> None:
    text = canonical_text(number)
    assert text is not None
    assert Decimal(text) == number


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.decimals(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=4,
)


@given(st.lists(st.dictionaries(st.text(max_size=3), JSON, max_size=3), max_size=4))
def test_any_list_of_records_becomes_text(records: list[dict[str, object]]) -> None:
    frame = frame_of_records(records)
    assert len(frame) == (len(records) if any(records) else 0)
    assert all(
        cell is None or isinstance(cell, str)
        for cell in frame.astype(object).where(frame.notna(), None).values.flat
    )


@given(
    st.one_of(
        st.lists(st.one_of(st.none(), values), max_size=6)
        for values in (
            st.text(),
            st.integers(),
            st.booleans(),
            st.dates(),
            st.decimals(),
            st.floats(),
            st.datetimes(timezones=st.sampled_from([UTC, ZoneInfo("America/Guatemala")])),
            st.one_of(st.booleans(), st.integers(0, 1), st.floats(0, 1)),
        )
    )
)
def test_a_column_reads_like_its_values(values: list[object]) -> None:
    assert canonical_column(values).to_pylist() == [canonical_text(value) for value in values]


def test_a_key_that_a_record_lacks_is_missing_there() -> None:
    frame = frame_of_records([{"a": 1}, {"b": Decimal("2.50")}])
    assert frame.astype(object).where(frame.notna(), None).to_numpy().tolist() == [["1", None], [None, "2.50"]]


def test_no_record_still_has_the_columns_expected() -> None:
    assert list(frame_of_records([], ["a", "b"]).columns) == ["a", "b"]
    assert list(text_frame([], ["a", "b"]).columns) == ["a", "b"]
