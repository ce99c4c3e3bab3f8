"""Which publications an incident concerns, and when readers expect them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from movilidad.model.errors import UsageError
from movilidad.model.periods import Period
from movilidad.model.series import SERIES
from movilidad.publishing.calendar import Calendar, Entry, load_calendar

# a month that old was never announced to today's readers: it is being made up for
_FORGOTTEN = timedelta(days=60)


@dataclass(frozen=True)
class Publication:
    """A publication concerned: its entry in the calendar and whether readers have it."""

    entry: Entry
    public: bool

    def is_awaited(self, now: datetime) -> bool:
        """Whether readers expect it: announced, and not there."""
        return not self.public and now < self.entry.momento + _FORGOTTEN


def calendar() -> Calendar:
    """The release calendar; an empty one while its file is wrong, since alerts go out in any case."""
    try:
        return load_calendar()
    except UsageError:
        return Calendar(reglas={})


def concerned(connection: Connection, series: Iterable[str], periods: Iterable[str]) -> list[Publication]:
    """The publications of ``series`` that ``periods`` are part of, earliest first."""
    entries = {entry.name: entry for entry in _entries(calendar(), list(series), list(periods))}
    found = [Publication(entry, is_public(connection, entry)) for entry in entries.values()]
    return sorted(found, key=lambda each: (each.entry.momento, each.entry.name))


def is_public(connection: Connection, entry: Entry) -> bool:
    """Whether readers have the publication of an entry."""
    # it brings the libraries of the statistics along, and every task that succeeds asks this room
    from movilidad.publishing.register import newest_public

    return newest_public(connection, entry.serie, entry.periodo) is not None


def has_draft(connection: Connection, entry: Entry) -> bool:
    """Whether there is at least a draft of the publication of an entry."""
    from movilidad.publishing.register import releases

    return bool(releases(connection, entry.serie, entry.periodo))


def is_urgent(publications: Iterable[Publication], now: datetime, within: timedelta) -> bool:
    """Whether one of them is expected soon."""
    return any(not each.public and now <= each.entry.momento <= now + within for each in publications)


def period_of(series: str, text: str) -> Period | None:
    """The period of a series that a month or period is part of; None if there is none."""
    try:
        period = Period.parse(text)
    except UsageError:
        return None
    return SERIES[series].period_of(period) if series in SERIES else None


def _entries(calendar: Calendar, series: list[str], periods: list[str]) -> Iterator[Entry]:
    for each in series:
        if each in calendar.reglas:
            yield from (calendar.entry(each, period) for text in periods if (period := period_of(each, text)))
