"""Is a number what one would expect? Plain rules, robust against single odd months, silent where numbers are tiny.

**Counts.** Expected is the number of the same month a year ago, times how the last six months compare with
theirs of a year before (the median of the ratios); without a year of history, the median of the last twelve
months. Counts scatter as their square root does, so the distance is measured on that scale, 2(√n - √e), against
the scatter that the same forecast had in the past twelve months. A count alarms when the distance is more than
four times the usual one, when it is less than half or more than twice what was expected and what the same month
a year ago had, and when either is thirty or more.

**Shares.** A share alarms when it lies outside what the last twelve months and the same month two years ago
ever had, by more than twenty points (five for missing cells, which only alarm upwards) and by more than one and
a half times how far it swung in those months, and when chance alone would not do that to so many rows (four
standard errors). Of categories a whole year has to be known, so that a season is not taken for a fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from movilidad.model.periods import Month

_FEWEST_MONTHS = 6
_FEWEST_ROWS = 30
_FACTOR = 2.0
_DISTANCE = 4.0
_WHOLE_YEAR = 12
_SWING = 1.5


@dataclass(frozen=True)
class Expected:
    """What a count is compared with; ``scatter`` is the usual distance on the scale of square roots."""

    value: float
    year_ago: int | None
    median: float
    scatter: float


def expected_count(month: Month, past: Mapping[Month, int]) -> Expected | None:
    """What to expect of ``month`` from the months before it; None while there are fewer than six."""
    recent = [past[each] for each in month.plus(-12).through(month.plus(-1)) if each in past]
    if len(recent) < _FEWEST_MONTHS:
        return None
    misses = [
        abs(_distance(past[each], forecast))
        for each in month.plus(-12).through(month.plus(-1))
        if each in past and (forecast := _forecast(each, past)) is not None
    ]
    scatter = max(1.0, 1.4826 * median(misses)) if misses else 1.0
    value = _forecast(month, past)
    usual = median(recent)
    return Expected(usual if value is None else value, past.get(month.plus(-12)), usual, scatter)


def is_unusual(count: int, expected: Expected) -> bool:
    """Whether a count alarms."""
    if max(count, expected.value) < _FEWEST_ROWS:
        return False
    if abs(_distance(count, expected.value)) <= _DISTANCE * expected.scatter:
        return False
    reference = [expected.value] + ([expected.year_ago] if expected.year_ago is not None else [])
    return all(count < each / _FACTOR for each in reference) or all(count > each * _FACTOR for each in reference)


def _distance(count: float, expected: float) -> float:
    return 2 * (sqrt(count) - sqrt(expected))


def _forecast(month: Month, past: Mapping[Month, int]) -> float | None:
    """From the months before ``month`` only."""
    year_ago = past.get(month.plus(-12))
    ratios = [
        (past[each] + 1) / (past[each.plus(-12)] + 1)
        for each in month.plus(-6).through(month.plus(-1))
        if each in past and each.plus(-12) in past
    ]
    if year_ago is None or len(ratios) < 4:
        recent = [past[each] for each in month.plus(-12).through(month.plus(-1)) if each in past]
        return median(recent) if len(recent) >= _FEWEST_MONTHS else None
    return year_ago * median(ratios)


@dataclass(frozen=True)
class Share:
    """Part of a whole, in rows."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0


def is_unusual_share(now: Share, past: Sequence[Share], points: float, *, upwards_only: bool = False) -> bool:
    """Whether a share alarms beside those of earlier months."""
    known = [each for each in past if each.whole >= _FEWEST_ROWS]
    if now.whole < _FEWEST_ROWS or len(known) < (_FEWEST_MONTHS if upwards_only else _WHOLE_YEAR):
        return False
    low, high = min(each.value for each in known), max(each.value for each in known)
    beyond = now.value - high if now.value > high else low - now.value
    # employers hire many people at once: what always swings widely may swing a little further
    if beyond <= max(points, _SWING * (high - low)) or (upwards_only and now.value <= high):
        return False
    nearest = min(max(high if now.value > high else low, 0.01), 0.99)
    return beyond > _DISTANCE * sqrt(nearest * (1 - nearest) / now.whole)


def compared_months(month: Month) -> list[Month]:
    """The months that a share is compared with: the last twelve, and the same month two years ago."""
    return [month.plus(-24), *month.plus(-12).through(month.plus(-1))]
