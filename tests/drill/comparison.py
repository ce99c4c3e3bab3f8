"""Whether what was counted and published of a month is the truth that the simulation keeps aside."""

import csv
from collections.abc import Iterator

import pandas as pd
from sqlalchemy import text

from drill.scene import Scene
from movilidad.demo import truth
from movilidad.model.codelists import REMAINDER, TOTAL
from movilidad.model.periods import Month
from movilidad.statistics.compute import compute
from movilidad.statistics.inputs import current_loads
from movilidad.statistics.tables import MonthTables
from movilidad.store.engine import warehouse

DIMENSIONS = ("pais", "sexo", "tipo_visa", "grupo_edad", "pueblo", "departamento_origen")


def differences(scene: Scene, month: Month) -> list[str]:
    """Where the newest release of a month, or what it was counted from, is not the truth; empty if nowhere."""
    loads = current_loads(warehouse(), month)
    tables = compute(warehouse(), month, loads)
    by_source = {load.fuente: load.carga_id for load in loads}
    return [*_counted(scene, month, tables), *_records(scene, month, by_source), *_published(scene, month, tables)]


def _counted(scene: Scene, month: Month, tables: MonthTables) -> Iterator[str]:
    """The departures of the programme, cell by cell."""
    expected = truth.expected(scene.truth, month)
    for dimension in DIMENSIONS:
        frame = tables.cuadros[f"colocados_por_{dimension}"]
        counted = frame[(frame["indicador"] == "salidas") & (frame[dimension] != TOTAL) & (frame["valor"] > 0)]
        found = dict(zip(counted[dimension], counted["valor"], strict=True))
        if found != expected[dimension].value_counts().to_dict():
            yield f"salidas por {dimension}"


def _records(scene: Scene, month: Month, loads: dict[str, str]) -> Iterator[str]:
    """The records of each platform that remain after quarantine."""
    queries = {
        "colocaciones": ("SELECT colocacion_id FROM nucleo.colocaciones", "programa_trabajo_temporal"),
        "trabajadores": ("SELECT colocacion_id FROM nucleo.colocaciones", "registro_reclutadores"),
        "inscripciones": ("SELECT inscripcion_id FROM nucleo.inscripciones", "tu_empleo"),
        "solicitudes": ("SELECT persona_id FROM nucleo.solicitudes", "programa_trabajo_temporal"),
    }
    with warehouse().connect() as connection:
        found = {
            name: list(connection.scalars(text(f"{query} WHERE carga_id = :id"), {"id": loads[source]}))
            for name, (query, source) in queries.items()
        }
    applied = truth.read(scene.truth, "solicitudes", month).iloc[0]
    expected: dict[str, object] = {
        "colocaciones": set(truth.departures(scene.truth, month)["clave"]),
        "trabajadores": set(truth.read(scene.truth, "trabajadores", month)["clave"]),
        "inscripciones": set(truth.registrations(scene.truth, month)["clave"]),
    }
    yield from (f"registros: {name}" for name, keys in expected.items() if set(found[name]) != keys)
    counted = (len(found["solicitudes"]), len(set(found["solicitudes"])))
    if counted != (applied["solicitudes"], applied["aplicantes"]):
        yield "registros: solicitudes"


def _published(scene: Scene, month: Month, tables: MonthTables) -> Iterator[str]:
    """Every figure that readers see of the placed, against what was counted."""
    for dimension in DIMENSIONS:
        name = f"colocados_por_{dimension}"
        frame: pd.DataFrame = tables.cuadros[name]
        counted = {(row.indicador, getattr(row, dimension)): row.valor for row in frame.itertuples()}
        file = scene.place.release("latest", str(month)) / "datos" / f"{name}.csv"
        with file.open(encoding="utf-8", newline="") as handle:
            shown = [row for row in csv.DictReader(handle) if row["valor"] and row[dimension] != REMAINDER]
        if not shown or any(int(row["valor"]) != counted[row["indicador"], row[dimension]] for row in shown):
            yield f"publicado: {name}"
