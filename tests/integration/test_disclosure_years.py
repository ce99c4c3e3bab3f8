"""Two years of releases, in order, with their four-month and annual ones, late records and revisions."""

import numpy as np
import pandas as pd
import pytest
from invented_people import departures, people
from office import Office

from movilidad.disclosure.history import Entry

_LATE = {"2025-06": 1, "2026-02": 5}  # month → persons registered after its first publication


def _months() -> dict[str, pd.DataFrame]:
    """Twenty-four months in season, of people of whom some leave again in the same year."""
    folk = people(1, 400)
    found = {}
    for number in range(24):
        month = f"{2025 + number // 12}-{1 + number % 12:02d}"
        found[month] = departures(folk, month, int(20 + 10 * np.sin(number)), number, again=0.03)
    return found


def _calendar(months: dict[str, pd.DataFrame]) -> list[str]:
    """What is published, in order."""
    order: list[str] = []
    for month in months:
        order.append(month)
        number = int(month[5:])
        if number % 4 == 0:
            order.append(f"{month[:4]}-C{number // 4}")
        if number == 12:
            order.append(month[:4])
        if month == "2025-10":  # a month of a closed period is revised, and with it the period
            order += ["2025-06", "2025-C2"]
        if month == "2026-03":
            order.append("2026-02")
    return order


def _early(rows: pd.DataFrame, month: str) -> pd.DataFrame:
    """The month without those who are registered late."""
    return rows.iloc[: len(rows) - _LATE.get(month, 0)].reset_index(drop=True)


def _publish(office: Office, period: str, months: dict[str, pd.DataFrame], *, linked: bool) -> list[Entry]:
    if period not in months:
        return office.publish_longer(period, forgetful=not linked)
    again = period in office.rows
    return office.publish(period, months[period] if again else _early(months[period], period))


@pytest.mark.timeout(1800)
def test_two_years_of_releases_reveal_nothing_at_any_step() -> None:
    office, months = Office(), _months()
    shown = 0
    for period in _calendar(months):
        found = _publish(office, period, months, linked=True)
        shown += sum(entry.shown for entry in found)
        assert office.findings(period[:4]) == [], period
    assert len(office.order) == 24 + 6 + 2 + 3
    assert shown > 100 * len(office.order), "what protects everybody must not say nothing"


def test_the_same_releases_without_the_link_over_time_are_caught() -> None:
    office, months = Office(), _months()
    for period in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-C1"):
        _publish(office, period, months, linked=False)
    assert office.findings("2025") != []
