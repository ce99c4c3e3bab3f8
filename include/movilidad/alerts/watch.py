"""The watchdog of the release calendar: what should be there by now and is not, also if no run ever began."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection as Warehouse

from movilidad.alerts.audience import contract_of
from movilidad.alerts.delivery import Connections
from movilidad.alerts.desk_pages import with_desk
from movilidad.alerts.failures import told_of_source
from movilidad.alerts.impact import calendar, has_draft, is_public, period_of
from movilidad.alerts.notice import Key, Link, Notice
from movilidad.alerts.reporting import current_configuration, open_incidents, recovered, report
from movilidad.model.periods import Month, Period
from movilidad.publishing.calendar import Calendar, Entry, ahead, load_calendar
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import awaited_by
from movilidad.statistics.inputs import delivered_sources
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_DRAFT_BEFORE = timedelta(hours=24)
_MISSED_FOR = timedelta(days=60)
_MISSING = "fuente_sin_entregar"
_RISKY, _LATE = "publicacion_en_riesgo", "publicacion_atrasada"


def watch(
    now: datetime,
    began: datetime,
    connections: Connections = Connection.from_environment,
    airflow: str = "",
) -> str:
    """Ask, before each announced moment, for every source and for the draft; after it, for the publication.

    What was missing and is there now is over.

    Args:
        began: announced moments before it are not this installation's.
        airflow: address of Airflow's pages, for links.

    Returns:
        A sentence about what is missing.

    Raises:
        UsageError: the calendar is wrong, so nothing can be asked.
    """
    dates = load_calendar()
    before = current_configuration().plazos.watch
    with warehouse(Role.WATCH).connect() as connection:
        near = [each for each in _announced(dates, now) if began <= each.momento <= now + before]
        notices = [
            with_desk(notice, airflow) for entry in near for notice in _missing(connection, entry, now, airflow)
        ]
    known = {notice.key for notice in notices}
    over = [
        each.key for each in open_incidents() if each.clase in {_MISSING, _RISKY, _LATE} and each.key not in known
    ]
    recovered(_confirmed(over), now, connections)
    for notice in notices:
        _tell_once(notice, now, connections)
    return f"Publicaciones a la vista: {len(near):,}. Faltas: {len(notices):,}."


def overdue(connection: Warehouse, now: datetime, began: datetime) -> list[Entry]:
    """The publications that were announced for a moment before ``now`` and that readers do not have.

    Args:
        began: announced moments before it are not this installation's.

    Raises:
        UsageError: the calendar is wrong.
    """
    passed = [each for each in _announced(load_calendar(), now) if began <= each.momento <= now]
    return [each for each in passed if not is_public(connection, each)]


def late(series: str, period: Period, now: datetime, airflow: str = "") -> Notice | None:
    """The notice that a publication is late; None if readers have it, or its moment has not come."""
    dates = calendar()
    if series not in dates.reglas:
        return None
    entry = dates.entry(series, period)
    with warehouse(Role.WATCH).connect() as connection:
        if entry.momento > now or is_public(connection, entry):
            return None
    return with_desk(_late(entry, airflow), airflow)


def announced_moment(series: str, key: str, now: datetime) -> datetime | None:
    """When the publication of a run is due; None if it has no moment or that is over.

    Reads the calendar alone: it is asked while Airflow creates a run.
    """
    dates, period = calendar(), period_of(series, key)
    if period is None or series not in dates.reglas:
        return None
    due = dates.entry(series, period).momento
    return due if due > now else None


def _announced(dates: Calendar, now: datetime) -> list[Entry]:
    """What is announced around now."""
    return ahead(dates, now - _MISSED_FOR, months=3)


def _missing(connection: Warehouse, entry: Entry, now: datetime, airflow: str) -> Iterator[Notice]:
    if is_public(connection, entry):
        return
    yield from _sources(connection, entry, airflow)
    if entry.momento <= now:
        yield _late(entry, airflow)
    elif entry.momento - _DRAFT_BEFORE <= now and not has_draft(connection, entry):
        yield Notice(
            kind=_RISKY,
            subject=entry.serie,
            title=entry.titulo,
            what="falta menos de un día y todavía no tiene borrador",
            period=str(entry.periodo),
            series=(entry.serie,),
            links=_links(entry, airflow),
        )


def _sources(connection: Warehouse, entry: Entry, airflow: str) -> Iterator[Notice]:
    """The sources that have not delivered a month of the period, as far as a release waits for them."""
    for month in entry.periodo.months:
        delivered = delivered_sources(connection, month)
        for source in awaited_by(entry.serie):
            if source not in delivered:
                yield _undelivered(source, month, entry, airflow)


def _undelivered(source: str, month: Month, entry: Entry, airflow: str) -> Notice:
    contract = contract_of(source)
    links = (Link("Abrir la ingesta en Airflow", f"{airflow}/dags/ingesta_{source}"),) if airflow else ()
    return Notice(
        kind=_MISSING,
        subject=source,
        title=contract.titulo if contract else source,
        what=f"no han entrado sus registros de {month.label}, que espera {entry.label}",
        period=str(month),
        source=source,
        series=(entry.serie,),
        links=links,
    )


def _late(entry: Entry, airflow: str) -> Notice:
    return Notice(
        kind=_LATE,
        subject=entry.serie,
        title=entry.titulo,
        what="pasó su hora y no es pública",
        since=entry.momento,
        period=str(entry.periodo),
        series=(entry.serie,),
        links=_links(entry, airflow),
    )


def _links(entry: Entry, airflow: str) -> tuple[Link, ...]:
    return (Link("Abrir el informe en Airflow", f"{airflow}/dags/informe_{entry.serie}"),) if airflow else ()


def _tell_once(notice: Notice, now: datetime, connections: Connections) -> None:
    """The pass looks every hour: what it saw before, or why a source has not delivered, is no news."""
    known = {each.key for each in open_incidents()}
    reasons = set(told_of_source(notice.source, notice.period)) if notice.kind == _MISSING else set()
    if not known & {notice.key, *reasons}:
        report(notice, now, connections)


def _confirmed(keys: list[Key]) -> list[Key]:
    """Those that are really over: what left the view without being there stays open."""
    with warehouse(Role.WATCH).connect() as connection:
        return [key for key in keys if _is_there(connection, *key)]


def _is_there(connection: Warehouse, kind: str, subject: str, period: str) -> bool:
    span = Period.parse(period)
    if kind == _MISSING:
        return subject in delivered_sources(connection, span.last)
    entry = calendar().entry(subject, span)
    return is_public(connection, entry) or (kind == _RISKY and has_draft(connection, entry))
