import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from movilidad.demo import plan
from movilidad.demo.randomness import spread
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month


@given(st.integers(0, 100_000), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_spread_numbers_add_up_to_their_total_and_follow_the_weights(total: int, weights: list[int]) -> None:
    share = np.array(weights, dtype=float)
    parts = spread(total, share)
    assert parts.sum() == total
    assert np.abs(parts - total * share / share.sum()).max() < 1


def test_the_high_season_is_march_to_august() -> None:
    whole_years = {month: n.sum() for month, n in plan.departures(1).items() if month.year in (2022, 2023, 2024)}
    high = sum(count for month, count in whole_years.items() if 3 <= month.month <= 8)
    assert 0.65 < high / sum(whole_years.values()) < 0.8


def test_a_larger_scale_has_so_many_times_the_departures_of_every_year_and_country() -> None:
    once, hundred = plan.departures(1), plan.departures(100)
    for year in range(2019, 2027):
        months = [month for month in once if month.year == year and month <= plan.LAST]
        assert (sum(hundred[month] for month in months) == 100 * sum(once[month] for month in months)).all()


@pytest.mark.parametrize("until", [Month(2018, 12), Month(2026, 11)])
def test_a_month_outside_the_simulation_is_refused(until: Month) -> None:
    with pytest.raises(UsageError, match="2019-01 a 2026-10"):
        plan.months(until)


def test_italy_and_germany_have_left_by_june_2023_as_published() -> None:
    first_half = [n for month, n in plan.departures(1).items() if Month(2023, 1) <= month <= Month(2023, 5)]
    by_country = dict(zip(plan.COUNTRIES, np.sum(first_half, axis=0), strict=True))
    assert by_country["ITA"] >= 3
    assert by_country["DEU"] >= 1
