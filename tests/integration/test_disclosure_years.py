"""Two years of releases, in order, with their four-month and annual ones, late records and revisions."""

import pytest
from office import Office
from two_years import in_order, publish, two_years


@pytest.mark.timeout(1800)
def test_two_years_of_releases_reveal_nothing_at_any_step() -> None:
    office, months = Office(), two_years()
    shown = 0
    for period in in_order(months):
        found = publish(office, period, months, linked=True)
        shown += sum(entry.shown for entry in found)
        assert office.findings(period[:4]) == [], period
    assert len(office.order) == 24 + 6 + 2 + 3
    assert shown > 100 * len(office.order), "what protects everybody must not say nothing"


def test_the_same_releases_without_the_link_over_time_are_caught() -> None:
    office, months = Office(), two_years()
    for period in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-C1"):
        publish(office, period, months, linked=False)
    assert office.findings("2025") != []
