"""Complaints as they stood on a period's last day: received in it, closed in it, and how long closing took."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from movilidad.model.codelists import TOTAL, UNKNOWN, code_list
from movilidad.model.periods import Period
from movilidad.statistics.bulk_read import DAY, TEXT, read_rows
from movilidad.statistics.inputs import Load, load_ids

RECEIVED, CLOSED = "denuncias", "denuncias_cerradas"
KIND = "clase_denuncia"
MEDIAN, BASE = "dias_hasta_el_cierre_mediana", "casos"
_PENDING = "en_tramite"
# what the ministry itself decided; a complaint handed to another authority is out of its hands, not closed
_DECIDED = ("resuelta", "desestimada")
_COLUMNS = {
    **dict.fromkeys(("denuncia_id", "canal", "clase", "pais", "estado"), TEXT),
    **dict.fromkeys(("fecha_recepcion", "fecha_estado"), DAY),
}
_QUERY = f"""
SELECT {", ".join(_COLUMNS)} FROM nucleo.denuncias
WHERE carga_id = ANY(%(cargas)s) AND fecha_recepcion <= %(hasta)s
ORDER BY denuncia_id
"""


def read_complaints(connection: Connection, day: date, loads: Sequence[Load]) -> pd.DataFrame:
    """All complaints received up to ``day``, with the state they had on it.

    The register tells the last state only: one that came after ``day`` is not yet known on it, so the complaint
    was pending.
    """
    parameters = {"cargas": load_ids(list(loads)), "hasta": day}
    rows = read_rows(connection, _QUERY, parameters, _COLUMNS)
    later = rows["fecha_estado"] > pd.Timestamp(day)
    return rows.assign(estado=rows["estado"].mask(later, _PENDING))


def received(complaints: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Those received in the period, with the state of its last day."""
    return complaints[_within(complaints["fecha_recepcion"], period)].reset_index(drop=True)


def closed(complaints: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Those resolved or dismissed in the period, whenever they were received."""
    decided = complaints["estado"].isin(_DECIDED) & _within(complaints["fecha_estado"], period)
    return complaints[decided].reset_index(drop=True)


def days_to_close(decided: pd.DataFrame) -> pd.DataFrame:
    """Median of the days from receipt to decision: of all, and of each kind with a case.

    Returns:
        ``clase_denuncia`` (``Total`` first), ``indicador``, ``unidad``, ``valor`` (Float64; missing without a
        case) and behind it ``casos`` (Int64), the number of cases. Not protected yet.
    """
    days = (decided["fecha_estado"] - decided["fecha_recepcion"]).dt.days
    rows = [(TOTAL, days.median(), len(days))]
    for code in (*code_list("clases_denuncia").codes, UNKNOWN):
        own = days[(decided["clase"] == code).to_numpy()]
        if len(own):
            rows.append((code, own.median(), len(own)))
    frame = pd.DataFrame(rows, columns=[KIND, "valor", BASE]).assign(indicador=MEDIAN, unidad="días")
    return frame[[KIND, "indicador", "unidad", "valor", BASE]].astype({"valor": "Float64", BASE: "Int64"})


def _within(days: pd.Series, period: Period) -> pd.Series:
    return days.between(pd.Timestamp(period.first.first_day), pd.Timestamp(period.last.last_day))
