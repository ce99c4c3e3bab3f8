"""All that the desk tells of one platform: its looks as charts, its incidents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from markupsafe import Markup
from sqlalchemy import Connection

from movilidad.alerts.desk_pages import source_page
from movilidad.alerts.notice import Link
from movilidad.desk.airflow import Airflow
from movilidad.desk.platforms import DAYS, WRONG, availability, state_of
from movilidad.desk.standing import Standing
from movilidad.model.periods import TZ, Month
from movilidad.model.settings import get_settings
from movilidad.monitoring.checks import Check, Day, days, series
from movilidad.monitoring.evaluation import EVERY_MINUTES
from movilidad.monitoring.keeping import incidents_within, open_incidents
from movilidad.quality.findings.history import completeness
from movilidad.quality.findings.past import newest_examinations
from movilidad.reports.numbers import month_name, short_day
from movilidad.reports.page_charts import lines
from movilidad.reports.platforms import cells
from movilidad.sources.contracts import Contract, load_contract

_QUARTER, _MONTHS = timedelta(days=90), 25
_EVERY = timedelta(minutes=EVERY_MINUTES)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ChartTold:
    """A chart under its heading; the sentence says what is drawn, and in which unit."""

    titulo: str
    explica: str
    dibujo: Markup


@dataclass(frozen=True)
class Trouble:
    """An incident of the platform; ``hasta`` is None while it lasts."""

    clase: str
    desde: datetime
    hasta: datetime | None
    duracion: str
    motivo: str


@dataclass(frozen=True)
class PlatformPage:
    """What the page shows; ``ultima`` is the last look, ``evaluacion`` its newest monthly evaluation's address."""

    contrato: Contract
    estado: Standing
    ultima: Check | None
    disponibilidad: str
    mediana: str
    graficas: tuple[ChartTold, ...]
    incidentes: tuple[Trouble, ...]
    acciones: tuple[Link, ...]
    evaluacion: str
    registros: str


def platform_told(connection: Connection, fuente: str, airflow: Airflow, now: datetime) -> PlatformPage:
    """Everything about a platform; a UsageError if there is no source of this name."""
    contract = load_contract(fuente)
    own = days(connection, now - DAYS, now, fuente)
    today = series(connection, fuente, now - _A_DAY, now)
    wrong = next((each for each in open_incidents(connection) if each.fuente == fuente), None)
    answers = [check.latencia_ms for check in today if check.latencia_ms is not None]
    examined = newest_examinations(connection, [fuente], _MONTHS)
    complete = {each.mes: completeness(contract, each.resultados) for each in examined}
    return PlatformPage(
        contrato=contract,
        estado=state_of(len(own), wrong),
        ultima=today[-1] if today else None,
        disponibilidad=availability(own),
        mediana=cells.milliseconds(median(answers) if answers else None).texto,
        graficas=tuple(_charts(own, today, complete, now)),
        incidentes=tuple(
            Trouble(WRONG[each.clase], each.desde, each.hasta, cells.length(each.length(now)).texto, each.motivo)
            for each in reversed(incidents_within(connection, fuente, now - _QUARTER, now))
        ),
        acciones=(airflow.monitoring(),),
        evaluacion=_evaluation(fuente),
        registros=source_page(fuente),
    )


def _charts(
    own: Sequence[Day], today: Sequence[Check], complete: Mapping[Month, float | None], now: datetime
) -> Iterable[ChartTold]:
    if today:
        yield _last_day(today, now)
    if own:
        span = _days(now)
        by_day = {day.dia: day for day in own}
        labels = [short_day(day) for day in span]
        found = [by_day.get(day) for day in span]
        yield _chart(
            "Tiempo de respuesta, treinta días",
            "Mediana de cada día, en milisegundos; sin línea donde no respondió o no se midió.",
            labels,
            [day.mediana if day else None for day in found],
        )
        yield _chart(
            "Disponibilidad, treinta días",
            "Porcentaje de las mediciones de cada día en que respondió como promete su contrato.",
            labels,
            [100 * day.correctos / day.hechos if day else None for day in found],
        )
    known = [month for month, value in complete.items() if value is not None]
    if len(known) > 1:
        span_months = min(known).through(max(known))
        shares = [complete.get(month) for month in span_months]
        yield _chart(
            "Completitud de los registros, mes por mes",
            "Porcentaje de las celdas obligatorias en que hay algo que se puede usar.",
            [month_name(month.first_day) for month in span_months],
            [None if value is None else round(100 * value, 1) for value in shares],
        )


def _last_day(today: Sequence[Check], now: datetime) -> ChartTold:
    """The looks of the last 24 hours, a place for every quarter of an hour."""
    places = int(_A_DAY / _EVERY)
    values: list[float | None] = [None] * places
    for check in today:
        values[min(int((check.momento - (now - _A_DAY)) / _EVERY), places - 1)] = check.latencia_ms
    labels = [f"{(now - _A_DAY + place * _EVERY).astimezone(TZ):%H:%M}" for place in range(places)]
    return _chart(
        "Tiempo de respuesta, últimas 24 horas",
        "Milisegundos de cada medición; sin línea donde no respondió como promete o no se midió.",
        labels,
        values,
    )


def _chart(title: str, says: str, labels: Sequence[str], values: Sequence[float | None]) -> ChartTold:
    return ChartTold(title, says, lines(labels, values, f"{title}. {says}"))


def _days(now: datetime) -> list[date]:
    last = now.astimezone(TZ).date()
    return [last - timedelta(days=back) for back in range(DAYS.days, -1, -1)]


def _evaluation(fuente: str) -> str:
    """The public address of the platform's newest evaluation; empty if there is none."""
    settings = get_settings()
    found = sorted(settings.publicaciones.glob(f"plataformas/*/latest/{fuente}/informe.html"))
    if not found:
        return ""
    return f"{settings.direccion_publica.rstrip('/')}/{found[-1].relative_to(settings.publicaciones).as_posix()}"
