"""A year of releases with everything that a month prints: its year to date too, which makes the attack long."""

import pytest
from office import Office
from two_years import in_order, publish, two_years


@pytest.mark.timeout(2 * 60 * 60)
def test_a_year_with_its_years_to_date_reveals_nothing_at_any_step() -> None:
    office, months = Office(to_date=True), two_years()
    for period in in_order(months):
        if period.startswith("2025"):
            publish(office, period, months, linked=True)
            assert office.findings("2025") == [], period
