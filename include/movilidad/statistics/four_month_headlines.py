"""The headline figures of four months, each read from a protected table: what is hidden there is hidden here."""

from dataclasses import dataclass

import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.statistics.actions import DONE
from movilidad.statistics.budget import ACCRUED, COST, IN_FORCE, PERCENT_TO_DATE
from movilidad.statistics.four_months import FourMonths
from movilidad.statistics.training import CERTIFIED

_WOMEN = "2"
_SHOWN = {"estado_obs": "A", "estado_conf": "F"}


@dataclass(frozen=True)
class _Place:
    """Where a headline stands: a table, a cell (margins are not named), the indicator there."""

    titulo: str
    cuadro: str
    indicador: str
    celda: tuple[tuple[str, str], ...] = ()


# in the order of printing
_PLACES = {
    "colocados": _Place("Personas colocadas por el programa", "colocados_por_pais", "colocados"),
    "salidas": _Place("Salidas del país por el programa", "colocados_por_pais", "salidas"),
    "mujeres": _Place(
        "Mujeres entre las personas colocadas", "colocados_por_sexo", "colocados", (("sexo", _WOMEN),)
    ),
    "aplicantes": _Place("Personas que presentaron una solicitud", "aplicantes_por_sexo", "aplicantes"),
    "empleadores": _Place("Empleadores con al menos una salida", "empleadores_por_pais", "empleadores"),
    "reclutadores": _Place(
        "Reclutadores autorizados al cierre del cuatrimestre", "reclutadores_por_pais", "reclutadores"
    ),
    "trabajadores_reportados": _Place(
        "Personas reportadas por reclutadores privados (cobertura aparte)",
        "reportados_por_pais",
        "trabajadores_reportados",
    ),
    "acciones_completadas": _Place(
        "Acciones del compromiso completadas", "acciones", "acciones", (("estado_accion", DONE),)
    ),
    "inscripciones_curso": _Place(
        "Inscripciones en cursos y certificaciones terminados",
        "capacitaciones_por_sexo_resultado",
        "inscripciones_curso",
    ),
    "inscripciones_certificadas": _Place(
        "Inscripciones que obtuvieron la certificación",
        "capacitaciones_por_sexo_resultado",
        "inscripciones_curso",
        (("resultado", CERTIFIED),),
    ),
    "denuncias": _Place("Denuncias recibidas", "denuncias_por_clase_denuncia", "denuncias"),
    "denuncias_cerradas": _Place(
        "Denuncias resueltas o desestimadas", "denuncias_cerradas_por_clase_denuncia", "denuncias_cerradas"
    ),
    IN_FORCE: _Place("Presupuesto vigente del programa", "presupuesto", IN_FORCE),
    ACCRUED: _Place("Presupuesto devengado en el cuatrimestre", "presupuesto", ACCRUED),
    PERCENT_TO_DATE: _Place("Ejecución del presupuesto de enero al cierre", "presupuesto", PERCENT_TO_DATE),
    COST: _Place("Devengado por persona colocada", "presupuesto", COST),
}


def four_month_headlines(found: FourMonths) -> pd.DataFrame:
    """``indicador``, ``titulo``, ``unidad``, ``valor`` (Float64), ``estado_obs``, ``estado_conf``.

    Args:
        found: protected figures.
    """
    tables = found.cuadros | {"acciones": found.cuentas.acciones, "presupuesto": found.cuentas.presupuesto}
    rows = [(name, place.titulo, *_figure(tables[place.cuadro], place)) for name, place in _PLACES.items()]
    columns = ["indicador", "titulo", "unidad", "valor", *_SHOWN]
    return pd.DataFrame(rows, columns=columns).astype({"valor": "Float64"})


def _figure(frame: pd.DataFrame, place: _Place) -> tuple[object, ...]:
    """Unit, value and states of the one row."""
    cell = dict(place.celda)
    rows = frame[frame["indicador"] == place.indicador]
    for name in (each for each in rows.columns[: rows.columns.get_loc("indicador")] if each != "descripcion"):
        rows = rows[rows[name] == cell.get(name, TOTAL)]
    row = rows.iloc[0].to_dict()
    return row["unidad"], row["valor"], *(row.get(name, state) for name, state in _SHOWN.items())
