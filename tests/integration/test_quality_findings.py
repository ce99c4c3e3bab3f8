"""What the quality control tells of a month: odd numbers, changes of form, rules beyond their tolerance, and what
becomes of it when the records are put right or somebody accepts them.
"""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from quality_support import MONTH, programme, rates, rows, stored, with_cell
from sqlalchemy import Engine

from movilidad.cli import run
from movilidad.model import paths
from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import Month
from movilidad.quality.admission import admit
from movilidad.quality.exceptions import Acceptance, accept, withdraw
from movilidad.quality.findings import open_warnings
from movilidad.quality.findings.finding import Finding, OpenFinding
from movilidad.quality.findings.memory import enter
from movilidad.quality.findings.store import keep, open_findings
from movilidad.quality.gate import check
from movilidad.quality.pages.files import page_of

PROGRAMME, RATES = "programa_trabajo_temporal", "tipo_cambio_banguat"
ALL = ("critical", "warning", "info")
NOW = datetime.now(UTC)


def remembered(engine: Engine, rows_each: int = 300, months: int = 13) -> None:
    """A year of deliveries of the programme, each with 300 departures of which a tenth has no visa."""
    for month in MONTH.plus(-months).through(MONTH.plus(-1)):
        own = {
            "filas": rows_each,
            "en_cuarentena": 0,
            "reglas": [],
            "campos": {"tipo_visa": [rows_each // 10, 0], "salario": [0, 0]},
            "formas": {"salario": "numero", "fecha_inicio": "fecha"},
            "partes": {"pais": {"USA": rows_each * 7 // 10, "CAN": rows_each * 3 // 10}},
        }
        with engine.begin() as connection:
            enter(connection, (PROGRAMME, str(month), "s", "r"), approved=True, results={"colocaciones": own})


def found(engine: Engine, month: Month = MONTH) -> dict[str, OpenFinding]:
    with engine.connect() as connection:
        return {each.hallazgo.asunto: each for each in open_findings(connection, [str(month)], ALL, None)}


def decided(engine: Engine, asunto: str, fuente: str = PROGRAMME, **more: object) -> Acceptance:
    wanted = {"motivo": "Confirmado con la plataforma.", "autor": "Jefatura", "vence": NOW.date(), **more}
    with engine.begin() as connection:
        decision = Acceptance(0, fuente, asunto, None, None, "", "", NOW.date(), NOW)
        return accept(connection, Acceptance(**{**vars(decision), **wanted}), NOW)


def test_a_month_that_is_odd_asks_for_a_decision_and_one_put_right_does_not(warehouse: Engine) -> None:
    remembered(warehouse)
    frames = programme(60)  # a fifth of the usual
    departures = frames["colocaciones"].assign(pais="ESP")
    departures.loc[:39, "tipo_visa"] = None
    departures.loc[:9, "periodo_pago"] = "por luna"
    check(stored({**frames, "colocaciones": departures}), MONTH)
    odd = found(warehouse)
    volume = odd["volumen/colocaciones"].hallazgo
    assert volume.gravedad == "warning"
    assert volume.cuanto == "60; se esperaban unas 300 (-80 %)"
    assert volume.antes_despues == (
        ("octubre de 2026", "60"),
        ("septiembre de 2026", "300"),
        ("octubre de 2025", "300"),
        ("mediana de los últimos 12 meses", "300"),
    )
    assert odd["completitud/colocaciones/tipo_visa"].hallazgo.gravedad == "warning"
    assert odd["proporcion/colocaciones/pais"].hallazgo.gravedad == "warning"
    assert odd["deriva/colocaciones/fecha_inicio/forma"].hallazgo.gravedad == "info"  # it can still be read
    new_code = odd["deriva/colocaciones/periodo_pago/codigos"].hallazgo
    assert (new_code.gravedad, new_code.cuanto) == ("warning", "1 en 10 filas (16.7 %)")
    assert new_code.claves == ("C000", "C001", "C002", "C003", "C004")
    rule = odd["regla/colocaciones/periodo_pago_estado/values_to_be_in_set"].hallazgo
    assert rule.cuanto == "10 filas de 60 (16.7 %)"

    waiting = {each.hallazgo.asunto for each in open_warnings(MONTH, [PROGRAMME])}
    assert waiting == {name for name, each in odd.items() if each.hallazgo.gravedad == "warning"}
    assert open_warnings(MONTH, []) == []
    assert open_warnings(MONTH.plus(1)) == []

    decided(warehouse, "volumen/colocaciones")
    assert "volumen/colocaciones" not in {each.hallazgo.asunto for each in open_warnings(MONTH)}

    check(stored(programme(300)), MONTH)
    assert {name for name in found(warehouse) if name.startswith(("completitud", "proporcion", "regla"))} == {
        "proporcion/colocaciones/pais"  # now all of them leave for the United States
    }
    resolved = "SELECT count(*) FROM control.hallazgos WHERE resuelto IS NOT NULL AND asunto = '{}'"
    assert rows(warehouse, resolved.format("completitud/colocaciones/tipo_visa")) == [(1,)]


def test_corrected_records_come_in_with_the_next_run_and_the_list_is_empty(
    warehouse: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    frames = programme()
    wrong = with_cell(frames, "colocaciones", "fecha_salida", 4, "2026-02-30")
    wrong = with_cell(wrong, "colocaciones", "persona_id_estado", 7, "digito_incorrecto")
    first = admit(check(stored(wrong), MONTH).require_approved(), MONTH)
    assert listed(capsys) == {("C004", "fecha_salida"), ("C007", "persona_id")}
    second = admit(check(stored(frames), MONTH).require_approved(), MONTH)
    assert listed(capsys) == set()
    assert [rows(warehouse, f"SELECT count(*) FROM nucleo.colocaciones WHERE carga_id = '{load}'")[0][0]
            for load in (first, second)] == [58, 60]  # fmt: skip
    history = rows(
        warehouse,
        "SELECT fallas, filas, parte::float8 FROM control.historia_calidad WHERE conjunto = 'colocaciones'"
        " AND columna = 'fecha_salida_estado' ORDER BY orden",
    )
    assert history == [(1, 60, 0.0167), (0, 60, 0.0)]


def listed(capsys: pytest.CaptureFixture[str]) -> set[tuple[str, str]]:
    capsys.readouterr()
    assert run(["quality", "quarantine", PROGRAMME, str(MONTH), "--json"]) == 0
    return {(each["clave"], each["campo"]) for each in json.loads(capsys.readouterr().out)}


def test_an_accepted_record_stays_in_until_the_decision_ends(warehouse: Engine) -> None:
    rule = "regla/colocaciones/edad_salida/values_to_be_between"
    frames = with_cell(programme(), "personas", "fecha_nacimiento", 3, "1945-01-01")
    snapshot_id = stored(frames)
    assert check(snapshot_id, MONTH).en_cuarentena == 1
    decision = decided(warehouse, rule, clave="C003", periodo=str(MONTH))
    verdict = check(snapshot_id, MONTH)
    assert verdict.en_cuarentena == 0
    admit(snapshot_id, MONTH)
    assert rows(warehouse, "SELECT count(*) FROM nucleo.colocaciones") == [(60,)]
    accepted = (
        "SELECT aceptadas, fallas FROM control.historia_calidad WHERE columna = 'edad_salida' ORDER BY orden"
    )
    assert rows(warehouse, accepted) == [(0, 1), (1, 0)]
    with warehouse.begin() as connection:
        withdraw(connection, decision.excepcion_id, "Jefatura", NOW)
    assert check(snapshot_id, MONTH).en_cuarentena == 1
    with warehouse.begin() as connection, pytest.raises(UsageError, match="no hay excepción vigente"):
        withdraw(connection, decision.excepcion_id, "Jefatura", NOW)


def test_a_critical_rule_stops_unless_somebody_accepted_that(warehouse: Engine) -> None:
    september = Month(2026, 9)
    snapshot_id = stored(rates(), RATES)
    with pytest.raises(DataError, match="Hay días de otro mes"):
        check(snapshot_id, september).require_approved()
    (critical,) = (each for each in found(warehouse, september).values() if each.hallazgo.gravedad == "critical")
    assert critical.hallazgo.cuanto == "31 filas de 31 (100.0 %)"
    decided(warehouse, critical.hallazgo.asunto, RATES, periodo=str(september))
    assert check(snapshot_id, september).aprobada
    page = page_of(RATES, str(september)).read_text(encoding="utf-8")
    assert "Confirmado con la plataforma." in page
    assert "Aprobada: 31 filas" in page


def test_much_quarantine_can_be_accepted_and_the_rows_stay_apart(warehouse: Engine) -> None:
    frames = programme()
    for row in range(6):
        frames = with_cell(frames, "colocaciones", "fecha_salida", row, "2026-02-30")
    snapshot_id = stored(frames)
    assert not check(snapshot_id, MONTH).aprobada
    assert found(warehouse)["cuarentena/colocaciones"].hallazgo.cuanto.startswith("6 filas de 60 (10.0 %)")
    decided(warehouse, "cuarentena/colocaciones", periodo=str(MONTH))
    verdict = check(snapshot_id, MONTH)
    assert (verdict.aprobada, verdict.en_cuarentena) == (True, 6)
    # what is accepted of another kind makes no verdict anew
    decided(warehouse, "volumen/colocaciones")
    assert check(snapshot_id, MONTH) == verdict


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"asunto": "regla/colocaciones/edad/nada"}, "no tiene la regla"),
        ({"clave": None}, "la excepción necesita la clave"),
        ({"asunto": "regla/colocaciones/duplicada/values_to_be_in_set"}, "contaría dos veces"),
        ({"motivo": " "}, "necesita motivo y autor"),
        ({"fuente": "nadie"}, "no hay fuente «nadie»"),
        ({"asunto": "lectura/inservible", "clave": None}, "no se pudo leer"),
        ({"vence": date(2020, 1, 1)}, "vence entre hoy y dentro de un año"),
        ({"vence": NOW.date() + timedelta(days=400)}, "vence entre hoy y dentro de un año"),
        ({"periodo": "octubre"}, "no es un mes"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(warehouse: Engine, changes: dict[str, object], message: str) -> None:
    usual = {"asunto": "regla/colocaciones/edad_salida/values_to_be_between", "clave": "C003"}
    with pytest.raises(UsageError, match=message):
        decided(warehouse, **{**usual, **changes})  # type: ignore[arg-type]
    assert rows(warehouse, "SELECT count(*) FROM control.excepciones") == [(0,)]


def test_since_when_is_the_first_month_without_a_gap(warehouse: Engine) -> None:
    odd = Finding("volumen/colocaciones", "warning", "Pocas.", "3", "Pregunte.")
    for back in (5, 3, 2, 1, 0):
        with warehouse.begin() as connection:
            keep(connection, PROGRAMME, str(MONTH.plus(-back)), [odd], ["volumen"])
    (waiting,) = open_warnings(MONTH)
    assert (waiting.desde, waiting.hallazgo) == ("2026-07", odd)


def test_stewards_read_and_decide_from_the_command_line(
    warehouse: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    check(stored(with_cell(rates(), "referencia", "compra", 3, "99"), RATES), MONTH)

    def told(*words: str) -> str:
        capsys.readouterr()
        assert run(["quality", *words]) == 0
        return capsys.readouterr().out

    (finding,) = json.loads(told("findings", str(MONTH), "--json"))
    assert (finding["fuente"], finding["gravedad"]) == (RATES, "critical")
    assert finding["asunto"] in told("findings", str(MONTH))
    until = ["--until", str(NOW.date() + timedelta(days=30))]
    author = ["--author", "Jefatura", "--reason", "Así cotizó."]
    said = json.loads(told("accept", RATES, finding["asunto"], *author, *until, "--json"))
    assert said["asunto"] in told("exceptions")
    assert told("findings", str(MONTH)).startswith("Sin hallazgos abiertos")
    told("revoke", str(said["excepcion_id"]), "--author", "Jefatura")
    assert told("exceptions") == "No hay excepciones.\n"
    assert "Retirada." in told("exceptions", "--all")
    assert "1 de 31 (3.2 %)" in told("history", RATES)
    assert told("page", RATES, str(MONTH)).strip().endswith("2026-10.html")
    list_file = tmp_path / "lista.csv"
    told("quarantine", RATES, str(MONTH), "-o", str(list_file))
    assert list_file.read_bytes().startswith(b"\xef\xbb\xbfconjunto,clave,campo,motivo,que_hacer,asunto")


def test_a_changed_suite_can_be_checked_and_its_fault_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "expectations"
    shutil.copytree(paths.EXPECTATIONS, folder)
    for name in ("nucleo", "cuadros", "tipo_cambio"):
        assert run(["quality", "suites", name]) == 0
    core, rate = folder / "nucleo.yml", folder / "tipo_cambio.yml"
    core.write_text(
        core.read_text(encoding="utf-8").replace("column: en_el_mes", "column: en_mes"), encoding="utf-8"
    )
    wrong = rate.read_text(encoding="utf-8").replace("expect_column_values_to_be_in_set", "expect_nothing", 1)
    rate.write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(paths, "EXPECTATIONS", folder)
    capsys.readouterr()
    assert run(["quality", "suites", "nucleo"]) == 1
    told = capsys.readouterr().out
    assert "expectations/nucleo.yml: conjunto «salidas», regla 2: no hay columna «en_mes» (línea 18)" in told
    assert run(["quality", "suites", "tipo_cambio"]) == 1
    assert "regla 1: no existe una expectativa de ese nombre" in capsys.readouterr().out
    assert run(["quality", "suites", "nada"]) == 2


def test_the_page_of_a_load_tells_counts_and_keys_and_no_value(warehouse: Engine) -> None:
    frames = programme()
    check(stored({**frames, "colocaciones": frames["colocaciones"].assign(pais="ZZMARCADA")}), MONTH)
    page = page_of(PROGRAMME, str(MONTH)).read_text(encoding="utf-8")
    assert "60 de 60" not in page
    assert "ZZMARCADA" not in page
    assert "C000" in page
    assert "La fuente no da un total propio con que comparar." in page
    folder = page_of(PROGRAMME, str(MONTH)).with_suffix("")
    assert [file.read_text(encoding="utf-8") for file in folder.iterdir()] == [page]
