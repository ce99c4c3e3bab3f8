"""The people before departure: who registers an interest in the job bank, who applies, how far they come."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from movilidad.model.codelists import UNKNOWN, code_list
from movilidad.model.periods import TZ_NAME, Month
from movilidad.statistics.bulk_read import CODE, DAY, NUMBER, TEXT, read_rows
from movilidad.statistics.columns import coded
from movilidad.statistics.inputs import Load, load_ids
from movilidad.statistics.population import PERSON, PERSON_FIELDS, PERSON_OF, chosen_rows, with_attributes

STAGE = "etapa_alcanzada"
INTEREST, DEPARTED = "0", "7"

_COLUMNS = {
    "solicitud_id": TEXT,
    "persona_id": TEXT,
    "momento": NUMBER,
    "dia": DAY,
    "canal_registro": CODE,
    "pais_interes": CODE,
    "ocupacion": CODE,
    "etapa": CODE,
    **PERSON,
}
_APPLICATIONS = f"""
SELECT s.solicitud_id, s.persona_id, extract(epoch FROM s.fecha)::float8 AS momento,
       (s.fecha AT TIME ZONE '{TZ_NAME}')::date AS dia, s.canal_registro, s.pais_interes, s.ocupacion, s.etapa,
       {PERSON_FIELDS}
FROM nucleo.solicitudes s
{PERSON_OF.format("s")}
WHERE s.carga_id = ANY(%(cargas)s) AND s.fecha >= %(inicio)s AND s.fecha < %(fin)s
"""
_INTERESTED = """
SELECT DISTINCT persona_id FROM nucleo.inscripciones
WHERE carga_id = ANY(%(cargas)s) AND interes AND fecha >= %(inicio)s AND fecha < %(fin)s
"""


def read_applications(connection: Connection, month: Month, loads: list[Load]) -> pd.DataFrame:
    """The applications registered in the month, as the clocks of Guatemala show it, each with its person.

    ``momento`` is in seconds since 1970, ``dia`` the date in Guatemala; attributes are those on that day.
    """
    rows = read_rows(connection, _APPLICATIONS, _parameters(month, loads), _COLUMNS)
    return with_attributes(rows, "dia")


def read_interested(connection: Connection, month: Month, loads: list[Load]) -> pd.DataFrame:
    """``persona_id`` of everybody who registered an interest in the programme in the job bank in the month."""
    return read_rows(connection, _INTERESTED, _parameters(month, loads), {"persona_id": TEXT})


def _parameters(month: Month, loads: list[Load]) -> dict[str, object]:
    return {"cargas": load_ids(loads), "inicio": month.start, "fin": month.end}


def applicants(applications: pd.DataFrame) -> pd.DataFrame:
    """One row per person: her last application (``momento``, then ``solicitud_id``), which decides."""
    return applications[chosen_rows(applications, "persona_id", "momento", "solicitud_id", last=True)]


def interested(registered: pd.DataFrame, applications: pd.DataFrame, departures: pd.DataFrame) -> pd.DataFrame:
    """One row per person with an interest or an application, and ``etapa_alcanzada``: how far she came.

    ``0`` if she did not apply in the period, even if she left in it: so those of all other stages together are the
    period's applicants. Otherwise the furthest stage of her applications; ``7`` if she left in the same period;
    ``ND`` if no stage is known.

    Args:
        registered: ``persona_id`` of those with a registered interest.
        applications: ``persona_id``, ``etapa``.
        departures: ``persona_id`` of the programme's departures of the period; others' count for nothing here.
    """
    order = [INTEREST, UNKNOWN, *code_list("etapas").codes, DEPARTED]
    persons = pd.concat([registered["persona_id"], applications["persona_id"]], ignore_index=True)
    numbers, names = pd.factorize(persons)
    reached = np.zeros(len(names), dtype=np.int8)
    np.maximum.at(reached, numbers[len(registered) :], _ranks(applications["etapa"], order))
    applied = reached != order.index(INTEREST)
    reached[applied & pd.Index(names).isin(departures["persona_id"])] = order.index(DEPARTED)
    return pd.DataFrame({"persona_id": names, STAGE: pd.Categorical.from_codes(reached, order)})


def _ranks(stages: pd.Series, order: list[str]) -> npt.NDArray[np.int8]:
    """Place of each stage in ``order``; what is not stated, or no stage, as ``ND``."""
    found, codes = coded(stages)
    known = {*code_list("etapas").codes}
    places = [order.index(code if code in known else UNKNOWN) for code in codes]
    return np.array([*places, order.index(UNKNOWN)], dtype=np.int8)[found]
