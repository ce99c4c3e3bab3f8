"""Numbers, dates and texts of the report are written as in Guatemala."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movilidad.reports import numbers
from movilidad.reports.text import listed, printable, sentence, typographic


def test_numbers_money_and_dates_follow_the_usage_of_guatemala() -> None:
    assert numbers.number(1234567) == "1,234,567"
    assert numbers.number(1234.5, 1) == "1,234.5"
    assert numbers.quetzales(1234.5, 2) == "Q1,234.50"
    assert numbers.quetzales(22433) == "Q22,433"
    assert numbers.long_date(date(2026, 9, 5)) == "5 de septiembre de 2026"
    assert numbers.short_date(date(2028, 12, 31)) == "31 dic 2028"


def test_halves_are_rounded_away_from_zero() -> None:
    assert numbers.number(2.5) == "3"
    assert numbers.share(1, 8) == "13%"
    assert numbers.measured(27.5) == "27.5"
    assert numbers.measured(27.0) == "27"


def test_the_published_share_of_the_united_states_prints_as_88_percent() -> None:
    assert numbers.share(14147, 15995) == "88%"
    assert numbers.share(14147, 15995, 1) == "88.4%"


def test_a_share_never_claims_nothing_or_all_when_it_is_not() -> None:
    assert numbers.share(1, 1000) == "<1%"
    assert numbers.share(999, 1000) == ">99%"
    assert numbers.share(1, 100_000, 1) == "<0.1%"
    assert numbers.share(99_999, 100_000, 1) == ">99.9%"
    assert numbers.share(0, 1000) == "0%"
    assert numbers.share(1000, 1000) == "100%"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("Reclutadora \u202egnirts\u202c del Sur", "Reclutadora gnirts del Sur"),
        ("Línea uno\nlínea dos\u2028tres\x00", "Línea uno línea dos tres"),
        ("  a\t\tb\u200b ", "a b"),
        ("<b>K'iche'</b>", "<b>K'iche'</b>"),
    ],
)
def test_text_of_a_source_is_one_visible_line(given_text: str, shown: str) -> None:
    assert printable(given_text) == shown


@given(st.text())
def test_no_text_keeps_a_control_or_a_direction_mark(text: str) -> None:
    assert not set(printable(text)) & set("\x00\n\r\t\u2028\u2029\u200e\u200f\u202a\u202d\u202e\u2066\u2067\u2069")


def test_mayan_names_have_their_apostrophe_and_lists_their_conjunction() -> None:
    assert typographic("Q'eqchi'") == "Q’eqchi’"
    assert listed(["Canadá", "España", "Italia"]) == "Canadá, España e Italia"
    assert listed(["agua", "hielo"]) == "agua y hielo"
    assert listed(["Izabal"]) == "Izabal"
    assert sentence("hola mundo..") == "Hola mundo."
