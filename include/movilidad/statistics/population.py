"""The people who left: departures of one channel, each with the attributes of its person.

Persons and departures are different measures. A person who leaves twice is one person and two departures;
as a person she counts once, with the attributes of her first departure, so that every breakdown of persons sums
to the number of distinct persons.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.codelists import UNKNOWN, code_list
from movilidad.model.periods import Month
from movilidad.statistics.bands import banded
from movilidad.statistics.bulk_read import CODE, DAY, FLAG, NUMBER, TEXT, read_rows
from movilidad.statistics.columns import coded
from movilidad.statistics.inputs import Load, load_ids

PROGRAMME = "programa"
PRIVATE = "reclutador_privado"

_MAYA, _NOT_APPLICABLE = "1", "99"

# what records say of a person, whether she leaves or applies
PERSON = {
    "sexo": CODE,
    "fecha_nacimiento": DAY,
    "pueblo": CODE,
    "comunidad_linguistica": CODE,
    "nivel_educativo": CODE,
    "departamento_origen": CODE,
    "municipio_origen": CODE,
}
PERSON_FIELDS = ", ".join(f"p.{name}" for name in PERSON)
PERSON_OF = "LEFT JOIN nucleo.personas p ON p.carga_id = {0}.carga_id AND p.persona_id = {0}.persona_id"

_COLUMNS = {
    "colocacion_id": TEXT,
    "persona_id": TEXT,
    "empleador_id": CODE,
    "reclutador_id": CODE,
    "fecha_salida": DAY,
    "pais": CODE,
    "subdivision": CODE,
    "tipo_visa": CODE,
    "ocupacion": CODE,
    "sector": CODE,
    "salario": NUMBER,
    "salario_estado": CODE,
    "moneda": CODE,
    "periodo_pago": CODE,
    "horas_semana": NUMBER,
    "sin_registro": FLAG,
    **PERSON,
}
_QUERY = f"""
SELECT c.colocacion_id, c.persona_id, c.empleador_id, c.reclutador_id, c.fecha_salida, c.pais, c.subdivision,
       c.tipo_visa, c.ocupacion, c.sector, c.salario::float8 AS salario, c.salario_estado, c.moneda,
       c.periodo_pago, c.horas_semana::float8 AS horas_semana, p.persona_id IS NULL AS sin_registro,
       {PERSON_FIELDS}
FROM nucleo.colocaciones c
{PERSON_OF.format("c")}
WHERE c.carga_id = ANY(%(cargas)s) AND c.canal = %(canal)s AND c.fecha_salida BETWEEN %(desde)s AND %(hasta)s
"""
_OUTSIDE = """
SELECT count(*) FROM nucleo.colocaciones
WHERE carga_id = ANY(:cargas) AND canal = :canal AND fecha_salida NOT BETWEEN :desde AND :hasta
"""


def read_departures(connection: Connection, month: Month, loads: list[Load], channel: str) -> pd.DataFrame:
    """The channel's departures of a month, one row each, joined with the person of the same load.

    Channels are never added: ``programa`` and ``reclutador_privado`` are two coverages.
    Rows whose departure lies outside the month are left out (``departures_outside`` counts them).
    """
    return read_rows(connection, _QUERY, _parameters(month, loads, channel), _COLUMNS)


def departures_outside(connection: Connection, month: Month, loads: list[Load], channel: str) -> int:
    """How many departures of the loads are dated outside the month."""
    return int(connection.execute(text(_OUTSIDE), _parameters(month, loads, channel)).scalar_one())


def _parameters(month: Month, loads: list[Load], channel: str) -> dict[str, object]:
    return {"cargas": load_ids(loads), "canal": channel, "desde": month.first_day, "hasta": month.last_day}


def with_dimensions(departures: pd.DataFrame) -> pd.DataFrame:
    """Add what is derived from a departure and its person.

    Adds ``primera_salida`` (the row by which its person counts) and what ``with_attributes`` adds, at departure.
    """
    return with_attributes(departures, "fecha_salida").assign(primera_salida=first_departures(departures))


def with_attributes(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """Add what is derived from a person on a day.

    Adds ``edad`` (completed years on the day of the column ``day``, NaN if unknown) and ``grupo_edad``; makes the
    municipality decide the department, and gives a linguistic community to Maya only: ``99`` to other peoples,
    ``ND`` to a Maya without one and to whoever states no people.
    """
    age = completed_years(rows["fecha_nacimiento"], rows[day])
    return rows.assign(
        edad=age,
        grupo_edad=banded(age.to_numpy(), "grupos_edad"),
        departamento_origen=_department(rows),
        comunidad_linguistica=_community(rows),
    )


def first_departures(frame: pd.DataFrame, contributor: str = "persona_id") -> npt.NDArray[np.bool_]:
    """Which rows are their contributor's first departure (``fecha_salida``, then ``colocacion_id``)."""
    return chosen_rows(frame, contributor, "fecha_salida", "colocacion_id")


def chosen_rows(
    frame: pd.DataFrame, contributor: str, moment: str, tie: str, *, last: bool = False
) -> npt.NDArray[np.bool_]:
    """One row of each contributor: that of the first ``moment`` (or the last), then of ``tie``."""
    chosen = ~frame[contributor].duplicated(keep=False).to_numpy()
    repeated = np.flatnonzero(~chosen)  # few: only these need sorting
    rows = frame[[contributor, moment, tie]].iloc[repeated].assign(row=repeated)
    extreme = rows.groupby(contributor, observed=True)[moment].transform("max" if last else "min")
    found = (
        rows[(rows[moment] == extreme).to_numpy()]
        .sort_values(tie, kind="stable")
        .drop_duplicates(contributor, keep="last" if last else "first")
    )
    chosen[found["row"].to_numpy()] = True
    return np.asarray(chosen, dtype=bool)


def completed_years(birth: pd.Series, day: pd.Series) -> pd.Series:
    """Age in completed years on ``day``; NaN where a date is missing. Born on 29 February: older on 1 March."""
    before_birthday = (day.dt.month * 100 + day.dt.day) < (birth.dt.month * 100 + birth.dt.day)
    return (day.dt.year - birth.dt.year - before_birthday).astype("float64").where(birth.notna() & day.notna())


def _department(frame: pd.DataFrame) -> pd.Categorical:
    codes = [*code_list("departamentos").codes, UNKNOWN]
    place = {code: number for number, code in enumerate(codes)}
    parents = code_list("municipios").parents
    towns, town_codes = coded(frame["municipio_origen"])
    stated, stated_codes = coded(frame["departamento_origen"])
    # one entry more, for missing (-1)
    by_town = np.array([place.get(parents.get(code, ""), -1) for code in town_codes] + [-1])[towns]
    by_statement = np.array([place.get(code, place[UNKNOWN]) for code in stated_codes] + [place[UNKNOWN]])[stated]
    return pd.Categorical.from_codes(np.where(by_town >= 0, by_town, by_statement), codes)


def _community(frame: pd.DataFrame) -> pd.Categorical:
    people, people_codes = coded(frame["pueblo"])
    languages, language_codes = coded(frame["comunidad_linguistica"])
    codes = [*dict.fromkeys([*language_codes, _NOT_APPLICABLE, UNKNOWN])]
    unknown, not_applicable = codes.index(UNKNOWN), codes.index(_NOT_APPLICABLE)
    of_maya = np.append(np.arange(len(language_codes)), unknown)[languages]
    of_maya = np.where(of_maya == not_applicable, unknown, of_maya)
    of_others = np.array([unknown if code == UNKNOWN else not_applicable for code in people_codes] + [unknown])
    is_maya = np.array([code == _MAYA for code in people_codes] + [False])
    return pd.Categorical.from_codes(np.where(is_maya[people], of_maya, of_others[people]), codes)
