"""Recruiters and employers as populations of their own."""

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.codelists import UNKNOWN
from movilidad.model.periods import Month
from movilidad.statistics.inputs import Load, load_ids
from movilidad.statistics.population import first_departures

_AUTHORISED = """
SELECT reclutador_id, paises FROM nucleo.reclutadores
WHERE carga_id = ANY(:cargas) AND vigente_desde <= :hasta AND vigente_hasta >= :hasta
ORDER BY reclutador_id
"""


def read_authorised(connection: Connection, month: Month, loads: list[Load]) -> pd.DataFrame:
    """Recruiters authorised on the month's last day: ``reclutador_id`` and ``pais``, a row per country."""
    parameters = {"cargas": load_ids(loads), "hasta": month.last_day}
    rows = [
        (recruiter, country)
        for recruiter, countries in connection.execute(text(_AUTHORISED), parameters)
        for country in dict.fromkeys((countries or UNKNOWN).split("|"))
    ]
    return pd.DataFrame(rows, columns=["reclutador_id", "pais"], dtype="str")


def by_first_departure(departures: pd.DataFrame, contributor: str) -> pd.DataFrame:
    """One row per employer or recruiter (column ``contributor``): her first departure, which decides."""
    stated = departures[departures[contributor].notna().to_numpy()]
    return stated[first_departures(stated, contributor)].drop(columns="primera_salida")  # a person's, not hers
