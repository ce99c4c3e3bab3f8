"""When a number is odd: seasons are not faults, tiny numbers never alarm, a half-empty month does."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movilidad.model.periods import TZ, Month
from movilidad.quality.findings.cron import due
from movilidad.quality.findings.usual import Share, expected_count, is_unusual, is_unusual_share

MONTH = Month(2026, 10)
# of January to December: a season like that of the programme
SEASON = [118, 237, 514, 596, 556, 474, 394, 354, 238, 194, 155, 120]


def seasonal(years: float = 2.0, level: float = 1.0) -> dict[Month, int]:
    first = MONTH.plus(-round(12 * years))
    return {month: round(level * SEASON[month.month - 1]) for month in first.through(MONTH.plus(-1))}


def alarms(count: int, past: dict[Month, int], month: Month = MONTH) -> bool:
    expected = expected_count(month, past)
    return expected is not None and is_unusual(count, expected)


def test_a_season_is_expected_and_its_absence_is_not() -> None:
    past = seasonal(3)
    assert not alarms(194, past)
    assert alarms(40, past)
    assert alarms(600, past)
    april = {month: count for month, count in past.items() if month < Month(2026, 4)}
    assert not alarms(600, april, Month(2026, 4))
    assert alarms(100, april, Month(2026, 4))  # an ordinary number, but not of an April


def test_a_platform_that_grows_is_expected_to_grow() -> None:
    past = {
        month: round(count * 1.5) if month >= Month(2026, 1) else count for month, count in seasonal(3).items()
    }
    expected = expected_count(MONTH, past)
    assert expected is not None
    assert expected.value == pytest.approx(291, rel=0.02)


def test_one_odd_month_does_not_move_what_is_expected() -> None:
    past = seasonal(3)
    calm = expected_count(MONTH, past)
    odd = expected_count(MONTH, past | {Month(2026, 8): 0})
    assert calm is not None
    assert odd is not None
    assert odd.value == pytest.approx(calm.value, rel=0.05)


@given(st.dictionaries(st.integers(-36, -1), st.integers(0, 14), min_size=6), st.integers(0, 29))
def test_tiny_numbers_never_alarm(past: dict[int, int], count: int) -> None:
    assert not alarms(count, {MONTH.plus(step): number for step, number in past.items()})


def test_without_half_a_year_of_history_nothing_is_said() -> None:
    assert expected_count(MONTH, {MONTH.plus(-step): 500 for step in range(1, 6)}) is None
    assert alarms(0, {MONTH.plus(-step): 500 for step in range(1, 7)})


def test_a_share_alarms_only_outside_what_it_ever_was_and_beyond_chance() -> None:
    past = [Share(20 + step, 200) for step in range(13)]
    assert not is_unusual_share(Share(50, 200), past, 0.20)
    assert is_unusual_share(Share(120, 200), past, 0.20)
    assert not is_unusual_share(Share(20, 29), past, 0.20)  # too few rows to tell
    assert not is_unusual_share(Share(120, 200), past[:11], 0.20)  # not yet a whole year


def test_missing_cells_alarm_when_they_rise_not_when_they_fall() -> None:
    past = [Share(60, 200)] * 13
    assert is_unusual_share(Share(90, 200), past, 0.05, upwards_only=True)
    assert not is_unusual_share(Share(0, 200), past, 0.05, upwards_only=True)


@pytest.mark.parametrize(
    ("calendar", "moment"),
    [
        ("0 6 5 * *", datetime(2026, 11, 5, 6, tzinfo=TZ)),
        ("30 7 * * 1", datetime(2026, 11, 2, 7, 30, tzinfo=TZ)),
        ("15 6 10-12,20 12 *", datetime(2026, 12, 10, 6, 15, tzinfo=TZ)),
        ("0 */6 15 * 0", datetime(2026, 11, 1, 0, tzinfo=TZ)),  # the 15th or a Sunday
        ("0 6 31 2 *", None),
    ],
)
def test_a_month_is_due_when_the_calendar_comes_round_after_it(calendar: str, moment: datetime | None) -> None:
    assert due(calendar, MONTH) == moment
