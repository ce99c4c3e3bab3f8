"""Deliveries that are not what they should be, and two runs at once: never a half-loaded month, always told."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from quality_support import MONTH, rates, rows, stored
from sources_support import QuietHandler, on_loopback
from sqlalchemy import Engine

from movilidad.model import paths
from movilidad.model.errors import DataError, UnavailableError
from movilidad.quality.findings.drift import drift_findings
from movilidad.quality.findings.finding import Finding
from movilidad.quality.findings.memory import enter
from movilidad.quality.findings.past import past_results
from movilidad.quality.findings.volume import volume_findings
from movilidad.quality.ingestion import bring
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.store.extractions import Extraction

RECRUITERS, RATES = "registro_reclutadores", "tipo_cambio_banguat"


def open_ones(engine: Engine) -> list[tuple[object, ...]]:
    return rows(engine, "SELECT asunto, gravedad, que FROM control.hallazgos WHERE resuelto IS NULL ORDER BY 1")


@pytest.fixture
def maintenance() -> Iterator[Connection]:
    """A platform that answers every question with a friendly web page."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            self.answer(b"<html><h1>Estamos en mantenimiento</h1></html>", "text/html; charset=utf-8")

    with on_loopback(Handler) as url:
        yield Connection.model_validate({"extra": {"url": url, "tiempo_reintentos": 1}})


def test_a_page_of_maintenance_leaves_a_finding_and_no_rows(warehouse: Engine, maintenance: Connection) -> None:
    with pytest.raises(DataError, match="contestó una página web en vez de datos"):
        bring(load_contract(RECRUITERS), MONTH, maintenance)
    what = "No se pudo leer el mes: el servicio contestó una página web en vez de datos."
    assert open_ones(warehouse) == [("lectura/inservible", "critical", what)]
    assert rows(warehouse, "SELECT count(*) FROM control.instantaneas") == [(0,)]


def test_a_source_that_answers_again_closes_its_finding(warehouse: Engine, tmp_path: Path) -> None:
    contract = load_contract("tipo_cambio")
    gone, back = (
        Connection.model_validate({"extra": {"url": folder.as_uri()}})
        for folder in (tmp_path / "nada", paths.DATA)
    )
    with pytest.raises(UnavailableError):
        bring(contract, MONTH, gone)
    assert [row[:2] for row in open_ones(warehouse)] == [("lectura/sin_respuesta", "critical")]
    bring(contract, MONTH, back)
    assert open_ones(warehouse) == []
    came = rows(warehouse, "SELECT fuente, periodo, notas FROM control.extracciones")
    assert came == [("tipo_cambio", "2026-10", [])]


_RUN = """
from movilidad.model.periods import Month
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
print(admit(check({snapshot!r}, Month(2026, 10)).require_approved(), Month(2026, 10)))
"""


def test_two_runs_at_the_same_time_give_one_load(warehouse: Engine) -> None:
    program = [sys.executable, "-c", _RUN.format(snapshot=stored(rates(), RATES))]
    runs = [subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    assert len({out for out, _ in told}) == 1
    for table in ("veredictos", "examenes", "cargas", "vigencias"):
        assert rows(warehouse, f"SELECT count(*) FROM control.{table}") == [(1,)]
    assert rows(warehouse, "SELECT count(*) FROM nucleo.tipos_cambio_diarios") == [(31,)]


def result(count: int, **more: Any) -> dict[str, Any]:
    return {"trabajadores": {"filas": count, "en_cuarentena": 0, "reglas": [], **more}}


def odd(engine: Engine, now: dict[str, Any], seen: Extraction | None = None) -> dict[str, Finding]:
    contract = load_contract(RECRUITERS)
    with engine.connect() as connection:
        past = past_results(connection, RECRUITERS, MONTH)
    found = [*volume_findings(contract, MONTH, now, past), *drift_findings(contract, MONTH, now, past, seen)]
    return {each.asunto: each for each in found}


def test_a_table_that_comes_empty_where_it_may_asks_for_a_decision(warehouse: Engine) -> None:
    for month in MONTH.plus(-12).through(MONTH.plus(-1)):
        with warehouse.begin() as connection:
            enter(connection, (RECRUITERS, str(month), "s", "r"), approved=True, results=result(60))
    (volume,) = odd(warehouse, result(0)).values()
    assert (volume.asunto, volume.gravedad) == ("volumen/trabajadores", "warning")
    assert volume.cuanto == "0; se esperaban unas 60 (-100 %)"
    assert odd(warehouse, result(55)) == {}


def test_a_delivery_that_was_refused_is_no_measure_for_the_next(warehouse: Engine) -> None:
    for month in MONTH.plus(-12).through(MONTH.plus(-1)):
        with warehouse.begin() as connection:
            enter(connection, (RECRUITERS, str(month), "s", "r"), approved=True, results=result(60))
            enter(connection, (RECRUITERS, str(month), "mala", "r"), approved=False, results=result(0))
    assert odd(warehouse, result(60)) == {}


def test_columns_that_came_or_went_are_recorded(warehouse: Engine) -> None:
    clock = "el reloj de la plataforma va 60 minutos adelantado"
    notes = (clock, "x: columnas nuevas que no se leen: «y»")
    seen = Extraction("s", datetime.now(UTC), notes, {"trabajadores": ["apodo"]}, {"trabajadores": ["salario"]})
    found = odd(warehouse, result(60), seen)
    assert {name: each.gravedad for name, each in found.items()} == {
        "deriva/trabajadores/columnas_nuevas": "info",
        "deriva/trabajadores/columnas_faltantes": "info",
        "extraccion/avisos": "info",
    }
    assert found["extraccion/avisos"].cuanto == clock


def test_a_column_written_in_another_way_matters_when_it_cannot_be_read(warehouse: Engine) -> None:
    def written(form: str, unusable: int) -> dict[str, Any]:
        return result(60, campos={"fecha_salida": [0, unusable]}, formas={"fecha_salida": form}, partes={})

    with warehouse.begin() as connection:
        enter(connection, (RECRUITERS, "2026-09", "s", "r"), approved=True, results=written("fecha", 0))
    assert odd(warehouse, written("fecha", 0)) == {}
    form = "deriva/trabajadores/fecha_salida/forma"
    assert odd(warehouse, written("fecha_iso", 0))[form].gravedad == "info"
    unread = odd(warehouse, written("texto", 60))[form]
    assert (unread.gravedad, unread.cuanto) == (
        "warning",
        "antes fechas como 31-10-2026, ahora texto; 60 filas sin poder usarse",
    )
