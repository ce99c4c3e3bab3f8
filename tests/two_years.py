"""Two years of months of invented people, and the order in which everything about them is published."""

import numpy as np
import pandas as pd
from invented_people import departures, people
from office import Office

from movilidad.disclosure.history import Entry

_LATE = {"2025-06": 1, "2026-02": 5}  # month → persons registered after its first publication


def two_years() -> dict[str, pd.DataFrame]:
    """Twenty-four months in season, of people of whom some leave again in the same year."""
    folk = people(1, 400)
    found = {}
    for number in range(24):
        month = f"{2025 + number // 12}-{1 + number % 12:02d}"
        found[month] = departures(folk, month, int(20 + 10 * np.sin(number)), number, again=0.03)
    return found


def in_order(months: dict[str, pd.DataFrame]) -> list[str]:
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


def early(rows: pd.DataFrame, month: str) -> pd.DataFrame:
    """The month without those who are registered late."""
    return rows.iloc[: len(rows) - _LATE.get(month, 0)].reset_index(drop=True)


def publish(office: Office, period: str, months: dict[str, pd.DataFrame], *, linked: bool) -> list[Entry]:
    if period not in months:
        return office.publish_longer(period, forgetful=not linked)
    again = period in office.rows
    return office.publish(period, months[period] if again else early(months[period], period))
