"""The calendar of releases, and where each of them stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from movilidad.alerts import incidents
from movilidad.alerts.desk_pages import release_page
from movilidad.alerts.impact import calendar
from movilidad.alerts.words import listed
from movilidad.desk.standing import Standing, standing_of
from movilidad.model.periods import Month, Period
from movilidad.publishing.calendar import Entry, ahead
from movilidad.publishing.register import Release, releases
from movilidad.quality.findings.titles import title_of_examined
from movilidad.sources.contracts import awaited_by
from movilidad.statistics.inputs import delivered_sources

_BACK, _MONTHS = timedelta(days=62), 14  # so much before and after what is shown
_NAMED = 3
_LATE = "publicacion_atrasada"


@dataclass(frozen=True)
class Appointment:
    """A release of the calendar.

    Attributes:
        antes: the moment announced before, if it was changed; then also ``motivo``.
    """

    titulo: str
    momento: datetime
    antes: datetime | None
    motivo: str
    estado: Standing
    pagina: str


def agenda(connection: Connection, now: datetime) -> list[Appointment]:
    """What was announced for the last two months and for the next twelve, in order.

    What is over and was never begun here is left out: it was announced by nobody.
    """
    known = _by_period(releases(connection))
    late = {(each.asunto, each.periodo) for each in incidents.opened(connection) if each.clase == _LATE}
    return list(_appointments(connection, known, late, now))


def missing_sources(connection: Connection, series: str, period: Period) -> dict[Month, list[str]]:
    """The sources that have not delivered a month of a period, of those that its report waits for."""
    needed = awaited_by(series)
    found = {month: sorted(set(needed) - delivered_sources(connection, month)) for month in period.months}
    return {month: sources for month, sources in found.items() if sources}


def not_begun(connection: Connection, series: str, period: Period, now: datetime) -> Standing:
    """Where a period stands that has no draft."""
    if period.last > Month.last_complete(now):
        return Standing("Prevista", "quieto")
    missing = missing_sources(connection, series, period)
    if not missing:
        detail = "Todas sus fuentes entregaron; todavía no tiene borrador."
        return Standing("En preparación", "espera", detail if awaited_by(series) else "Todavía no tiene borrador.")
    names = [title_of_examined(name) for name in sorted({name for own in missing.values() for name in own})]
    verb = "Falta" if len(names) == 1 else "Faltan"
    return Standing("Espera registros", "espera", f"{verb} {listed(names, _NAMED)}.")


def _by_period(found: Iterable[Release]) -> dict[tuple[str, str], list[Release]]:
    known: dict[tuple[str, str], list[Release]] = {}
    for each in found:
        known.setdefault((each.serie, each.periodo), []).append(each)
    return known


def _appointments(
    connection: Connection,
    known: dict[tuple[str, str], list[Release]],
    late: set[tuple[str, str]],
    now: datetime,
) -> Iterator[Appointment]:
    for entry in ahead(calendar(), now - _BACK, _MONTHS):
        own, is_late = known.get((entry.serie, str(entry.periodo)), []), (entry.serie, str(entry.periodo)) in late
        if entry.momento <= now and not own and not is_late:
            continue
        yield Appointment(
            titulo=entry.label,
            momento=entry.momento,
            antes=entry.antes,
            motivo=entry.motivo,
            estado=_state(connection, entry, own, is_late, now),
            pagina=release_page(entry.name),
        )


def _state(connection: Connection, entry: Entry, own: list[Release], late: bool, now: datetime) -> Standing:
    series, period = entry.serie, entry.periodo
    found = standing_of(connection, own[0], now) if own else not_begun(connection, series, period, now)
    if late:
        return Standing("Atrasada", "mal", f"{found.texto}. {found.detalle}".strip())
    others = [each for each in own[1:] if each.is_public]
    if others and found.tono != "bien":  # a revision in the making: readers have the one before
        return Standing(
            f"{found.texto} (r{own[0].revision})", found.tono, f"Los lectores tienen r{others[0].revision}."
        )
    return found
