"""All populations of ``cuadros.yml`` for a month or a longer period.

Each month of a longer period brings its own loads, and a record belongs to the month of its own date. What is
derived with a rate or a day (wage, age) is derived month by month; who counts by which record is decided over the
whole period.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from pandas.api.types import union_categoricals
from sqlalchemy import Connection

from movilidad.model.periods import Month
from movilidad.statistics.applicants import applicants, interested, read_applications, read_interested
from movilidad.statistics.inputs import Load
from movilidad.statistics.population import (
    PRIVATE,
    PROGRAMME,
    first_departures,
    read_departures,
    with_dimensions,
)
from movilidad.statistics.recruiters import by_first_departure, read_authorised
from movilidad.statistics.wages import Rates, read_rates, with_wages


@dataclass(frozen=True)
class Records:
    """What the loads of a month hold of it, with everything derived.

    Attributes:
        programa: the programme's departures, as ``population.with_dimensions`` and ``wages.with_wages`` give them.
        privadas: the same of private recruiters.
        solicitudes: applications.
        inscritos: persons with an interest registered in the job bank.
        reclutadores: recruiters authorised on the last day, a row per country.
        tasas: the exchange rates used.
    """

    month: Month
    programa: pd.DataFrame
    privadas: pd.DataFrame
    solicitudes: pd.DataFrame
    inscritos: pd.DataFrame
    reclutadores: pd.DataFrame
    tasas: Rates


def read_records(connection: Connection, month: Month, loads: Sequence[Load]) -> Records:
    """Read one month from its loads."""
    own = list(loads)
    rates = read_rates(connection, month, own)

    def departures(channel: str) -> pd.DataFrame:
        return with_wages(with_dimensions(read_departures(connection, month, own, channel)), rates)

    return Records(
        month=month,
        programa=departures(PROGRAMME),
        privadas=departures(PRIVATE),
        solicitudes=read_applications(connection, month, own),
        inscritos=read_interested(connection, month, own),
        reclutadores=read_authorised(connection, month, own),
        tasas=rates,
    )


def populations(months: Sequence[Records]) -> dict[str, pd.DataFrame]:
    """The populations of the period that ``months`` make, in ascending order, as ``cube.encode`` takes them."""
    placed = _departures([each.programa for each in months])
    reported = _departures([each.privadas for each in months])
    applications = stacked([each.solicitudes for each in months])
    return {
        "colocados": placed,
        "reportados": reported,
        "aplicantes": applicants(applications),
        "interesados": interested(stacked([each.inscritos for each in months]), applications, placed),
        "empleadores": by_first_departure(placed, "empleador_id"),
        "reclutadores": months[-1].reclutadores,
        "reclutadores_activos": by_first_departure(reported, "reclutador_id"),
    }


def _departures(months: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if len(months) == 1:
        return months[0]
    departures = stacked(months)
    return departures.assign(primera_salida=first_departures(departures))


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames with equal columns one below the other; categories stay categories."""
    if len(frames) == 1:
        return frames[0]
    return pd.DataFrame({name: _stacked([frame[name] for frame in frames]) for name in frames[0].columns})


def _stacked(columns: Sequence[pd.Series]) -> pd.Series:
    if all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns):
        # a month without a row knows no code, not even that codes are texts
        return pd.Series(union_categoricals([_of_texts(column) for column in columns]))
    return pd.concat(columns, ignore_index=True)


def _of_texts(column: pd.Series) -> pd.Series:
    return pd.Series(column.cat.rename_categories(column.cat.categories.astype("str")))
