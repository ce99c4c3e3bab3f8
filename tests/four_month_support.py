"""Four months in the core, their public monthly releases, and the accountability report of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from accountability_support import add_actions, add_budget, add_complaints, add_courses
from database_support import own_warehouse
from publishing_support import (
    NOON,
    PROGRAMME,
    RECRUITERS,
    deliver,
    fill_recruiters,
    leave_the_portal,
    write_plainly,
)
from sqlalchemy import Engine
from warehouse_support import add_departures

from movilidad.model.periods import Month, Period
from movilidad.publishing import releases
from movilidad.sources.contracts import sources_of, sources_only_of_four_months

SECOND = Period.parse("2026-C2")
DEPARTURES = dict(zip(SECOND.months, (60, 80, 100, 120), strict=True))
C2 = "cuatrimestral/2026-C2/r1"
PUBLISHED = date(2026, 9, 20)
ACCOUNTS = sources_only_of_four_months()


@dataclass(frozen=True)
class Office:
    """A warehouse and its publication folder, with May to August 2026 and their accountability report public."""

    warehouse: Engine
    publications: Path

    @property
    def release(self) -> Path:
        return self.publications / C2


@contextmanager
def office(postgres_folder: str, folder: Path, *, printed: bool = True) -> Iterator[Office]:
    """Make all of it, with real reports for the four months; ``printed``: PDFs too, which take their time."""
    with own_warehouse(postgres_folder, folder) as (warehouse, patch):
        if not printed:
            write_plainly(patch, ("pdf",))
        for month, departures in DEPARTURES.items():
            deliver_people(warehouse, month, departures)
            deliver_accounts(warehouse, month)
            publish_month(month)
        publish_four_months()
        yield Office(warehouse, folder / "publicaciones")


def deliver_people(engine: Engine, month: Month, persons: int) -> None:
    """The sources of the monthly report: persons of few kinds, who travel again every month, some twice in one."""
    origins = {source: deliver(engine, source, month=month) for source in sources_of("mensual")}
    travel(engine, origins[PROGRAMME], month, persons)
    fill_recruiters(engine, origins[RECRUITERS])


def travel(engine: Engine, origin: dict[str, str], month: Month, persons: int) -> None:
    """Departures of the programme; every tenth person leaves twice, one alone goes to Germany."""
    numbers = range(persons)
    trips = [
        {
            "colocacion_id": f"c{place}",
            "persona_id": f"p{n}",
            "empleador_id": f"e{n % 4}",
            "fecha_salida": month.first_day + timedelta(place % 28),
            **_destination(n),
        }
        for place, n in enumerate([*numbers, *numbers[::10]])
    ]
    people = {f"p{n}": {"sexo": "2" if n % 4 == 0 else "1"} for n in numbers}
    add_departures(engine, origin, trips, people)


def _destination(person: int) -> dict[str, str]:
    if person == 50:
        return {"pais": "DEU", "tipo_visa": "FACHKRAFT"}
    return {"pais": "CAN", "tipo_visa": "PTET-A"} if person % 3 == 0 else {"pais": "USA", "tipo_visa": "H-2A"}


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
    first = SECOND.first.first_day
    days = (start - first).days + 20
    complaints = [
        *({"recibida": first + timedelta(n % days), "dias": 5 + n % 9} for n in range(days)),
        *({"recibida": first, "clase": "cobro", "estado": "en_tramite"} for _ in range(7)),
        {"recibida": first, "clase": "documentos", "estado": "en_tramite", "pais": "ESP"},
    ]
    add_complaints(engine, origins["denuncias"], complaints)
    under_way = {"fecha_fin": None, "estado": "en_curso", "cantidad": None, "unidad": "ND", "evidencia": None}
    actions = [
        {"fecha_inicio": first, "fecha_fin": first + timedelta(30)},
        {"accion": "=Revisión", "hito": "1", "fecha_fin": None, "cantidad": 3, "unidad": "plataformas"},
        {"accion": "Curso <b>nuevo</b>", "hito": "3", "fecha_inicio": start, **under_way},
    ]
    add_actions(engine, origins["acciones"], actions)
    load = f"ejecucion_presupuestaria-{month}-1"
    goals = [
        {"unidad": "personas", "ejecutado": 50},
        {"unidad": "personas", "ejecutado": 1 if month == SECOND.first else 0},
        {},
    ]
    lines = [{}, {"renglon": "029", "descripcion": "Otras, remuneraciones"}]
    add_budget(engine, {"carga_id": f"carga-{load}", "snapshot_id": load}, month, lines, goals)


def publish_month(month: Month, *, days: int = 0) -> Path:
    """A month's release with one line for a report: here it is only what the four months are made of."""
    after = month.plus(1)
    today = date(after.year, after.month, 10) + timedelta(days)
    with pytest.MonkeyPatch.context() as patch:
        write_plainly(patch)
        leave_the_portal(patch)
        name = releases.build("mensual", month, today)
        return releases.publish(name, datetime.combine(today, NOON.timetz()))


def publish_four_months(today: date = PUBLISHED) -> Path:
    name = releases.build("cuatrimestral", SECOND, today)
    return releases.publish(name, datetime.combine(today, NOON.timetz()))
