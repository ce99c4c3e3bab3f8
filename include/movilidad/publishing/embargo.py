"""The embargo: the calendar's minute as an announcement, and when a draft may come out."""

from datetime import datetime

from movilidad.model.periods import Month, Period
from movilidad.publishing.calendar import load_calendar
from movilidad.publishing.candidate import load, release_id
from movilidad.publishing.locks import exclusive
from movilidad.publishing.register import find, next_id, parse_id
from movilidad.publishing.schedule import announced_for, enter_announcement, printed_minute
from movilidad.publishing.signoff import require_decided
from movilidad.publishing.stages import prepare
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def begin(series: str, span: Month | Period, now: datetime) -> str:
    """Announce a release as the calendar does, then prepare it; give the candidate's id.

    Raises:
        UsageError: the calendar is wrong, or was changed to a date that is past.
    """
    announce(series, Period.of(span), now)
    return prepare(series, span, now.date())


def announce(series: str, period: Period, now: datetime) -> None:
    """Let the calendar's minute of a first release be its announced one, as long as it lies ahead.

    A period whose minute was past before anybody worked on it is made up for, without delay; so is a revision. A
    minute that somebody announced by hand stays. An announced minute that the calendar moves has to lie ahead.
    """
    calendar = load_calendar()
    if series not in calendar.reglas:
        return
    entry, first, engine = calendar.entry(series, period), release_id(series, period, 1), warehouse(Role.PUBLISH)
    with exclusive(engine, f"{series}/{period}"), engine.begin() as connection:
        if next_id(connection, series, period) != first:
            return
        known = announced_for(connection, first, of_calendar=True)
        if known is None and (entry.momento <= now or announced_for(connection, first)):
            return
        if known != entry.momento:
            moment = entry.require_future(now).momento
            enter_announcement(connection, first, moment, now, of_calendar=True)


def minute_of(publicacion_id: str, now: datetime) -> datetime | None:
    """The minute in which a decided draft comes out; None if it may now.

    Raises:
        NotYetError: it was held or rejected.
        DataError: it was written for another minute.
    """
    series, period, _ = parse_id(publicacion_id)
    with warehouse(Role.PUBLISH).connect() as connection:
        release = find(connection, publicacion_id)
        if release.was_seen:
            return None
        require_decided(connection, release)
    announce(series, period, now)
    with warehouse(Role.PUBLISH).connect() as connection:
        moment = printed_minute(connection, publicacion_id, load(release.candidate_id).anunciada)
    return moment if moment and moment > now else None
