"""A planned revision and an error are different things and say so; nothing is public before its minute."""

import csv
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from publishing_support import NOON, OCTOBER, R1, TODAY, deliver_again, deliver_month, no_portal, plain_report
from sqlalchemy import Engine

from movilidad import cli
from movilidad.model.errors import DataError, MovilidadError, UnavailableError, UsageError
from movilidad.model.periods import TZ
from movilidad.model.settings import get_settings
from movilidad.publishing import releases, stages
from movilidad.publishing.verification import verify

__all__ = ["no_portal", "plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report", "no_portal")
R2, R3 = "mensual/2026-10/r2", "mensual/2026-10/r3"
PERIOD = "mensual/2026-10"
HOSTILE = '=HYPERLINK("x") <script>alert(1)</script> [clic](http://x.example) ../../etc/passwd \u202eodniv'
OFFICE = "Dirección *General* de Empleo"


def manifest(folder: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def test_a_revision_is_planned_unless_a_correction_was_recorded_before(warehouse: Engine) -> None:
    deliver_month(warehouse)
    with pytest.raises(UsageError, match="ninguna publicación que revisar"):
        releases.explain(PERIOD, "correccion", "x", "y", NOON)
    first = releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
    assert (manifest(first)["tipo"], manifest(first)["motivo"]) == ("primera", "")

    deliver_again(warehouse, "tardia", 125)
    assert releases.build("mensual", OCTOBER, TODAY) == R2
    second = releases.publish(R2, NOON)
    assert manifest(second)["tipo"] == "revision"
    assert manifest(second)["motivo"] == "Registros que llegaron tarde o que la fuente corrigió"
    assert "(revisión)" in (second / "CAMBIOS.md").read_text()

    deliver_again(warehouse, "corregida", 131)
    drafted = releases.build("mensual", OCTOBER, TODAY)
    assert releases.explain(PERIOD, "correccion", HOSTILE, OFFICE, NOON) == drafted == R3
    assert releases.build("mensual", OCTOBER, TODAY) == R3, "the draft is made again, with its reason"
    third = releases.publish(R3, NOON)
    plain = HOSTILE.replace("\u202e", "")
    assert {name: manifest(third)[name] for name in ("tipo", "motivo", "aprobada_por")} == {
        "tipo": "correccion",
        "motivo": plain,
        "aprobada_por": OFFICE,
    }
    log = (third / "CAMBIOS.md").read_text()
    assert log.index("r3, ") < log.index("r2, ") < log.index("r1, ")
    assert "(corrección)" in log
    assert r"\<script\>alert\(1\)\</script\> \[clic\]\(http\:" in log
    assert r"Aprobó: Dirección \*General\* de Empleo" in log
    assert "\u202e" not in log
    with (third / "datos/cambios.csv").open(encoding="utf-8", newline="") as handle:
        placed = next(row for row in csv.DictReader(handle) if (row["cuadro"], row["celda"]) == ("resumen", "{}"))
    assert (placed["antes"], placed["ahora"]) == ("125", "131")
    listed = json.loads((third.parent / "REVISIONES.json").read_text())["revisiones"]
    assert [(each["tipo"], each["estado"], each.get("sustituida_por")) for each in listed] == [
        ("primera", "sustituida", R3),
        ("revision", "sustituida", R3),
        ("correccion", "vigente", None),
    ]
    assert all(found.ok for found in [*verify(R3), *verify(R2)])


def test_a_text_is_corrected_although_no_figure_changes(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_month(warehouse)
    releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
    other = replace(stages.code_version(), sha256="f" * 64)
    monkeypatch.setattr(stages, "code_version", lambda: other)
    assert releases.build("mensual", OCTOBER, TODAY) == R1, "another program with the same figures is no reason"
    releases.explain(PERIOD, "correccion", "El título decía otro mes", OFFICE, NOON)
    assert releases.build("mensual", OCTOBER, TODAY) == R2


def test_a_reason_that_nobody_could_read_is_refused(warehouse: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    for kind, reason, office in (
        ("error", "x", "y"),
        ("correccion", " \u202e ", "y"),
        ("correccion", "x", ""),
        ("revision", "x" * 601, "y"),
    ):
        arguments = ["release", "explain", PERIOD, "--type", kind, "--reason", reason, "--approved-by", office]
        assert cli.run(arguments) == 2
        assert "Qué hacer:" in capsys.readouterr().err
    assert (
        cli.run(["release", "explain", "../..", "--type", "revision", "--reason", "x", "--approved-by", "y"]) == 2
    )


def test_nothing_is_public_before_the_announced_minute(warehouse: Engine) -> None:
    deliver_month(warehouse)
    minute = datetime(2026, 12, 5, 9)  # noqa: DTZ001 - as an operator writes it: Guatemala's time
    with pytest.raises(UsageError, match="ya pasó"):
        releases.schedule(R1, datetime(2026, 11, 1, 9, tzinfo=TZ), NOON)
    assert releases.build("mensual", OCTOBER, TODAY) == R1
    assert releases.schedule(R1, minute, NOON).isoformat() == "2026-12-05T09:00:00-06:00"

    def refused(kind: type[MovilidadError], said: str, now: datetime) -> None:
        with pytest.raises(kind, match=said):
            releases.publish(R1, now)
        assert not get_settings().publicaciones.exists()

    refused(DataError, "otra fecha que la anunciada", datetime(2026, 12, 6, tzinfo=TZ))
    assert releases.build("mensual", OCTOBER, TODAY) == R1
    refused(UnavailableError, "no sale antes", NOON)
    refused(UnavailableError, "2026-12-05 a las 09:00", datetime(2026, 12, 5, 8, 59, 59, tzinfo=TZ))
    folder = releases.publish(R1, datetime(2026, 12, 5, 9, tzinfo=TZ))
    assert manifest(folder)["fecha_publicacion"] == date(2026, 12, 5).isoformat(), "it prints the announced day"
    assert releases.publish(R1, NOON + timedelta(days=90)) == folder
    with pytest.raises(UsageError, match="ya se publicó"):
        releases.schedule(R1, datetime(2027, 1, 1, tzinfo=TZ), NOON)
