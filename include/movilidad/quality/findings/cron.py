"""When a contract's calendar is due: the five fields of cron, in the time of Guatemala."""

from datetime import datetime, time, timedelta

from movilidad.model.periods import TZ, Month

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_LONGEST = 400  # days; a calendar that does not come round in a year never does


def due(calendar: str, month: Month) -> datetime | None:
    """The first moment after ``month`` that the calendar names; None if it names none."""
    minutes, hours, days, months, weekdays = (
        _values(part, *bounds) for part, bounds in zip(calendar.split(), _RANGES, strict=True)
    )
    any_day, any_weekday = (calendar.split()[position] == "*" for position in (2, 4))
    day = month.plus(1).first_day
    for _ in range(_LONGEST):
        of_month, of_week = day.day in days, (day.isoweekday() % 7) in {each % 7 for each in weekdays}
        # cron's own rule: if both are restricted, either will do
        fits = (of_month and of_week) if any_day or any_weekday else (of_month or of_week)
        if day.month in months and fits:
            return datetime.combine(day, time(min(hours), min(minutes)), TZ)
        day += timedelta(days=1)
    return None


def _values(part: str, first: int, last: int) -> set[int]:
    found: set[int] = set()
    for piece in part.split(","):
        span, _, step = piece.partition("/")
        low, _, high = span.partition("-")
        begin, end = (first, last) if low == "*" else (int(low), int(high or (last if step else low)))
        found |= set(range(begin, end + 1, int(step or 1)))
    return found
