"""The core of a month, all sources together, as the suite ``nucleo`` judges it."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.periods import Month, Period
from movilidad.quality.findings.finding import CORE
from movilidad.quality.joint.duplicates import KIND, duplicate_findings, list_duplicates
from movilidad.quality.joint.judging import SHAPES, Subject, judge_joint, shaped
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

# an application may be many months older than the departure: with fewer months at hand nothing is said of it
_MONTHS_BEFORE = 12

_DEPARTURES = """
WITH solicitante AS (
    SELECT DISTINCT persona_id FROM nucleo.solicitudes WHERE carga_id = ANY(:cargas) OR carga_id = ANY(:antes)
)
SELECT c.canal,
       c.fecha_salida BETWEEN :desde AND :hasta AS en_el_mes,
       EXISTS (SELECT FROM nucleo.personas p WHERE p.carga_id = c.carga_id AND p.persona_id = c.persona_id)
           AS persona_conocida,
       CASE WHEN c.canal = 'programa' THEN e.empleador_id IS NOT NULL END AS empleador_conocido,
       CASE WHEN c.canal = 'reclutador_privado' THEN r.reclutador_id IS NOT NULL END AS reclutador_conocido,
       CASE WHEN r.reclutador_id IS NOT NULL
            THEN coalesce(c.fecha_salida BETWEEN r.vigente_desde AND r.vigente_hasta, FALSE) END
           AS reclutador_autorizado,
       CASE WHEN c.canal = 'programa' AND :con_historia AND NOT coalesce(c.recontratado, FALSE)
            THEN s.persona_id IS NOT NULL END AS tiene_solicitud,
       c.salario IS NOT NULL AND c.salario_estado = 'ok' AND c.moneda <> 'ND' AND c.periodo_pago <> 'ND'
           AS salario_comparable,
       count(*)::integer AS veces
FROM nucleo.colocaciones c
LEFT JOIN nucleo.empleadores e ON e.carga_id = c.carga_id AND e.empleador_id = c.empleador_id
LEFT JOIN nucleo.reclutadores r ON r.carga_id = c.carga_id AND r.reclutador_id = c.reclutador_id
LEFT JOIN solicitante s ON s.persona_id = c.persona_id
WHERE c.carga_id = ANY(:cargas)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
"""
_FIGURES = """
SELECT (SELECT count(DISTINCT persona_id) FROM nucleo.solicitudes WHERE carga_id = ANY(:cargas)) AS aplicantes,
       (SELECT count(DISTINCT persona_id) FROM nucleo.colocaciones
        WHERE carga_id = ANY(:cargas) AND canal = 'programa') AS colocados,
       CASE WHEN :con_historia THEN (SELECT count(DISTINCT persona_id) FROM nucleo.solicitudes
        WHERE carga_id = ANY(:cargas) OR carga_id = ANY(:antes)) END AS aplicantes_de_un_anio,
       (SELECT count(*) FROM nucleo.colocaciones WHERE carga_id = ANY(:cargas)) AS salidas
"""
_BEFORE = """
SELECT DISTINCT ON (v.fuente, v.periodo) v.periodo, v.carga_id
FROM control.vigencias v
WHERE v.periodo BETWEEN :first AND :last AND v.fuente IN (
    SELECT i.fuente FROM control.cargas c JOIN control.instantaneas i USING (snapshot_id)
    WHERE c.carga_id = ANY(:cargas) AND c.filas ? 'solicitudes')
ORDER BY v.fuente, v.periodo, v.orden DESC
"""


def check_core(month: Month, loads: list[str]) -> None:
    """Judge the loads that count for a month together; keep what is found.

    Args:
        loads: the ``carga_id`` of every source.

    Raises:
        DataError: a critical rule failed.
    """
    with warehouse(Role.INGEST).begin() as connection:
        before = _applications_before(connection, month, loads)
        parameters = {
            "cargas": loads,
            "antes": list(before),
            "con_historia": bool(before),
            "desde": month.first_day,
            "hasta": month.last_day,
        }
        pairs = list_duplicates(connection, month, loads)
        departures = _departures(connection, parameters)
        figures = connection.execute(text(_FIGURES), parameters).mappings().one()
    frames = {
        "salidas": departures,
        "cifras": shaped(CORE, "cifras", pd.DataFrame([{**figures, "posibles_duplicados": len(pairs)}])),
    }
    name = " ".join(sorted(loads))
    judge_joint(
        Subject(CORE, Period.of_month(month), name), frames, duplicate_findings(pairs, len(departures)), (KIND,)
    )


def _applications_before(connection: Connection, month: Month, loads: list[str]) -> set[str]:
    """The loads with applications of the twelve months before; none if a month is missing."""
    months = month.plus(-_MONTHS_BEFORE).through(month.plus(-1))
    rows = connection.execute(
        text(_BEFORE), {"first": str(months[0]), "last": str(months[-1]), "cargas": loads}
    ).all()
    return {load for _, load in rows} if {period for period, _ in rows} == set(map(str, months)) else set()


def _departures(connection: Connection, parameters: dict[str, Any]) -> pd.DataFrame:
    """One row per departure; equal ones are counted by the database and unfolded here."""
    kinds = pd.DataFrame(connection.execute(text(_DEPARTURES), parameters).mappings().all())
    if kinds.empty:
        return shaped(CORE, "salidas", kinds)
    said = {True: "si", False: "no", None: None}
    for column in SHAPES[CORE]["salidas"]:
        if column != "canal":
            kinds[column] = kinds[column].map(said)
    return shaped(CORE, "salidas", kinds.loc[kinds.index.repeat(kinds["veces"])])
