"""What the institutions of the four-month report deliver, written by a test into the core."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from warehouse_support import deliver, insert

from movilidad.model.periods import Month, Period
from movilidad.statistics.accountability import Accountability, compute_accountability
from movilidad.statistics.inputs import Load

SOURCES = ("acciones", "capacitaciones", "denuncias", "ejecucion_presupuestaria")
SECOND = Period.parse("2026-C2")

COURSE = {
    "curso": "1",
    "modalidad": "presencial",
    "municipio_curso": "1301",
    "departamento_curso": "13",
    "inscritos_hombres": 10,
    "inscritas_mujeres": 6,
    "certificados_hombres": 8,
    "certificadas_mujeres": 5,
}
ACTION = {
    "hito": "5",
    "accion": "Campaña",
    "unidad_responsable": "Unidad",
    "fecha_inicio": date(2026, 5, 10),
    "fecha_fin": date(2026, 6, 10),
    "estado": "completada",
    "cantidad": 4,
    "unidad": "municipios",
    "evidencia": "https://mintrab.example/e",
}
LINE = {
    "renglon": "011",
    "descripcion": "Personal",
    "asignado": 1200,
    "vigente": 1000,
    "devengado": 100,
    "pagado": 90,
}
GOAL = {"producto": "Eventos de divulgación", "unidad": "eventos", "meta": 40, "ejecutado": 5}


def deliver_months(engine: Engine, months: list[Month]) -> dict[Month, dict[str, dict[str, str]]]:
    """Loads of the four sources for each month, with nothing in them."""
    return {month: {source: deliver(engine, source, month) for source in SOURCES} for month in months}


def loads_of(origins: dict[Month, dict[str, dict[str, str]]]) -> dict[Month, list[Load]]:
    return {
        month: [Load(source, origin["carga_id"], origin["snapshot_id"], True) for source, origin in own.items()]
        for month, own in origins.items()
    }


def computed(engine: Engine, period: Period, origins: dict[Month, dict[str, dict[str, str]]]) -> Accountability:
    loads = loads_of(origins)
    inside = {month: own for month, own in loads.items() if month in period.months}
    return compute_accountability(engine, period, inside, {m: own for m, own in loads.items() if m not in inside})


def add_courses(engine: Engine, origin: dict[str, str], month: Month, courses: list[dict[str, Any]]) -> None:
    rows = [
        {**COURSE, "fecha_fin": month.first_day, "capacitacion_id": f"I{n}", **body, **origin}
        for n, body in enumerate(courses)
    ]
    insert(engine, "nucleo.capacitaciones", rows)


def add_actions(engine: Engine, origin: dict[str, str], actions: list[dict[str, Any]]) -> None:
    rows = [{**ACTION, "accion_id": f"A{n}", **body, **origin} for n, body in enumerate(actions)]
    insert(engine, "nucleo.acciones", rows)


def add_complaints(engine: Engine, origin: dict[str, str], complaints: list[dict[str, Any]]) -> None:
    """Complaints of one kind that were received on a day and, after ``dias``, changed into a state."""
    rows = [
        {
            "denuncia_id": f"D{n}",
            "fecha_recepcion": body["recibida"],
            "canal": body.get("canal", "web"),
            "clase": body.get("clase", "estafa"),
            "pais": body.get("pais", "USA"),
            "estado": body.get("estado", "resuelta"),
            "fecha_estado": body["recibida"] + timedelta(body.get("dias", 0)),
            **origin,
        }
        for n, body in enumerate(complaints)
    ]
    insert(engine, "nucleo.denuncias", rows)


def add_budget(
    engine: Engine, origin: dict[str, str], month: Month, lines: list[dict[str, Any]], goals: list[dict[str, Any]]
) -> None:
    own = {**origin, "periodo": str(month)}
    rows = [{**LINE, "documento": f"E{n}", **body, **own} for n, body in enumerate(lines)]
    insert(engine, "nucleo.ejecucion_presupuestaria", rows)
    if goals:
        insert(
            engine, "nucleo.metas_fisicas", [{**GOAL, "meta_id": f"M{n}", **b, **own} for n, b in enumerate(goals)]
        )


def value(frame: pd.DataFrame, column: str = "valor", **place: str) -> Any:
    """The one figure at a place; None where it is missing."""
    found = frame
    for name, code in place.items():
        found = found[found[name] == code]
    assert len(found) == 1, found
    figure = found[column].iloc[0]
    return None if pd.isna(figure) else figure
