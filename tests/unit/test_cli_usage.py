"""The command line tells what is wrong in one line and ends with the promised code."""

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from movilidad import cli
from movilidad.cli import words
from movilidad.model.errors import DataError
from movilidad.model.periods import TZ
from movilidad.model.settings import get_settings


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No warehouse, no connections, no installation, a fixed clock."""
    for name in [name for name in os.environ if name.startswith("MOVILIDAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path / "carpeta"))
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(tmp_path / "publicaciones"))
    monkeypatch.setattr(words, "now", lambda: datetime(2026, 11, 10, 12, tzinfo=TZ))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("release build mensual 10-2026", "«10-2026» no es un periodo"),
        ("release build mensual 2026-13", "escríbalo así: 2026-10"),
        ("release build mensual 2026-11", "el mes todavía no ha terminado"),
        ("release build mensual 2031-01", "el mes todavía no ha terminado"),
        ("release build anual 2026-10", "no existe la serie «anual»"),
        ("release build mensual", "falta PERIODO"),
        ("release build mensual 2026-10 --rapido", "no existe la opción «--rapido»"),
        ("release publish mensual-2026-10", "no es el identificador de una publicación"),
        ("release show mensual-2026-10", "no es el identificador de una publicación"),
        ("release verify ../../etc", "no es"),
        ("release list", "no se ha indicado la bodega de datos"),
        ("release destroy", "la orden está mal escrita"),
        ("ingest nada 2026-10", "no hay contrato para la fuente «nada»"),
        ("ingest visas_eeuu 2026-11", "el mes todavía no ha terminado"),
        ("ingest visas_eeuu octubre", "«octubre» no es un mes"),
        ("ingest programa_trabajo_temporal 2026-10", "falta la conexión «programa_trabajo_temporal»"),
        ("reconcile --from 2026-02 --to 2026-01", "el primer mes es posterior al último"),
        ("sources check nada", "no hay contrato para la fuente «nada»"),
        ("metrics send", "no se ha indicado a dónde enviar las cifras"),
        ("demo seed --scale 0", "el valor de «scale» no vale"),
        ("demo seed --until ayer", "«ayer» no es un mes"),
        ("migrate", "no se ha indicado la bodega de datos"),
        ("backup", "falta CARPETA"),
        ("backup respaldos", "no se ha indicado la bodega de datos"),
        ("restore respaldos", "en esa carpeta no hay ningún respaldo"),
        ("restore respaldos --until ayer", "el valor de «until» no vale"),
        ("release verify", "no queda claro qué comprobar"),
        ("release verify mensual/2026-10/r1 --all", "no queda claro qué comprobar"),
        ("release verify mensual/2026-10/r1 --targets", "no queda claro qué comprobar"),
    ],
)
def test_wrong_use_is_one_line_and_code_2(capsys: pytest.CaptureFixture[str], arguments: str, said: str) -> None:
    code, out, err = run(capsys, *arguments.split())
    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert said in err


def test_a_failure_of_the_data_is_one_line_and_code_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DataError("la tabla\nestá vacía", source="visas_eeuu", period="2026-10")

    monkeypatch.setattr("movilidad.quality.ingestion.ingest", fail)
    monkeypatch.setenv("MOVILIDAD_CONEXION_VISAS_EEUU", "{}")
    code, out, err = run(capsys, "ingest", "visas_eeuu", "2026-10")
    assert (code, out) == (1, "")
    assert err == "error: Fuente visas_eeuu, periodo 2026-10: la tabla está vacía.\n"


def test_a_database_that_does_not_answer_is_one_line_without_its_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVILIDAD_BODEGA", "postgresql+psycopg2://alguien:secreto@127.0.0.1:1/nada")
    get_settings.cache_clear()
    code, out, err = run(capsys, "release", "list")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "la base de datos no responde" in err
    assert "secreto" not in err


def test_a_real_platform_is_never_filled_with_simulated_records(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVILIDAD_BODEGA", "postgresql+psycopg2://nadie@127.0.0.1:1/nada")
    connection = {"conn_type": "postgres", "host": "platform.example", "schema": "real"}
    monkeypatch.setenv("MOVILIDAD_CONEXION_PROGRAMA_TRABAJO_TEMPORAL", json.dumps(connection))
    monkeypatch.setattr("movilidad.demo.seeding.seed", lambda *_, **__: pytest.fail("it was filled"))
    get_settings.cache_clear()
    code, _, err = run(capsys, "demo", "seed")
    assert code == 2
    assert "no está marcada como demostración" in err


def test_a_source_without_connection_is_reported_beside_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from movilidad.model import paths

    shipped = json.dumps({"conn_type": "file", "extra": {"url": paths.DATA.as_uri()}})
    monkeypatch.setenv("MOVILIDAD_CONEXION_TIPO_CAMBIO", shipped)
    code, out, err = run(capsys, "sources", "check", "--json")
    checks = {check["fuente"]: check for check in json.loads(out)}
    assert (code, err) == (1, "")
    assert checks["tipo_cambio"]["correcta"]
    assert "falta la conexión" in checks["visas_eeuu"]["mensaje"]
    assert run(capsys, "sources", "check", "tipo_cambio")[0] == 0


def test_without_a_verb_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys)
    assert code == 2
    assert "release" in err


@pytest.mark.parametrize(
    "verb", ["", "ingest", "migrate", "reconcile", "backup", "restore", "release build", "release publish"]
)
def test_every_verb_has_help_in_spanish(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    code, out, err = run(capsys, *verb.split(), "--help")
    assert (code, err) == (0, "")
    assert any(
        word in out for word in ("Estadísticas", "Trae", "Crea", "Compara", "Calcula", "Hace", "Resp", "Rest")
    )


def test_help_loads_none_of_the_heavy_rooms() -> None:
    script = (
        "import sys; from movilidad.cli import run; run(['--help'])\n"
        "print(sorted({'pandas', 'sqlalchemy', 'pydantic', 'weasyprint', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_who_sits_at_the_terminal_is_the_account_whatever_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "directora")
    assert words.operator() == f"{pwd.getpwuid(os.geteuid()).pw_name} (terminal)"


def test_an_account_without_a_name_is_called_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "directora")
    monkeypatch.setattr(os, "geteuid", lambda: 1_234_567)
    assert words.operator() == "usuario 1234567 (terminal)"


def test_in_a_container_people_say_who_they_are_and_that_is_noted_as_said(monkeypatch: pytest.MonkeyPatch) -> None:
    account = pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setenv("MOVILIDAD_QUIEN", "jefatura\x1b[2K de estadística" + "x" * 500)
    noted = words.operator()
    assert noted.startswith(f"{account}, dice ser jefatura\ufffd[2K de estadística")
    assert len(noted) < 120
