"""What was done for each milestone of the commitment in a period, as it stood on its last day.

Nothing of it needs protection: actions are public acts, and none is measured in persons (``unidades_accion``).
"""

from collections.abc import Sequence
from itertools import product

import pandas as pd
from sqlalchemy import Connection

from movilidad.model.codelists import TOTAL, UNKNOWN, code_list
from movilidad.model.periods import Period
from movilidad.statistics.bulk_read import DAY, NUMBER, TEXT, read_rows
from movilidad.statistics.inputs import Load, load_ids

DONE, _UNDER_WAY = "completada", "en_curso"
AMOUNT = "cantidad"
_COLUMNS = {
    **dict.fromkeys(("accion_id", "hito", "accion", "unidad_responsable"), TEXT),
    **dict.fromkeys(("fecha_inicio", "fecha_fin"), DAY),
    "estado": TEXT,
    "cantidad": NUMBER,
    "unidad": TEXT,
    "evidencia": TEXT,
}
_QUERY = f"""
SELECT {", ".join(_COLUMNS)} FROM nucleo.acciones
WHERE carga_id = ANY(%(cargas)s) AND fecha_inicio <= %(hasta)s
ORDER BY hito, fecha_inicio, accion_id
"""


def read_actions(connection: Connection, period: Period, loads: Sequence[Load]) -> pd.DataFrame:
    """The actions under way in a period, in the order of milestone and beginning, with the state of its last day.

    A completed action without an end is one of a single day. What ended later was under way on the last day, and
    its amount and evidence are not of this period: an amount counts once, in the period in which its action ends.
    """
    last = period.last.last_day
    parameters = {"cargas": load_ids(list(loads)), "hasta": last}
    rows = read_rows(connection, _QUERY, parameters, _COLUMNS)
    done = rows["estado"] == DONE
    ends = rows["fecha_fin"].fillna(rows["fecha_inicio"].where(done))
    later = ends > pd.Timestamp(last)
    counts = done & ~later
    rows = rows.assign(
        fecha_fin=ends.mask(later),
        estado=rows["estado"].mask(done & later, _UNDER_WAY),
        cantidad=rows["cantidad"].where(counts),
        unidad=rows["unidad"].where(counts & rows["cantidad"].notna(), UNKNOWN),
        evidencia=rows["evidencia"].where(counts),
    )
    over = rows["fecha_fin"] < pd.Timestamp(period.first.first_day)
    return rows[~over].reset_index(drop=True)


def actions_by_milestone(actions: pd.DataFrame) -> pd.DataFrame:
    """How many actions each milestone had: ``hito``, ``estado_accion``, ``indicador``, ``unidad``, ``valor``.

    Every milestone and state has its row, ``Total`` first.
    """
    milestones, states = code_list("hitos_compromiso").codes, code_list("estados_accion").codes
    counts = actions.groupby(["hito", "estado"]).size().to_dict()
    rows = [
        (milestone, state, _sum(counts, milestone, state))
        for milestone, state in product((TOTAL, *milestones), (TOTAL, *states))
    ]
    frame = pd.DataFrame(rows, columns=["hito", "estado_accion", "valor"]).assign(
        indicador="acciones", unidad="acciones"
    )
    return frame[["hito", "estado_accion", "indicador", "unidad", "valor"]].astype({"valor": "Int64"})


def amounts_by_milestone(actions: pd.DataFrame) -> pd.DataFrame:
    """What a milestone's completed actions amount to, by unit: ``hito``, ``indicador``, ``unidad``, ``valor``."""
    measured = actions[actions["unidad"] != UNKNOWN]
    sums = measured.groupby(["hito", "unidad"])["cantidad"].sum().to_dict()
    rows = [
        (milestone, AMOUNT, unit, sums[milestone, unit])
        for milestone, unit in product(code_list("hitos_compromiso").codes, code_list("unidades_accion").codes)
        if (milestone, unit) in sums
    ]
    return pd.DataFrame(rows, columns=["hito", "indicador", "unidad", "valor"]).astype({"valor": "Float64"})


def listed_actions(actions: pd.DataFrame) -> pd.DataFrame:
    """The list that anybody may read: the columns of the source but the key; dates as ISO text."""
    days = {name: actions[name].dt.strftime("%Y-%m-%d") for name in ("fecha_inicio", "fecha_fin")}
    return actions.assign(**days).drop(columns="accion_id")


def _sum(counts: dict[tuple[str, str], int], milestone: str, state: str) -> int:
    return sum(
        count
        for (own_milestone, own_state), count in counts.items()
        if milestone in (TOTAL, own_milestone) and state in (TOTAL, own_state)
    )
