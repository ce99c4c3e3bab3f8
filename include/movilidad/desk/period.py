"""Where a period of a series stands, also if nobody has begun it: its date, its sources, its revisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts import incidents
from movilidad.alerts.desk_pages import release_page, source_page
from movilidad.alerts.impact import calendar
from movilidad.alerts.notice import Link
from movilidad.desk.agenda import missing_sources, not_begun
from movilidad.desk.airflow import Airflow
from movilidad.desk.matters import Matter, of_incident
from movilidad.desk.names import series_title
from movilidad.desk.release import Other
from movilidad.desk.standing import Standing, standing_of
from movilidad.model.periods import Month, Period
from movilidad.model.series import require_series
from movilidad.publishing.register import releases
from movilidad.quality.findings.titles import title_of_examined
from movilidad.sources.contracts import awaited_by


@dataclass(frozen=True)
class Awaited:
    """A source that has not delivered a month; ``mes`` is that month in words."""

    titulo: str
    mes: str
    pagina: str


@dataclass(frozen=True)
class PeriodPage:
    """What the page shows.

    Attributes:
        entregas: deliveries that its report waits for; 0 while the period lasts. ``faltan`` are not there.
        meses: of four months, the monthly releases that they are made of.
    """

    titulo: str
    momento: datetime | None
    estado: Standing
    asuntos: tuple[Matter, ...]
    revisiones: tuple[Other, ...]
    faltan: tuple[Awaited, ...]
    entregas: int
    meses: tuple[Other, ...]
    acciones: tuple[Link, ...]


def period_told(connection: Connection, series: str, text: str, airflow: Airflow, now: datetime) -> PeriodPage:
    """Where a period stands; a UsageError if there is no such series or period."""
    period = Period.parse(text)
    require_series(series, period)
    own = releases(connection, series, period)
    dates = calendar()
    begun = period.last <= Month.last_complete(now)
    missing = missing_sources(connection, series, period) if begun else {}
    return PeriodPage(
        titulo=series_title(series, text),
        momento=dates.entry(series, period).momento if series in dates.reglas else None,
        estado=standing_of(connection, own[0], now) if own else not_begun(connection, series, period, now),
        asuntos=tuple(_matters(connection, series, text)),
        revisiones=tuple(
            Other(f"r{each.revision}", standing_of(connection, each, now), release_page(each.publicacion_id))
            for each in own
        ),
        faltan=tuple(
            Awaited(title_of_examined(name), month.label, source_page(name))
            for month, names in missing.items()
            for name in names
        ),
        entregas=len(awaited_by(series)) * len(period.months) if begun else 0,
        meses=tuple(_months(connection, period, now)) if series == "cuatrimestral" else (),
        acciones=(airflow.report_runs(series, text),),
    )


def _months(connection: Connection, period: Period, now: datetime) -> Iterator[Other]:
    """Where the monthly release of each month stands."""
    for month in period.months:
        own = releases(connection, "mensual", month)
        whole = Period.of_month(month)
        state = standing_of(connection, own[0], now) if own else not_begun(connection, "mensual", whole, now)
        yield Other(month.label, state, release_page(f"mensual/{month}"))


def _matters(connection: Connection, series: str, period: str) -> Iterator[Matter]:
    """The open incidents of this period's report."""
    for each in incidents.opened(connection):
        if each.series == [series] and period in {each.periodo, *each.periodos}:
            yield of_incident(each)
