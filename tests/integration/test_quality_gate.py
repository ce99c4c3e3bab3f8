"""A month of the programme through gate and admission: who stays, who is set apart, what is kept of it."""

import logging
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from quality_support import (
    MONTH,
    TRABAJADORES,
    Frames,
    ingested,
    programme,
    quarantine,
    rates,
    rates_ingested,
    recruiters,
    rows,
    stored,
    with_cell,
    with_rows,
)
from sqlalchemy import Engine

from movilidad.model import paths
from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import TZ, Month
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
from movilidad.store.purge import purge

MARK = "VALORMARCADO"


def test_a_clean_month_is_admitted_whole_in_the_codes_of_the_project(warehouse: Engine) -> None:
    carga_id = ingested(programme())
    assert quarantine(warehouse) == set()
    assert rows(
        warehouse,
        "SELECT DISTINCT carga_id, canal, pais, tipo_visa, ocupacion, sector, moneda, periodo_pago,"
        " salario_estado, salario::text, fecha_salida::text FROM nucleo.colocaciones",
    ) == [(carga_id, "programa", "USA", "H-2A", "9211", "0113", "USD", "hora", "ok", "14.68", "2026-10-10")]
    assert rows(
        warehouse, "SELECT DISTINCT fecha_retorno, recontratado, reclutador_id FROM nucleo.colocaciones"
    ) == [(None, False, None)]
    assert rows(
        warehouse,
        "SELECT pueblo, comunidad_linguistica, nivel_educativo, departamento_origen, municipio_origen,"
        " COUNT(*) FROM nucleo.personas GROUP BY 1, 2, 3, 4, 5",
    ) == [("1", "17", "3", "16", "1601", 60)]
    assert rows(warehouse, "SELECT canal_registro, pais_interes, etapa, COUNT(*) FROM nucleo.solicitudes"
                " GROUP BY 1, 2, 3") == [("web", "USA", "6", 60)]  # fmt: skip


def test_a_row_without_credible_person_date_or_employer_is_set_apart(warehouse: Engine) -> None:
    defects = [
        ("colocaciones", "persona_id_estado", "digito_incorrecto", "persona_id"),
        ("colocaciones", "persona_id", "f" * 32, "persona_id"),
        ("colocaciones", "empleador_id", "E99", "empleador_id"),
        ("colocaciones", "fecha_salida", "2026-02-30", "fecha_salida"),
        ("colocaciones", "fecha_salida", "2026-09-30", "fecha_salida"),
        ("colocaciones", "fecha_salida", None, "fecha_salida"),
        ("colocaciones", "fecha_retorno", "2026-10-01", "fecha_retorno"),
        ("colocaciones", "fecha_fin", "2026-10-11", "fecha_fin"),
        ("solicitudes", "fecha", "2026-11-01T06:00:00+00:00", "fecha"),
        ("solicitudes", "fecha", "ayer", "fecha"),
        ("solicitudes", "fecha_etapa", "2026-10-01T00:00:00+00:00", "fecha_etapa"),
        ("solicitudes", "persona_id_estado", "vacio", "persona_id"),
    ]
    frames, expected = programme(200), set()
    for row, (dataset, field, value, reason) in enumerate(defects):
        frames = with_cell(frames, dataset, field, row, value)
        expected.add((dataset, frames[dataset].iloc[row, 0], reason))
    # the last instant of the month, in Guatemala, is good
    frames = with_cell(frames, "solicitudes", "fecha", 50, "2026-11-01T05:59:59+00:00")
    frames = with_cell(frames, "solicitudes", "fecha_etapa", 50, None)
    ingested(frames)
    found = quarantine(warehouse)
    assert expected <= found
    assert {row[:2] for row in found} == {row[:2] for row in expected}
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.colocaciones") == [(192,)]
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.solicitudes") == [(196,)]


def test_a_departure_at_an_impossible_age_is_set_apart_and_the_person_stays(warehouse: Engine) -> None:
    frames = programme()
    for row, born in enumerate(["2011-10-11", "1945-10-10", "2011-10-10", "1946-10-10"]):
        frames = with_cell(frames, "personas", "fecha_nacimiento", row, born)
    ingested(frames)
    # 14 years, 81 years; on the day of departure the last two are 15 and 80
    assert quarantine(warehouse) == {("colocaciones", f"C00{row}", "edad_salida") for row in range(2)}
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.personas") == [(60,)]


def test_a_row_with_an_unusable_attribute_stays(warehouse: Engine) -> None:
    defects = [
        ("colocaciones", "pais", "Narnia", "pais", "ND"),
        ("colocaciones", "tipo_visa", "Z-9", "tipo_visa", "ND"),
        ("colocaciones", "ocupacion", None, "ocupacion", "ND"),
        ("colocaciones", "salario", "1,468.00", "salario_estado", "dudoso"),
        ("colocaciones", "salario", "según convenio", "salario_estado", "ilegible"),
        ("personas", "sexo", "?", "sexo", "ND"),
        ("personas", "municipio_origen", "San Perdido", "municipio_origen", "ND"),
        ("solicitudes", "canal_registro", None, "canal_registro", "ND"),
    ]
    frames = programme()
    for row, (dataset, field, value, _, _) in enumerate(defects):
        frames = with_cell(frames, dataset, field, row, value)
    frames = with_cell(frames, "colocaciones", "persona_id_estado", 20, "lugar_desconocido")
    verdict = check(stored(frames), MONTH)
    assert (verdict.aprobada, verdict.gravedad, verdict.en_cuarentena) == (True, "warning", 0)
    admit(verdict.snapshot_id, MONTH)
    for dataset, _, _, column, code in defects:
        assert rows(warehouse, f"SELECT COUNT(*) FROM nucleo.{dataset} WHERE {column} = '{code}'") == [(1,)]
        assert rows(warehouse, f"SELECT COUNT(*) FROM nucleo.{dataset}") == [(60,)]
    doubtful = "SELECT salario::float FROM nucleo.colocaciones WHERE salario_estado = 'dudoso'"
    assert rows(warehouse, doubtful) == [(1468.0,)]


def test_of_copies_and_of_reports_of_one_departure_the_first_stays(warehouse: Engine) -> None:
    frames = programme()
    departures = frames["colocaciones"]
    copy, corrected = departures.iloc[[5]], departures.iloc[[6]].assign(salario="15.00")
    again = departures.iloc[[7]].assign(colocacion_id="C900", ocupacion="45-2091")
    ingested(with_rows(frames, "colocaciones", pd.concat([copy, corrected, again])))
    assert quarantine(warehouse) == {
        ("colocaciones", "C005", "duplicada"),
        ("colocaciones", "C006", "duplicada"),
        ("colocaciones", "C900", "repetida"),
    }
    assert rows(warehouse, "SELECT COUNT(*), COUNT(DISTINCT persona_id) FROM nucleo.colocaciones") == [(60, 60)]


def test_a_bad_row_never_takes_the_good_report_of_the_same_departure_with_it(warehouse: Engine) -> None:
    frames, defects = programme(), [("fecha_retorno", "2026-01-01"), ("persona_id_estado", "digito_incorrecto")]
    # the bad ones come first in the order of keys
    unborn = frames["personas"].iloc[[9]].assign(registro_persona="0000", fecha_nacimiento="2090-01-01")
    frames = with_rows(frames, "personas", unborn)
    bad = [
        frames["colocaciones"].iloc[[row]].assign(colocacion_id=f"A00{row}", **{field: value})
        for row, (field, value) in enumerate(defects)
    ]
    ingested(with_rows(frames, "colocaciones", pd.concat(bad)))
    assert {clave for _, clave, _ in quarantine(warehouse)} == {"0000", "A000", "A001"}
    good = "SELECT COUNT(*) FROM nucleo.colocaciones WHERE colocacion_id IN ('C000', 'C001')"
    assert rows(warehouse, good) == [(2,)]


def test_what_refers_only_to_a_row_in_quarantine_is_set_apart_too(warehouse: Engine) -> None:
    frames = with_cell(programme(), "personas", "registro_persona", 9, None)
    ingested(frames)
    assert {(name, clave) for name, clave, _ in quarantine(warehouse)} == {
        ("personas", ""),
        ("solicitudes", "S009"),
        ("colocaciones", "C009"),
    }


def test_too_much_quarantine_stops_the_source_and_nothing_reaches_the_core(warehouse: Engine) -> None:
    frames = programme()
    for row in range(6):
        frames = with_cell(frames, "colocaciones", "fecha_salida", row, "2026-02-30")
    snapshot_id = stored(frames)
    verdict = check(snapshot_id, MONTH)
    assert (verdict.aprobada, verdict.gravedad, verdict.en_cuarentena) == (False, "critical", 6)
    assert verdict.motivo == (
        "No aprobada: colocaciones: 6 de 60 filas en cuarentena (10.0 %), más del máximo de 8.0 %."
    )
    with pytest.raises(DataError, match=r"Fuente programa_trabajo_temporal.*más del máximo"):
        admit(snapshot_id, MONTH)
    assert rows(warehouse, "SELECT COUNT(*) FROM control.cargas") == [(0,)]
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.colocaciones") == [(0,)]


def test_one_bad_row_does_not_stop_a_month_of_two_departures(warehouse: Engine) -> None:
    ingested(with_cell(programme(2), "colocaciones", "fecha_salida", 0, "2026-02-30"))
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.colocaciones") == [(1,)]


def test_a_snapshot_that_was_not_judged_by_the_present_rules_is_not_admitted(warehouse: Engine) -> None:
    with pytest.raises(DataError, match="no ha pasado el control de calidad"):
        admit(stored(programme()), MONTH)


def test_an_unknown_snapshot_is_a_data_error(warehouse: Engine) -> None:
    with pytest.raises(DataError, match="no conoce esta instantánea"):
        check("programa_trabajo_temporal-00000000000000000000", MONTH)


def test_a_month_that_arrives_twice_in_another_order_is_one_load(warehouse: Engine) -> None:
    first = rates_ingested(rates())
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in rates().items()}
    assert rates_ingested(shuffled) == first
    assert rows(warehouse, "SELECT fuente, periodo, carga_id FROM control.vigencias") == [
        ("tipo_cambio_banguat", "2026-10", first)
    ]
    assert rows(warehouse, "SELECT COUNT(*), MIN(compra), MAX(fecha)::text FROM nucleo.tipos_cambio_diarios") == [
        (31, Decimal("7.65"), "2026-10-31")
    ]


def test_the_newest_delivery_is_valid_and_the_earlier_load_stays(warehouse: Engine) -> None:
    first, second, third = (rates_ingested(rates(sale)) for sale in ("7.66", "7.67", "7.66"))
    assert first == third != second
    valid = rows(warehouse, "SELECT carga_id FROM control.vigencias ORDER BY orden")
    assert valid == [(first,), (second,), (first,)]
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.tipos_cambio_diarios") == [(62,)]


def test_records_of_another_month_are_not_admitted_as_of_this_one(warehouse: Engine) -> None:
    verdict = check(stored(rates(), "tipo_cambio_banguat"), Month(2026, 9))
    assert (verdict.aprobada, verdict.motivo) == (
        False,
        "No aprobada: referencia: Hay días de otro mes (31 filas).",
    )


def test_a_wrong_suite_is_a_usage_error_that_names_file_dataset_and_rule(
    warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "expectations"
    folder.mkdir()
    original = paths.EXPECTATIONS / "programa_trabajo_temporal.yml"
    content = original.read_text(encoding="utf-8").replace(
        "type: expect_column_values_to_be_in_set", "type: expect_column_values_to_be_in_sett", 1
    )
    (folder / original.name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(paths, "EXPECTATIONS", folder)
    with pytest.raises(UsageError, match=r"programa_trabajo_temporal\.yml: conjunto «personas», regla 1"):
        check(stored(programme()), MONTH)


def test_a_changed_rule_judges_again_and_the_valid_load_stays_valid(
    warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rates_ingested(rates())
    folder = tmp_path / "expectations"
    folder.mkdir()
    original = paths.EXPECTATIONS / "tipo_cambio_banguat.yml"
    content = original.read_text(encoding="utf-8").replace("max_value: 12", "max_value: 7")
    (folder / original.name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(paths, "EXPECTATIONS", folder)
    snapshot_id = stored(rates(), "tipo_cambio_banguat")
    with pytest.raises(DataError, match="no ha pasado el control de calidad con las reglas actuales"):
        admit(snapshot_id, MONTH)
    assert not check(snapshot_id, MONTH).aprobada
    with pytest.raises(DataError, match="fuera de lo que el quetzal ha valido"):
        admit(snapshot_id, MONTH)
    assert rows(warehouse, "SELECT COUNT(*) FROM control.veredictos") == [(2,)]
    assert rows(warehouse, "SELECT carga_id FROM control.vigencias") == [(first,)]


def purged(engine: Engine, frames: Frames) -> str:
    """The snapshot of a month that was approved, deleted, and extracted again with the same content."""
    snapshot_id = stored(frames)
    check(snapshot_id, MONTH).require_approved()
    purge(engine, datetime.now(TZ) + timedelta(days=1), "ana")
    assert quarantine(engine) == set()
    assert stored(frames) == snapshot_id
    return snapshot_id


def test_a_purged_month_that_is_extracted_again_is_reviewed_again(warehouse: Engine) -> None:
    frames = with_cell(programme(), "colocaciones", "fecha_salida", 7, "nunca")
    snapshot_id = purged(warehouse, frames)
    verdict = check(snapshot_id, MONTH)
    assert (verdict.aprobada, verdict.en_cuarentena) == (True, 1)
    assert check(snapshot_id, MONTH) == verdict
    assert rows(warehouse, "SELECT clave, campo FROM control.cuarentena") == [("C007", "fecha_salida")]
    assert rows(warehouse, "SELECT count(*) FROM control.veredictos") == [(1,)]


def test_no_bad_row_of_a_purged_month_is_loaded_by_the_verdict_of_before(warehouse: Engine) -> None:
    snapshot_id = purged(warehouse, with_cell(programme(), "colocaciones", "fecha_salida", 7, "nunca"))
    with pytest.raises(DataError, match="no ha pasado el control de calidad"):
        admit(snapshot_id, MONTH)
    admit(check(snapshot_id, MONTH).require_approved(), MONTH)
    assert rows(warehouse, "SELECT count(*) FROM nucleo.colocaciones") == [(59,)]


def test_two_reviews_of_a_purged_month_at_once_list_each_record_once(warehouse: Engine) -> None:
    snapshot_id = purged(warehouse, with_cell(programme(), "colocaciones", "fecha_salida", 7, "nunca"))
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: check(snapshot_id, MONTH), range(2))
    assert first == second
    assert rows(warehouse, "SELECT count(*) FROM control.cuarentena") == [(1,)]


def run_python(program: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, on the test's warehouse (its settings are in the environment)."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_a_known_verdict_is_given_without_great_expectations(warehouse: Engine) -> None:
    snapshot_id = stored(rates(), "tipo_cambio_banguat")
    verdict = check(snapshot_id, MONTH)
    done = run_python(
        "import sys\n"
        "from movilidad.model.periods import Month\n"
        "from movilidad.quality.gate import check\n"
        f"print(check({snapshot_id!r}, Month(2026, 10)).motivo)\n"
        "assert 'great_expectations' not in sys.modules\n"
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, verdict.motivo, "")


def test_an_admission_killed_in_the_middle_and_run_again_gives_the_same_rows(warehouse: Engine) -> None:
    snapshot_id = check(stored(programme()), MONTH).require_approved()
    done = run_python(
        "import os, signal\n"
        "from movilidad.model.periods import Month\n"
        "from movilidad.quality import admission\n"
        "load, calls = admission.load_rows, []\n"
        "def load_rows(*args):\n"
        "    load(*args)\n"
        "    calls.append(1)\n"
        "    len(calls) == 3 and os.kill(os.getpid(), signal.SIGKILL)\n"
        "admission.load_rows = load_rows\n"
        f"admission.admit({snapshot_id!r}, Month(2026, 10))\n"
    )
    assert done.returncode == -signal.SIGKILL
    tables = ("personas", "solicitudes", "empleadores", "colocaciones")
    assert {rows(warehouse, f"SELECT COUNT(*) FROM nucleo.{table}")[0] for table in tables} == {(0,)}
    admit(snapshot_id, MONTH)
    admit(snapshot_id, MONTH)
    assert [rows(warehouse, f"SELECT COUNT(*) FROM nucleo.{table}")[0][0] for table in tables] == [60, 60, 1, 60]
    assert rows(warehouse, "SELECT COUNT(*) FROM control.vigencias") == [(1,)]


def test_no_value_of_a_failing_row_is_kept_told_or_logged(
    warehouse: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    frames = programme(400)
    own_words = {  # fields in which anything may be written, beside the record keys
        "personas": ["sexo", "fecha_nacimiento", "pueblo", "departamento_texto", "municipio_origen"],
        "solicitudes": ["fecha", "canal_registro", "pais_interes", "ocupacion", "etapa", "fecha_etapa"],
        "empleadores": ["pais", "sector"],
        "colocaciones": ["pais", "tipo_visa", "fecha_salida", "fecha_fin", "salario", "moneda", "horas_semana"],
    }
    for dataset, fields in own_words.items():
        for row, field in enumerate(fields):
            frames = with_cell(frames, dataset, field, row % len(frames[dataset]), f"{MARK}{row}")
    frames = with_cell(frames, "colocaciones", "persona_id", 30, f"{MARK}persona")
    snapshot_id = stored(frames)
    with caplog.at_level(logging.DEBUG):
        verdict = check(snapshot_id, MONTH)
        admit(verdict.require_approved(), MONTH)
    assert verdict.en_cuarentena == 3  # the dates of a departure and an application, the unknown person
    printed = capfd.readouterr()
    assert MARK not in caplog.text + printed.out + printed.err + verdict.motivo
    written = [file for file in tmp_path.rglob("*") if file.is_file() and "instantaneas" not in file.parts]
    assert {file.suffix for file in written} == {".html"}
    assert all(MARK not in file.read_text(encoding="utf-8") for file in written)
    found = [
        f"{schema}.{table}"
        for schema, table in rows(
            warehouse,
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_schema IN ('control', 'nucleo')",
        )
        for (row,) in rows(warehouse, f"SELECT CAST(t AS text) FROM {schema}.{table} t")
        if MARK in str(row)
    ]
    assert found == []
    ((results,),) = rows(warehouse, "SELECT resultados FROM control.veredictos")
    rules = [rule for each in results.values() for rule in each["reglas"]]
    assert {tuple(sorted(rule)) for rule in rules} == {
        ("accion", "columna", "cumple", "filas", "gravedad", "regla")
    }
    noted = {rule["columna"]: rule["filas"] for rule in rules if not rule["cumple"]}
    assert (noted["tipo_visa_estado"], noted["canal_registro_estado"], noted["pueblo_estado"]) == (1, 1, 1)


def test_an_empty_report_of_workers_is_a_month_without_them(warehouse: Engine) -> None:
    workers = pd.DataFrame(columns=[*TRABAJADORES], dtype="str")
    ingested({"reclutadores": recruiters(), "trabajadores": workers}, fuente="registro_reclutadores")
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.reclutadores") == [(2,)]
    assert rows(warehouse, "SELECT COUNT(*) FROM nucleo.colocaciones") == [(0,)]


def test_one_dataset_fills_persons_and_departures(warehouse: Engine) -> None:
    # the same person departs twice in the month; once with more said of them
    workers = pd.DataFrame([TRABAJADORES | {"sexo": None}, TRABAJADORES | SEGUNDA]).astype("str")
    ingested({"reclutadores": recruiters(), "trabajadores": workers}, fuente="registro_reclutadores")
    assert rows(warehouse, "SELECT sexo, nivel_educativo, municipio_origen FROM nucleo.personas") == [
        ("2", "ND", "ND")
    ]
    assert rows(
        warehouse, "SELECT departamento_origen, COUNT(*) FROM nucleo.personas GROUP BY 1"
    ) == [("12", 1)]  # fmt: skip
    assert rows(
        warehouse,
        "SELECT canal, sector, subdivision, reclutador_id, fecha_salida::text FROM nucleo.colocaciones ORDER BY 5",
    ) == [
        ("reclutador_privado", "ND", "ND", "R1", "2026-10-03"),
        ("reclutador_privado", "ND", "ND", "R1", "2026-10-28"),
    ]


SEGUNDA = {"colocacion_id": "T2", "fecha_salida": "28-10-2026"}
