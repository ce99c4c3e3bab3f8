"""The release calendar as iCalendar (RFC 5545), for people's own calendars."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from movilidad.publishing.calendar import Entry
from movilidad.reports.numbers import long_date

_LENGTH = timedelta(minutes=15)


def as_icalendar(entries: Iterable[Entry], address: str, stamp: datetime) -> bytes:
    """The calendar's file.

    Args:
        address: of the portal, with its slash; each event has an address and a name of its own below it.
        stamp: when the calendar was made; equal arguments give equal bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//MINTRAB//Movilidad laboral//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Movilidad laboral: calendario de publicaciones")
    calendar.add("x-wr-timezone", "America/Guatemala")
    host = address.partition("://")[2].partition("/")[0]
    for entry in entries:
        calendar.add_component(_event(entry, address, host, stamp))
    return bytes(calendar.to_ical())


def _event(entry: Entry, address: str, host: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.name.replace('/', '-')}@{host}")
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", entry.momento.astimezone(UTC))
    event.add("dtend", (entry.momento + _LENGTH).astimezone(UTC))
    event.add("summary", f"{entry.label}: movilidad laboral de Guatemala")
    event.add("url", f"{address}{entry.name}/")
    event.add("sequence", 1 if entry.antes else 0)
    event.add("transp", "TRANSPARENT")
    if entry.antes:
        event.add("description", f"Fecha cambiada: antes {long_date(entry.antes.date())}. Motivo: {entry.motivo}")
    return event
