"""The ledger of cells: of every release, each cell with its true value and whether it was shown. Private."""

import json

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.errors import DataError

_STATE = "SELECT estado FROM control.publicaciones WHERE publicacion_id = :release FOR UPDATE"
_DELETE = "DELETE FROM control.celdas WHERE publicacion_id = :release"
_INSERT = """
INSERT INTO control.celdas (publicacion_id, periodo, cuadro, dimensiones, indicador, celda, valor_real,
                            contribuyentes, con_fila, estado, regla)
SELECT :release, periodo, cuadro, dimensiones, indicador, celda::jsonb, valor_real, contribuyentes, con_fila,
       estado, regla
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
     AS fila (periodo text, cuadro text, dimensiones text[], indicador text, celda text, valor_real numeric,
              contribuyentes integer, con_fila boolean, estado text, regla text)
"""


def record(connection: Connection, publicacion_id: str, decisions: pd.DataFrame) -> None:
    """Write the decisions of a draft; doing it again replaces them. The caller commits.

    Args:
        decisions: as ``protection.protect`` gives them.

    Raises:
        DataError: the release does not exist, or is public already: what was shown can never be unsaid.
    """
    state = connection.execute(text(_STATE), {"release": publicacion_id}).scalar_one_or_none()
    if state is None:
        raise DataError("no existe la publicación cuyas celdas se anotan", place=publicacion_id)
    if state != "borrador":
        raise DataError(
            "la publicación ya no es un borrador; sus celdas no se anotan de nuevo",
            place=publicacion_id,
            remedy="si las cifras cambian, haga una revisión nueva",
        )
    rows = decisions.astype(object).where(decisions.notna(), None).to_dict("records")
    connection.execute(text(_DELETE), {"release": publicacion_id})
    connection.execute(text(_INSERT), {"release": publicacion_id, "rows": json.dumps(rows)})
