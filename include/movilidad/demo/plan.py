"""How many people leave, by month and country of work.

The totals of the years and countries are the published figures of the programme (``include/datos``), exactly.
Where the ministry published only a sum, the parts are ours: Spain, Mexico, Italy and Germany in 2019, 2023 and
2025; 2023 is what the cumulative figure of July 2025 leaves. For 2022 the published total (2,525) contradicts the
published countries (2,396 + 139); the simulation follows the countries. After March 2026 everything is ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from movilidad.demo.randomness import Ints, spread
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month

FIRST, LAST = Month(2019, 1), Month(2026, 10)
#: applications come up to so many months before a departure
LEAD = 8
COUNTRIES = ("USA", "CAN", "ESP", "MEX", "ITA", "DEU")


@dataclass(frozen=True)
class Segment:
    """Departures of a run of months, by country in the order of ``COUNTRIES``."""

    first: Month
    last: Month
    totals: tuple[int, int, int, int, int, int]


SEGMENTS = (
    Segment(Month(2019, 9), Month(2019, 12), (3, 12, 0, 0, 0, 0)),
    Segment(Month(2020, 1), Month(2020, 12), (39, 80, 0, 0, 0, 0)),
    Segment(Month(2021, 1), Month(2021, 12), (697, 219, 0, 0, 0, 0)),
    Segment(Month(2022, 1), Month(2022, 12), (2396, 139, 0, 0, 0, 0)),
    Segment(Month(2023, 1), Month(2023, 6), (2280, 210, 112, 30, 5, 3)),
    Segment(Month(2023, 7), Month(2023, 12), (1636, 146, 48, 22, 1, 0)),
    Segment(Month(2024, 1), Month(2024, 12), (3704, 230, 0, 0, 11, 0)),
    Segment(Month(2025, 1), Month(2025, 6), (3052, 297, 193, 19, 10, 3)),
    Segment(Month(2025, 7), Month(2025, 7), (340, 40, 10, 5, 2, 1)),
    Segment(Month(2025, 8), Month(2025, 12), (320, 60, 25, 10, 4, 2)),
    Segment(Month(2026, 1), Month(2026, 3), (262, 36, 79, 6, 3, 1)),
    Segment(Month(2026, 4), Month(2026, 10), (1640, 205, 90, 38, 14, 6)),
    # beyond the last month nobody has left yet, but people apply for these places already
    Segment(Month(2026, 11), Month(2027, 6), (1370, 190, 150, 28, 12, 5)),
)

# January to December; high from March to August
_SEASON = {
    "USA": (3, 6, 13, 15, 14, 12, 10, 9, 6, 5, 4, 3),
    "CAN": (3, 6, 13, 16, 15, 12, 10, 9, 7, 4, 3, 2),
    "ESP": (5, 13, 30, 20, 4, 3, 4, 4, 5, 6, 4, 2),
    "MEX": (6, 7, 9, 9, 9, 8, 9, 9, 9, 10, 8, 7),
    "ITA": (2, 5, 20, 25, 25, 12, 5, 4, 1, 1, 0, 0),
    "DEU": (2, 8, 4, 10, 4, 4, 3, 3, 4, 5, 3, 1),
}


def months(until: Month) -> list[Month]:
    """All months with records, up to ``until``; a UsageError for a month that the simulation does not know."""
    if not FIRST <= until <= LAST:
        raise UsageError(
            "la simulación no llega a ese mes", period=until, remedy=f"elija un mes de {FIRST} a {LAST}"
        )
    return FIRST.through(until)


def departures(scale: int) -> dict[Month, Ints]:
    """Departures of each month of the plan by country; also of the eight months after the last."""
    plan = {month: np.zeros(len(COUNTRIES), dtype=np.int64) for month in FIRST.through(LAST.plus(LEAD))}
    for segment in SEGMENTS:
        for position, counts in _by_month(segment, scale):
            for month, count in zip(segment.first.through(segment.last), counts, strict=True):
                plan[month][position] += count
    return plan


def _by_month(segment: Segment, scale: int) -> Iterator[tuple[int, Ints]]:
    span = segment.first.through(segment.last)
    for position, country in enumerate(COUNTRIES):
        weights = np.array([_SEASON[country][month.month - 1] for month in span], dtype=float)
        yield position, spread(segment.totals[position] * scale, weights)
