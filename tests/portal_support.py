"""A publication folder with everything that a portal has to show, made once for the tests that only read it."""

import json
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from publishing_support import (
    OCTOBER,
    PROGRAMME,
    RECRUITERS,
    deliver,
    deliver_again,
    deliver_month,
    fill_programme,
    fill_recruiters,
    plain_publications,
)

from movilidad.model.periods import TZ, Month
from movilidad.publishing import releases
from movilidad.publishing.portal import write_portal
from movilidad.sources.contracts import sources_of

SEPTEMBER = Month(2026, 9)
NOW = datetime(2026, 11, 24, 12, tzinfo=TZ)
WITHDRAWN = "mensual/2026-08/r1"


@pytest.fixture(scope="session")
def portal_folder(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months, the second revised, an English edition and a withdrawn month before them.

    It serves many files of tests, so nothing of how it was made stays in force.
    """
    folder = tmp_path_factory.mktemp("portal")
    with plain_publications(postgres_folder, folder) as warehouse:
        deliver_month(warehouse, month=SEPTEMBER)
        releases.publish(releases.build("mensual", SEPTEMBER, date(2026, 10, 14)), NOW)
        origins = {source: deliver(warehouse, source) for source in sources_of("mensual")}
        fill_programme(warehouse, origins[PROGRAMME], 130)
        fill_recruiters(warehouse, origins[RECRUITERS])
        releases.publish(releases.build("mensual", OCTOBER, date(2026, 11, 13)), NOW)
        deliver_again(warehouse, "2", 137)
        withdraw(folder / "publicaciones" / WITHDRAWN)
        releases.publish(releases.build("mensual", OCTOBER, date(2026, 11, 20)), NOW)
        write_portal(folder / "publicaciones", NOW)
    return folder / "publicaciones"


@pytest.fixture
def portal(portal_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that the test may change."""
    copy = tmp_path / "publicaciones"
    shutil.copytree(portal_folder, copy, symlinks=True)
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(copy))
    return copy


def withdraw(release: Path) -> None:
    """What is left of a withdrawn release."""
    shutil.rmtree(release, ignore_errors=True)
    release.mkdir(parents=True)
    content = {
        "publicacion_id": "/".join(release.parts[-3:]),
        "fecha": "2026-11-19",
        "motivo": "Una fuente entregó <registros> de otro mes.",
        "aprobada_por": "Dirección General de Empleo",
    }
    (release / "RETIRADA.json").write_text(json.dumps(content), encoding="utf-8")
    (release / "informe.html").write_text(
        "<!DOCTYPE html><html lang=es><title>Retirada</title><p>Retirada.</html>"
    )
