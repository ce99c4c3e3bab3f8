"""The verbs of a release from the command line, on a real warehouse."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from publishing_support import R1, deliver_month, plain_report
from sqlalchemy import Engine

from movilidad import cli
from movilidad.cli import words
from movilidad.model.periods import TZ

__all__ = ["plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report")


def test_a_release_goes_its_way_by_verbs(
    warehouse: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [datetime(2026, 11, 10, 12, tzinfo=TZ)]
    monkeypatch.setattr(words, "now", lambda: clock[0])

    def run(*arguments: str) -> tuple[int, str]:
        code = cli.run(arguments)
        said = capsys.readouterr()
        return code, said.out or said.err

    assert run("migrate") == (0, "Migraciones aplicadas: ninguna, estaba al día.\n")
    code, said = run("release", "build", "mensual", "2026-10")
    assert code == 1
    assert "por entregar" in said
    deliver_month(warehouse)
    assert run("release", "build", "mensual", "2026-10") == (0, f"{R1}\n")
    assert "borrador" in run("release", "list")[1]
    code, said = run("release", "publish", R1)
    assert code == 1
    assert "espera visto bueno" in said
    decided = ("release", "decide", R1, "--decision", "publicar", "--by", "Jefatura de Estadística")
    assert run(*decided) == (0, f"Anotado: publicar, {R1}.\n")
    assert "publicar, 10 de noviembre de 2026, 12:00 (Jefatura de Estadística)" in run("release", "show", R1)[1]
    code, said = run("release", "publish", R1)
    assert code == 1
    assert "anunciada para el 2026-11-13 a las 09:30" in said
    clock[0] = datetime(2026, 11, 13, 9, 30, tzinfo=TZ)
    code, said = run("release", "publish", R1, "--json")
    folder = Path(json.loads(said)["carpeta"])
    assert (code, (folder / "informe.pdf").is_file()) == (0, True)
    assert json.loads(run("release", "list", "--json")[1])[0]["estado"] == "publicada"
    assert run(*decided)[0] == 1, "what readers see is not decided any more"
    assert json.loads(run("release", "show", R1, "--json")[1])["decisiones"][0]["decision"] == "publicar"
    code, said = run("release", "verify", R1)
    assert (code, said.count("bien  ")) == (0, 8)
    (folder / "informe.pdf").write_bytes(b"otro")
    code, said = run("release", "verify", str(folder), "--json")
    assert code == 1
    assert {found["nombre"] for found in json.loads(said) if not found["ok"]} == {"sumas", "recomputo"}


def test_the_reconciliation_says_which_months_are_not_loaded(
    warehouse: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["reconcile", "--from", "2019-01", "--to", "2025-07", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {record["veredicto"] for record in found} == {"meses sin cargar"}
    assert cli.run(["reconcile", "--from", "2019-01", "--to", "2025-07"]) == 0
    assert "publicado" in capsys.readouterr().out
