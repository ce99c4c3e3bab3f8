"""The headline figures of a month."""

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.codelists import TOTAL, UNKNOWN
from movilidad.model.periods import Month
from movilidad.statistics.inputs import Load, load_ids
from movilidad.statistics.population import PRIVATE
from movilidad.statistics.wage_tables import table_name
from movilidad.statistics.wages import MEDIAN, UNIT

_WOMEN = "2"

# indicator → title, unit, in the order of printing
HEADLINES: dict[str, tuple[str, str]] = {
    "colocados": ("Personas colocadas por el programa", "personas"),
    "salidas": ("Salidas del país por el programa", "salidas"),
    "mujeres": ("Mujeres entre las personas colocadas", "personas"),
    "edad_mediana": ("Edad mediana a la salida", "años"),
    "salario_mensual_gtq_mediana": ("Salario mensual comparable, mediana", UNIT),
    "paises_destino": ("Países de destino", "países"),
    "departamentos_origen": ("Departamentos de origen", "departamentos"),
    "empleadores": ("Empleadores con al menos una salida", "empleadores"),
    "aplicantes": ("Personas que presentaron una solicitud en el mes", "personas"),
    "reclutadores": ("Reclutadores autorizados al cierre del mes", "reclutadores"),
    "trabajadores_reportados": ("Personas reportadas por reclutadores privados (cobertura aparte)", "personas"),
}

_APPLICANTS = """
SELECT count(DISTINCT persona_id) FROM nucleo.solicitudes
WHERE carga_id = ANY(:cargas) AND fecha >= :inicio AND fecha < :fin
"""
_REPORTED = """
SELECT count(DISTINCT persona_id) FROM nucleo.colocaciones
WHERE carga_id = ANY(:cargas) AND canal = :canal AND fecha_salida BETWEEN :desde AND :hasta
"""
_RECRUITERS = """
SELECT reclutador_id, nombre, nit, autorizacion, vigente_desde, vigente_hasta, paises FROM nucleo.reclutadores
WHERE carga_id = ANY(:cargas) AND vigente_desde <= :hasta AND vigente_hasta >= :hasta
"""


def headline_figures(
    connection: Connection,
    month: Month,
    loads: list[Load],
    population: pd.DataFrame,
    wages: dict[str, pd.DataFrame],
) -> pd.DataFrame:
    """``indicador``, ``titulo``, ``unidad``, ``valor`` (missing where nothing is known), one row per headline.

    Persons carry the attributes of their first departure; countries and employers are those of any departure.
    """
    persons = population[population["primera_salida"].to_numpy(dtype=bool)]
    values: dict[str, float | None] = {
        "colocados": len(persons),
        "salidas": len(population),
        "mujeres": int((persons["sexo"] == _WOMEN).sum()),
        "edad_mediana": _known(persons["edad"].median()),
        MEDIAN: _median_of_all(wages),
        "paises_destino": _stated(population["pais"]),
        "departamentos_origen": _stated(persons["departamento_origen"]),
        "empleadores": int(population["empleador_id"].nunique()),
        "aplicantes": count_applicants(connection, month, loads),
        "reclutadores": len(authorised_recruiters(connection, month, loads)),
        "trabajadores_reportados": count_reported(connection, month, loads),
    }
    rows = [(name, title, unit, values[name]) for name, (title, unit) in HEADLINES.items()]
    return pd.DataFrame(rows, columns=["indicador", "titulo", "unidad", "valor"]).astype({"valor": "Float64"})


def count_applicants(connection: Connection, month: Month, loads: list[Load]) -> int:
    """Distinct persons with an application registered in the month, as the clocks of Guatemala show it."""
    parameters = {"cargas": load_ids(loads), "inicio": month.start, "fin": month.end}
    return int(connection.execute(text(_APPLICANTS), parameters).scalar_one())


def count_reported(connection: Connection, month: Month, loads: list[Load]) -> int:
    """Distinct persons whom private recruiters report with a departure in the month; never added to ours."""
    period = {"desde": month.first_day, "hasta": month.last_day}
    parameters = {"cargas": load_ids(loads), "canal": PRIVATE, **period}
    return int(connection.execute(text(_REPORTED), parameters).scalar_one())


def authorised_recruiters(connection: Connection, month: Month, loads: list[Load]) -> pd.DataFrame:
    """Recruiters whose authorisation is in force on the month's last day, sorted by name; dates as ISO text."""
    parameters = {"cargas": load_ids(loads), "hasta": month.last_day}
    found = sorted(
        connection.execute(text(_RECRUITERS), parameters).mappings(),
        key=lambda row: (row["nombre"], row["reclutador_id"]),
    )
    columns = ["nombre", "nit", "autorizacion", "vigente_desde", "vigente_hasta", "paises"]
    rows = [
        [row[name].isoformat() if name.startswith("vigente") else row[name] for name in columns] for row in found
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _median_of_all(wages: dict[str, pd.DataFrame]) -> float | None:
    table = wages[table_name("pais")]
    return _known(table.loc[(table["pais"] == TOTAL) & (table["indicador"] == MEDIAN), "valor"].iloc[0])


def _stated(codes: pd.Series) -> int:
    return int(codes[codes.notna() & (codes != UNKNOWN)].nunique())


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
