"""The embargo: the calendar's minute as an announcement, and when a draft may come out."""

from datetime import datetime

from sqlalchemy import Connection, text

from movilidad.model.periods import TZ, Month, Period
from movilidad.publishing.calendar import load_calendar
from movilidad.publishing.candidate import load, release_id
from movilidad.publishing.locks import exclusive
from movilidad.publishing.register import find, next_id, parse_id
from movilidad.publishing.schedule import announced_for, printed_minute
from movilidad.publishing.signoff import require_decided
from movilidad.publishing.stages import prepare
from movilidad.store.engine import warehouse


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
    entry, first, engine = calendar.entry(series, period), release_id(series, period, 1), warehouse()
    with exclusive(engine, f"{series}/{period}"), engine.begin() as connection:
        if next_id(connection, series, period) != first:
            return
        known = _of_calendar(connection, first)
        if known is None and (entry.momento <= now or announced_for(connection, first)):
            return
        if known != entry.momento:
            _enter(connection, first, entry.require_future(now).momento, now)


def minute_of(publicacion_id: str, now: datetime) -> datetime | None:
    """The minute in which a decided draft comes out; None if it may now.

    Raises:
        NotYetError: it was held or rejected.
        DataError: it was written for another minute.
    """
    series, period, _ = parse_id(publicacion_id)
    with warehouse().connect() as connection:
        release = find(connection, publicacion_id)
        if release.was_seen:
            return None
        require_decided(connection, release)
    announce(series, period, now)
    with warehouse().connect() as connection:
        moment = printed_minute(connection, publicacion_id, load(release.candidate_id).anunciada)
    return moment if moment and moment > now else None


def _of_calendar(connection: Connection, publicacion_id: str) -> datetime | None:
    query = text("SELECT no_antes FROM control.anuncios WHERE publicacion_id = :id AND del_calendario")
    found: datetime | None = connection.execute(query, {"id": publicacion_id}).scalar()
    return found.astimezone(TZ) if found else None


def _enter(connection: Connection, publicacion_id: str, moment: datetime, now: datetime) -> None:
    connection.execute(
        text(
            "INSERT INTO control.anuncios (publicacion_id, no_antes, registrado, del_calendario)"
            " VALUES (:id, :moment, :now, true) ON CONFLICT (publicacion_id) DO UPDATE SET"
            " no_antes = EXCLUDED.no_antes, registrado = EXCLUDED.registrado"
        ),
        {"id": publicacion_id, "moment": moment, "now": now},
    )
