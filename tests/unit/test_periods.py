from datetime import UTC, datetime

import pytest

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month


def test_the_first_of_november_at_05_59_utc_is_october_in_guatemala() -> None:
    assert Month.of(datetime(2026, 11, 1, 5, 59, tzinfo=UTC)) == Month(2026, 10)
    assert Month.of(datetime(2026, 11, 1, 6, 0, tzinfo=UTC)) == Month(2026, 11)


def test_a_month_begins_and_ends_at_midnight_of_guatemala() -> None:
    october = Month.parse("2026-10")
    assert october.start == datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert october.end == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert str(october.last_day) == "2026-10-31"


@pytest.mark.parametrize("text", ["abril", "2026-13", "2026-1", "26-10", "2026-10-01", "", "2026-10 "])
def test_anything_but_a_year_and_month_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="2026-10"):
        Month.parse(text)


def test_a_month_that_has_not_ended_is_refused() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert Month.parse("2026-10").require_complete(now) == Month.last_complete(now)
    with pytest.raises(UsageError, match="todavía no ha terminado"):
        Month.parse("2026-11").require_complete(now)


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert [str(month) for month in Month(2025, 11).through(Month(2026, 2))] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert Month(2026, 10).label == "octubre de 2026"
