"""What stands in a cell of a public CSV."""

import csv
import io
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from movilidad.publishing.csv_text import number_cell, text_cell, to_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\u202e=", "\n-"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert text_cell(f"{start}cmd|' /C calc'!A0").startswith("'")


@given(st.text())
def test_no_text_can_run_hide_or_break_a_line(raw: str) -> None:
    cell = text_cell(raw)
    assert not cell.startswith(tuple("=+-@\t\r＝＋－＠"))
    assert not any(
        char in cell for char in "\r\n\t\u2028\u2029\u0085\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f"
    )


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_an_ordinary_text_stays_as_it_is(raw: str) -> None:
    assert text_cell(raw) == raw


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_a_reader_of_csv_gets_the_cells_back(raw: list[tuple[str, str]]) -> None:
    cells = [tuple(text_cell(text) for text in row) for row in raw]
    content = to_csv(["a", "b"], cells)
    assert [tuple(row) for row in csv.reader(io.StringIO(content.decode("utf-8"), newline=""))][1:] == cells
    assert b"\r" not in content


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_a_number_is_written_with_a_point_and_no_sign_of_thousands(value: Decimal) -> None:
    assert Decimal(number_cell(value)) == value
    assert set(number_cell(value)) <= set("-0123456789.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234567, "1234567"),
        (1234.5, "1234.5"),
        (100.0, "100"),
        (1e-7, "0.0000001"),
        (1e16, "1" + "0" * 16),
    ],
)
def test_numbers_have_one_form(value: float, text: str) -> None:
    assert number_cell(value) == text


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_what_is_missing_is_an_empty_cell(missing: object) -> None:
    assert text_cell(missing) == number_cell(missing) == ""
