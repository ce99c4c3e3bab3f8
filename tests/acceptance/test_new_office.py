"""An office that has only the guides connects its own platforms and publishes a month, without a line of program.

Its folder (``tests/data/otra_oficina``) holds contracts, queries, suites, a code list and a calendar. Its
platforms are a PostgreSQL database and a web service with names of their own (``tests/other_office.py``).
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from acceptance_support import Place, administrator_of, served
from database_support import new_database
from other_office import AGAIN, FOLDER, MONTH, NAMES, PHONE, REPORTED, WORKERS, connected, trips

from movilidad.model.periods import Month
from movilidad.stack.monthly import run_month
from movilidad.stack.running import Running

SOURCES = ("agencias_privadas", "contrataciones")
RELEASE = f"mensual/{MONTH}/r1"


@pytest.fixture(scope="module")
def platforms(postgres_folder: str) -> Iterator[dict[str, dict[str, Any]]]:
    """The platforms answer; gives their connections by name."""
    with new_database(postgres_folder) as platform, connected(platform) as connections:
        yield connections


@pytest.fixture(scope="module")
def installation(
    postgres_folder: str, platforms: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder and the variables that the guides ask for in a terminal, over an empty database."""
    folder = tmp_path_factory.mktemp("instalacion")
    with new_database(postgres_folder) as warehouse:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOVILIDAD_")}
        known = {f"MOVILIDAD_CONEXION_{name.upper()}": json.dumps(each) for name, each in platforms.items()}
        yield (
            folder,
            {
                **inherited,
                **known,
                "MOVILIDAD_OFICINA": str(FOLDER),
                "MOVILIDAD_BODEGA": warehouse.url.render_as_string(hide_password=False),
                "MOVILIDAD_CARPETA": str(folder / "carpeta"),
                "MOVILIDAD_PUBLICACIONES": str(folder / "publicaciones"),
                "MOVILIDAD_CLAVE_SEUDONIMOS": "clave de la oficina",
            },
        )


#: runs commands one after the other in one process; tells of each what it said and its exit code
_TERMINAL = """
import json, sys
from movilidad.cli import run
for words in json.loads(sys.argv[1]):
    print("$", *words, flush=True)
    print("=", run(words), flush=True)
"""
VERBS = (
    ("migrate",),
    ("quality", "suites"),
    ("sources", "check"),
    *(("ingest", source, MONTH) for source in SOURCES),
    ("quality", "findings", MONTH),
    ("calendar", "--year", "2024"),
    ("release", "build", "mensual", MONTH),
    ("release", "publish", RELEASE),
)


@pytest.fixture(scope="module")
def said(installation: tuple[Path, dict[str, str]]) -> dict[tuple[str, ...], str]:
    """The verbs of the guides, which all end well: what each said."""
    folder, environment = installation
    done = subprocess.run(
        [sys.executable, "-c", _TERMINAL, json.dumps(VERBS)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    parts = [part.rpartition("= ") for part in done.stdout.split("$ ")[1:]]
    assert [code.strip() for _, _, code in parts] == ["0"] * len(VERBS), done.stdout + done.stderr
    return {verb: text for verb, (text, _, _) in zip(VERBS, parts, strict=True)}


@pytest.fixture(scope="module")
def served_office(
    platforms: dict[str, dict[str, Any]], make_place: Callable[[str], Place]
) -> Iterator[tuple[Place, Running]]:
    """The services in production: the office's folder beside them, connections put in by hand, then the month."""
    place = make_place("oficina")
    folder = shutil.copytree(FOLDER, place.folder / "oficina")
    with served(place, settings={"MOVILIDAD_OFICINA": str(folder)}) as services:
        administrator = administrator_of(services, place)
        for name, each in platforms.items():
            written = {**each, "connection_id": name, "extra": json.dumps(each.get("extra", {}))}
            administrator.post("/api/v2/connections", json=written).raise_for_status()
        run_month(services, Month.parse(MONTH), print)
        yield place, services


@pytest.fixture(scope="module", params=["terminal", pytest.param("servicios", marks=pytest.mark.airflow)])
def published(request: pytest.FixtureRequest) -> Path:
    """The folder of an installation that has published the month, in each of the two ways."""
    if request.param == "terminal":
        request.getfixturevalue("said")
        return request.getfixturevalue("installation")[0]
    return request.getfixturevalue("served_office")[0].root


def test_the_guides_lead_from_the_contracts_to_the_publication(said: dict[tuple[str, ...], str]) -> None:
    checked = said["sources", "check"].splitlines()[1:]
    assert [line.split()[:2] for line in checked] == [["bien", f"{source}:"] for source in SOURCES]
    assert "MAL" not in said["quality", "suites"]
    assert "Sin hallazgos" in said["quality", "findings", MONTH]
    assert "2024-04-04 08:00  Informe mensual, marzo de 2024" in said["calendar", "--year", "2024"]
    assert said["release", "build", "mensual", MONTH].splitlines()[1] == RELEASE
    assert RELEASE in said["release", "publish", RELEASE]


def figures(folder: Path, table: str, **wanted: str) -> dict[str, str]:
    """Code → value of a table's first dimension."""
    file = folder / "publicaciones" / RELEASE / "datos" / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if all(row[key] == value for key, value in wanted.items())]
    return {row[list(row)[1]]: row["valor"] for row in rows}


def test_the_figures_are_those_of_the_platforms(published: Path) -> None:
    codes = {"EUA": "USA", "CAN": "CAN", "MEX": "MEX"}
    people = Counter(codes[trip.destino] for trip in trips()[:WORKERS])
    countries = figures(published, "colocados_por_pais", indicador="colocados")
    assert {code: int(value) for code, value in countries.items() if code != "Total" and value != "0"} == people
    assert countries["Total"] == str(WORKERS)
    assert figures(published, "colocados_por_pais", indicador="salidas")["Total"] == str(WORKERS + AGAIN)
    assert figures(published, "colocados_por_sexo", indicador="colocados") == {
        "1": str(2 * WORKERS // 3), "2": str(WORKERS // 3), "ND": "0", "Total": str(WORKERS),
    }  # fmt: skip
    assert figures(published, "aplicantes_por_sexo")["Total"] == str(WORKERS)
    assert figures(published, "reportados_por_pais")["Total"] == str(REPORTED)


def test_a_permit_of_the_offices_own_list_is_published_with_its_name(published: Path) -> None:
    file = published / "publicaciones" / RELEASE / "datos" / "colocados_por_tipo_visa.csv"
    assert "CONV-R,Permiso del convenio regional (México)" in file.read_text(encoding="utf-8")


def test_what_no_contract_names_is_nowhere(published: Path) -> None:
    files = [file for file in published.rglob("*") if file.is_file()]
    assert len(files) > 50
    assert [file.name for file in files if any(word in _text(file) for word in (*NAMES, PHONE))] == []


def _text(file: Path) -> str:
    if file.suffix == ".parquet":
        return str(pq.read_table(file).to_pydict())
    return file.read_bytes().decode("utf-8", errors="replace")


def test_real_records_are_not_marked_as_a_demonstration(published: Path) -> None:
    page = (published / "publicaciones" / RELEASE / "informe.html").read_text(encoding="utf-8")
    assert "DATOS DE DEMOSTRACIÓN" not in page
