"""Four months in the core, their public monthly releases, and the accountability report of them."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from accountability_support import add_actions, add_budget, add_complaints, add_courses
from publishing_support import NOON, deliver, deliver_month
from sqlalchemy import Engine

from movilidad.model.periods import Month, Period
from movilidad.publishing import releases
from movilidad.sources.contracts import sources_of

SECOND = Period.parse("2026-C2")
DEPARTURES = (60, 80, 100, 120)
C2 = "cuatrimestral/2026-C2/r1"
PUBLISHED = date(2026, 9, 20)
ACCOUNTS = sorted(set(sources_of("cuatrimestral")) - set(sources_of("mensual")))


def deliver_accounts(engine: Engine, month: Month) -> None:
    """What the institutions of the four-month report deliver in a month, and the month's budget."""
    origins = {source: deliver(engine, source, month=month) for source in ACCOUNTS}
    start = month.first_day
    courses = [
        {"curso": "2", "departamento_curso": "12", "inscritas_mujeres": 9, "certificadas_mujeres": 8},
        {"inscritos_hombres": 20, "certificados_hombres": 14},
    ]
    add_courses(engine, origins["capacitaciones"], month, courses)
    # the two registers give all they have, so far
    first = SECOND.first.first_day if month.year == SECOND.last.year else date(month.year, 5, 1)
    days = (start - first).days + 20
    complaints = [
        *({"recibida": first + timedelta(n % days), "dias": 5 + n % 9} for n in range(days)),
        *({"recibida": first, "clase": "cobro", "estado": "en_tramite"} for _ in range(7)),
        {"recibida": first, "clase": "documentos", "estado": "en_tramite", "pais": "ESP"},
    ]
    add_complaints(engine, origins["denuncias"], complaints)
    actions = [
        {"fecha_inicio": first, "fecha_fin": first + timedelta(30)},
        {
            "accion": "=Revisión",
            "hito": "1",
            "fecha_inicio": first,
            "fecha_fin": None,
            "cantidad": 3,
            "unidad": "plataformas",
        },
        {
            "accion": "Curso <b>nuevo</b>",
            "hito": "3",
            "fecha_inicio": start,
            "fecha_fin": None,
            "estado": "en_curso",
            "cantidad": None,
            "unidad": "ND",
            "evidencia": None,
        },
    ]
    add_actions(engine, origins["acciones"], actions)


def deliver_budget(engine: Engine, month: Month) -> None:
    load = f"{month}-1"
    origin = {
        "carga_id": f"carga-ejecucion_presupuestaria-{load}",
        "snapshot_id": f"ejecucion_presupuestaria-{load}",
    }
    goals = [{"unidad": "personas", "ejecutado": 50}, {"unidad": "personas", "ejecutado": 1}, {}]
    add_budget(engine, origin, month, [{}, {"renglon": "029", "descripcion": "Otras, remuneraciones"}], goals)


def publish_months(engine: Engine, period: Period = SECOND) -> None:
    """Deliver and publish each month of a period."""
    for month, departures in zip(period.months, DEPARTURES, strict=True):
        deliver_month(engine, departures=departures, month=month)
        deliver_budget(engine, month)
        publish_month(month)


def publish_month(month: Month, *, days: int = 0) -> Path:
    after = month.plus(1)
    today = date(after.year, after.month, 10) + timedelta(days)
    return releases.publish(releases.build("mensual", month, today), datetime.combine(today, NOON.timetz()))


def publish_four_months(today: date = PUBLISHED, period: Period = SECOND) -> Path:
    name = releases.build("cuatrimestral", period, today)
    return releases.publish(name, datetime.combine(today, NOON.timetz()))


@pytest.fixture
def second(warehouse: Engine) -> Engine:
    """May to August 2026: the months are public, the accounts delivered."""
    publish_months(warehouse)
    for month in SECOND.months:
        deliver_accounts(warehouse, month)
    return warehouse
