"""The announced minute of a release: nothing is public before it."""

from datetime import datetime

from sqlalchemy import Connection, text

from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.model.periods import TZ
from movilidad.publishing.locks import exclusive
from movilidad.publishing.register import parse_id, releases
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def schedule(publicacion_id: str, moment: datetime, now: datetime) -> datetime:
    """Announce from when a release may be public; it may not exist yet. Announcing again changes the minute.

    Args:
        moment: without a time zone it is Guatemala's.

    Returns:
        The minute, in Guatemala's time.

    Raises:
        UsageError: the minute is past, or the release is public already.
    """
    series, month, _ = parse_id(publicacion_id)
    local = (moment if moment.tzinfo else moment.replace(tzinfo=TZ)).astimezone(TZ)
    if local <= now:
        raise UsageError(
            f"la fecha anunciada ya pasó ({local:%Y-%m-%d %H:%M})",
            remedy="anuncie un momento futuro; lo que ya puede salir se publica con «movilidad release publish»",
        )
    engine = warehouse(Role.PUBLISH)
    with exclusive(engine, f"{series}/{month}"), engine.begin() as connection:
        seen = [each.publicacion_id for each in releases(connection, series, month) if each.was_seen]
        if publicacion_id in seen:
            raise UsageError(f"«{publicacion_id}» ya se publicó", remedy="anuncie la revisión que sigue")
        enter_announcement(connection, publicacion_id, local, now, of_calendar=False)
    return local


def enter_announcement(
    connection: Connection, publicacion_id: str, moment: datetime, now: datetime, *, of_calendar: bool
) -> None:
    """Let this be the announced minute; ``of_calendar``: nobody chose it by hand."""
    connection.execute(
        text(
            "INSERT INTO control.anuncios (publicacion_id, no_antes, registrado, del_calendario)"
            " VALUES (:id, :moment, :now, :of_calendar) ON CONFLICT (publicacion_id) DO UPDATE SET"
            " no_antes = EXCLUDED.no_antes, registrado = EXCLUDED.registrado,"
            " del_calendario = EXCLUDED.del_calendario"
        ),
        {"id": publicacion_id, "moment": moment, "now": now, "of_calendar": of_calendar},
    )


def announced_for(connection: Connection, publicacion_id: str, *, of_calendar: bool = False) -> datetime | None:
    """The announced minute in Guatemala's time, or None; ``of_calendar``: only if nobody chose it by hand."""
    query = text(
        "SELECT no_antes FROM control.anuncios WHERE publicacion_id = :id AND (del_calendario OR NOT :of_calendar)"
    )
    given = {"id": publicacion_id, "of_calendar": of_calendar}
    found: datetime | None = connection.execute(query, given).scalar()
    return found.astimezone(TZ) if found else None


def printed_minute(connection: Connection, publicacion_id: str, printed: str | None) -> datetime | None:
    """The announced minute; a DataError if the draft was made for another one, whose day it prints."""
    announced = announced_for(connection, publicacion_id)
    if printed != (announced.isoformat() if announced else None):
        raise DataError(
            "el borrador se redactó para otra fecha que la anunciada",
            place=publicacion_id,
            remedy="repita el informe desde «Reunir insumos»: llevará la fecha anunciada",
        )
    return announced


def require_announced_minute(
    connection: Connection, publicacion_id: str, printed: str | None, now: datetime
) -> None:
    """An error as long as a release may not be public.

    Args:
        printed: the announced minute that the draft was made for, in ISO form.

    Raises:
        UnavailableError: it is too early; the same call succeeds later.
        DataError: the draft was made for another minute, and prints its day.
    """
    announced = printed_minute(connection, publicacion_id, printed)
    if announced and now < announced:
        raise UnavailableError(
            f"está anunciada para el {announced:%Y-%m-%d a las %H:%M}, hora de Guatemala, y no sale antes",
            place=publicacion_id,
            remedy="repita «Publicar» a partir de esa hora",
        )
