"""The months of a period, by the way it is written."""

import re

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month

_YEAR = re.compile(r"(\d{4})")
_FOUR_MONTHS = re.compile(r"(\d{4})-C([123])")


def is_to_date(period: str) -> bool:
    """Whether it is the year to a month, ``2026-01/2026-10``."""
    return "/" in period


def months_of(period: str) -> tuple[str, ...]:
    """The months of ``2026-10``, ``2026-C3`` (September to December), ``2026`` or ``2026-01/2026-10``."""
    if match := _YEAR.fullmatch(period):
        first, last = Month(int(match[1]), 1), Month(int(match[1]), 12)
    elif match := _FOUR_MONTHS.fullmatch(period):
        last = Month(int(match[1]), 4 * int(match[2]))
        first = last.plus(-3)
    else:
        begin, _, end = period.partition("/")
        first = Month.parse(begin)
        last = Month.parse(end) if end else first
    if first > last:
        raise UsageError(f"el periodo «{period}» termina antes de empezar")
    return tuple(str(month) for month in first.through(last))
