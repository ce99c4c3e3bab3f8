"""Values of an evaluation as cells; a count that the protection hid is None."""

from datetime import datetime, timedelta

from movilidad.model.periods import TZ
from movilidad.reports import numbers
from movilidad.reports.elements import Cell
from movilidad.reports.text import printable

NOT_KNOWN = Cell(numbers.NOT_KNOWN)
_HIDDEN = Cell(numbers.HIDDEN, oculta=True)


def count(value: int | None) -> Cell:
    """A count, or ``c`` where it is hidden."""
    return _HIDDEN if value is None else Cell(numbers.number(value), value)


def share(part: int | None, whole: int | None) -> Cell:
    """A share in per cent; hidden where its part or its whole is."""
    if part is None or whole is None:
        return _HIDDEN
    return Cell(numbers.share(part, whole, 1), part / whole) if whole else NOT_KNOWN


def milliseconds(value: float | None) -> Cell:
    """``340 ms``, or seconds with one decimal from ten of them on."""
    if value is None:
        return NOT_KNOWN
    text = f"{numbers.number(value / 1000, 1)} s" if value >= 10_000 else f"{numbers.number(value)} ms"
    return Cell(text, value)


def length(value: timedelta) -> Cell:
    """``45 min``, ``3 h 15 min``, ``2 d 4 h``."""
    minutes = round(value.total_seconds() / 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return Cell(f"{numbers.number(days)} d {hours} h", minutes)
    return Cell(f"{hours} h {minutes % 60} min" if hours else f"{minutes} min", minutes)


def moment(value: datetime | None, unknown: str) -> Cell:
    """``5 nov 2026, 06:00`` as the clocks of Guatemala show it."""
    if value is None:
        return Cell(unknown)
    local = value.astimezone(TZ)
    return Cell(f"{numbers.short_date(local.date())}, {local:%H:%M}")


def words(text: str) -> Cell:
    return Cell(printable(text))
