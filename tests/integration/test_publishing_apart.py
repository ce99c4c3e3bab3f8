"""Records that were set apart: where they are few, no public file of any release tells how many."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from publishing_support import (
    NOON,
    OCTOBER,
    PROGRAMME,
    R1,
    TODAY,
    contents,
    deliver,
    deliver_month,
    elsewhere,
    write_plainly,
)
from sqlalchemy import Engine, text

from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.publishing.candidate import Candidate, FrozenInput
from movilidad.publishing.loads import frozen
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.portal import write_portal
from movilidad.publishing.verification import verify
from movilidad.quality.verdicts import QUARANTINE, Verdict, store
from movilidad.statistics.inputs import Load

CUI = "El CUI falta, está mal escrito o su dígito verificador no corresponde."


def examined(engine: Engine, snapshot: str, results: Mapping[str, Any], reasons: Mapping[str, int]) -> None:
    """Let the quality control have found this in a load; ``reasons``: data set → records without a CUI."""
    rules = "a" * 64
    apart = [
        (name, row, f"K{row:03}", "persona_id", "expect_column_values_to_be_in_set", CUI)
        for name, several in reasons.items()
        for row in range(several)
    ]
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM control.cuarentena WHERE snapshot_id = :name"), {"name": snapshot})
        connection.execute(text("DELETE FROM control.veredictos WHERE snapshot_id = :name"), {"name": snapshot})
        verdict = Verdict(snapshot, rules, True, None, len(apart), "Aprobada.")
        store(connection, verdict, dict(results), pd.DataFrame(apart, columns=list(QUARANTINE)))


def departures_apart(engine: Engine, count: int) -> None:
    """Of 132 departures and 400 applications, so many departures were set apart for their CUI."""
    results = {
        "colocaciones": {"filas": 132, "en_cuarentena": count, "campos": {"persona_id": [0, count]}},
        "solicitudes": {"filas": 400, "en_cuarentena": 0, "campos": {"canal_registro": [9, 0]}},
    }
    examined(engine, f"{PROGRAMME}-1", results, {"colocaciones": count})


@pytest.fixture
def october(warehouse: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    write_plainly(monkeypatch, ("pdf",))
    deliver_month(warehouse)
    return warehouse


def of_programme(folder: Path) -> FrozenInput:
    entries = Candidate.from_dict(read_manifest(folder)).entradas
    return next(each for each in entries if each.fuente == PROGRAMME)


def test_every_public_file_is_the_same_whether_one_record_was_set_apart_or_two(
    october: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = []
    for count in (1, 2):
        departures_apart(october, count)
        folder = elsewhere(monkeypatch, tmp_path / str(count), october)
        releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
        public.append(contents(folder))
    one, two = public
    assert {path for path in {*one, *two} if one.get(path) != two.get(path)} == set()
    assert f"{R1}/informe.html" in one
    assert "calidad.html" in one


def test_a_release_that_hides_a_count_says_so_and_is_made_again_from_its_manifest(october: Engine) -> None:
    departures_apart(october, 1)
    folder = releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
    told = of_programme(folder)
    assert (told.filas, told.en_cuarentena, told.completitud) == (532, None, told.completitud)
    assert "en_cuarentena" in told.ocultos
    page = (folder / "informe.html").read_text(encoding="utf-8")
    assert "no se dice cuántos registros se recibieron o se apartaron" in page
    assert '<abbr title="cifra protegida">c</abbr>' in page.partition('id="calidad"')[2]
    english = (folder / "informe.en.html").read_text(encoding="utf-8")
    assert "the number of records received or set aside is not given" in english
    portal = (get_settings().publicaciones / "calidad.html").read_text(encoding="utf-8")
    assert "cifra protegida" in portal
    found = verify(R1)
    assert [each for each in found if not each.ok] == []
    assert "mismos bytes" in found[-1].detalle


def test_a_count_that_tells_of_nobody_is_told_as_ever(october: Engine) -> None:
    departures_apart(october, 12)
    folder = releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
    assert of_programme(folder).en_cuarentena == 12
    assert of_programme(folder).ocultos == ()
    page = (folder / "informe.html").read_text(encoding="utf-8")
    assert "El control de calidad apartó 12 de los 532 registros recibidos (2.3%)." in page


def test_the_manifests_of_two_months_do_not_tell_how_many_complaints_came_between(warehouse: Engine) -> None:
    told = []
    for place, rows in enumerate((60, 61)):
        month = OCTOBER.plus(place)
        origin = deliver(warehouse, "denuncias", month=month)
        results = {"denuncias": {"filas": rows, "en_cuarentena": 0, "campos": {"canal": [6 + place, 0]}}}
        examined(warehouse, origin["snapshot_id"], results, {})
        load = Load("denuncias", origin["carga_id"], origin["snapshot_id"], demostracion=True)
        (found,) = frozen(warehouse, {month: [load]})
        told.append((found.filas, found.en_cuarentena, found.completitud, found.ocultos))
    assert told == [(None, 0, None, ("filas", "completitud"))] * 2


def test_the_portal_repeats_no_small_count_that_a_manifest_of_before_tells(october: Engine) -> None:
    departures_apart(october, 12)
    folder = releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
    file = folder / "manifest.json"
    before = json.loads(file.read_text(encoding="utf-8"))
    for entry in before["entradas"]:
        del entry["ocultos"]
        if entry["fuente"] == PROGRAMME:
            entry["en_cuarentena"] = 1
    file.write_text(json.dumps(before), encoding="utf-8")
    assert of_programme(folder).en_cuarentena == 1, "an old release is still read"
    write_portal(get_settings().publicaciones, NOON)
    page = (get_settings().publicaciones / "calidad.html").read_text(encoding="utf-8")
    row = page.partition("Programa de Trabajo Temporal")[2].partition("</tr>")[0]
    assert "cifra protegida" in row
    assert "0.2%" not in row
