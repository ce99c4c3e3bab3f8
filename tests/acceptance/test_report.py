"""What ``make report`` leaves behind, looked at from outside."""

import csv
import hashlib
import io
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from acceptance_support import MONTH, Place, Reported
from personal_values import Wanted
from pypdf import PdfReader
from sqlalchemy import create_engine, inspect, text

from movilidad.demo import truth
from movilidad.demo.people import people
from movilidad.model.codelists import REMAINDER, TOTAL
from movilidad.model.periods import Month
from movilidad.stack.postgres import database_url
from movilidad.statistics.compute import compute
from movilidad.statistics.inputs import current_loads
from movilidad.store.engine import warehouse

pytestmark = pytest.mark.airflow

NINE = [
    "pais",
    "sexo",
    "tipo_visa",
    "grupo_edad",
    "sector",
    "ocupacion",
    "pueblo",
    "banda_salarial",
    "departamento_origen",
]
NOTICE = "DATOS DE DEMOSTRACIÓN"


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def counts_of(file: Path) -> list[int]:
    """What a table shows of people and of their departures."""
    counted = [row for row in rows_of(file) if row.get("unidad") in {"personas", "salidas"}]
    return [int(row["valor"]) for row in counted if row.get("valor")]


def headline(place: Place) -> dict[str, str]:
    return {row["indicador"]: row["valor"] for row in rows_of(place.release() / "datos" / "resumen.csv")}


def test_it_ends_by_saying_in_spanish_where_the_report_is_and_its_ten_figures(reported: Reported) -> None:
    for file in ("informe.pdf", "informe.html", "datos"):
        assert f"r1/{file}" in reported.printed
        assert (reported.place.release() / file).exists()
    shown = reported.printed.split("Cifras principales")[1]
    assert len([line for line in shown.splitlines() if re.search(r"\d|protegida", line)]) == 10
    assert "Personas colocadas" in shown
    assert (reported.place.release("latest") / "informe.pdf").samefile(reported.place.release() / "informe.pdf")


@pytest.mark.parametrize("dimension", NINE)
def test_each_of_the_nine_breakdowns_sums_to_the_persons_placed(reported: Reported, dimension: str) -> None:
    rows = rows_of(reported.place.release() / "datos" / f"colocados_por_{dimension}.csv")
    persons = [row for row in rows if row["indicador"] == "colocados"]
    parts = sum(int(row["valor"]) for row in persons if row[dimension] != TOTAL and row["valor"])
    total = next(int(row["valor"]) for row in persons if row[dimension] == TOTAL)
    assert parts == total == int(headline(reported.place)["colocados"])
    hidden = [row for row in persons if row["estado_conf"] == "C"]
    assert bool(hidden) == any(row[dimension] == REMAINDER for row in persons)


def test_no_count_below_the_minimum_is_shown(reported: Reported) -> None:
    folder = reported.place.release()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    smallest = manifest["configuracion"]["frecuencia_minima"]
    counts = {file.stem: counts_of(file) for file in (folder / "datos").glob("*.csv")}
    assert [dimension for dimension in NINE if not counts[f"colocados_por_{dimension}"]] == []
    assert [name for name, found in counts.items() if any(0 < count < smallest for count in found)] == []


def test_the_pdf_prints_the_persons_placed_and_is_watermarked_on_every_page(reported: Reported) -> None:
    pages = [page.extract_text() for page in PdfReader(reported.place.release() / "informe.pdf").pages]
    assert len(pages) > 3
    assert all(NOTICE in page for page in pages)
    figure = f"{int(headline(reported.place)['colocados']):,}"
    assert figure in "".join(pages)


def test_page_and_metadata_of_every_csv_say_that_the_data_are_simulated(reported: Reported) -> None:
    folder = reported.place.release()
    assert NOTICE in (folder / "informe.html").read_text(encoding="utf-8")
    assert NOTICE in (folder / "datapackage.json").read_text(encoding="utf-8")
    tables = sorted((folder / "datos").glob("*.csv"))
    assert tables
    for file in tables:
        assert NOTICE in file.with_name(f"{file.name}-metadata.json").read_text(encoding="utf-8")
    assert NOTICE in (reported.place.publications / "index.html").read_text(encoding="utf-8")


def test_the_manifest_names_inputs_program_and_the_hash_of_every_file(reported: Reported) -> None:
    folder = reported.place.release()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["fuente"] for entry in manifest["entradas"]} >= {"programa_trabajo_temporal", "visas_eeuu"}
    assert all(entry["snapshot_id"] and entry["carga_id"] for entry in manifest["entradas"])
    sums = dict(
        reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    for name, content in reported.place.files().items():
        if name != "SHA256SUMS":
            assert sums[name] == hashlib.sha256(content).hexdigest()


def test_verify_computes_the_release_again_to_the_same_bytes(
    reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reported.place.opened(monkeypatch):
        done = subprocess.run(
            [sys.executable, "-m", "movilidad.cli", "release", "verify", f"mensual/{MONTH}/r1"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mismos bytes" in done.stdout


def test_the_core_equals_the_kept_truth_in_every_dimension(
    reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After all the dirt: what cleaning can recover is recovered, what it cannot is not stated."""
    with reported.place.opened(monkeypatch):
        month = Month.parse(MONTH)
        tables = compute(warehouse(), month, current_loads(warehouse(), month))
        expected = truth.expected(reported.place.folder / "demo", month)
    assert len(expected) > 0
    for dimension in (
        *("pais", "sexo", "tipo_visa", "grupo_edad", "pueblo"),
        *("departamento_origen",),
    ):
        frame = tables.cuadros[f"colocados_por_{dimension}"]
        counted = frame[(frame["indicador"] == "salidas") & (frame[dimension] != TOTAL) & (frame["valor"] > 0)]
        assert dict(zip(counted[dimension], counted["valor"], strict=True)) == (
            expected[dimension].value_counts().to_dict()
        ), dimension


def test_nothing_personal_is_in_releases_logs_airflow_or_the_warehouse(
    reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every CUI, name, telephone and e-mail address of every simulated person, looked for everywhere."""
    place = reported.place
    with place.opened(monkeypatch) as socket_folder:
        known = list(people(database_url(socket_folder, "plataformas"), place.folder / "demo"))
        wanted = Wanted.of(known)
        assert len(wanted.cuis) > 100_000
        assert len(wanted.names) > 50_000
        found = [
            f"{where}: {kind}"
            for where, content in (*_files(place), *_tables(socket_folder, "movilidad", "airflow"))
            for kind in wanted.kinds_in(content)
        ]
    assert found == []


def test_what_a_task_logs_says_its_run_its_source_and_its_period(reported: Reported) -> None:
    for dag, known in (("ingesta_tu_empleo", {"source": "tu_empleo"}), ("informe_mensual", {})):
        files = list((reported.place.folder / "airflow" / "logs" / f"dag_id={dag}").rglob("attempt=*.log"))
        periods: dict[object, set[object]] = {}  # of each run: other tests may have had other months
        for file in files:
            lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            for line in [*(line for line in lines if line["logger"].startswith("movilidad")), *_after_work(lines)]:
                assert line.items() >= {**known, "dag_id": dag}.items(), line
                assert {"timestamp", "level", "event", "task_id", "run_id", "period"} <= line.keys(), line
                periods.setdefault(line["run_id"], set()).add(line["period"])
        assert all(len(found) == 1 for found in periods.values())
        assert {MONTH} in periods.values()


def _after_work(lines: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """What Airflow itself logs at the end of an attempt that began to work (one that never did knows no run)."""
    return list(itertools.dropwhile(lambda line: line["event"] != "::group::Post Execute", lines))


def _files(place: Place) -> Iterator[tuple[str, str]]:
    """Everything that is kept, but for the simulated platforms themselves."""
    folders = [
        place.publications,
        *(place.folder / name for name in ("airflow", "instantaneas", "trabajo", "registros")),
    ]
    for folder in folders:
        assert folder.is_dir(), folder
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield str(file.relative_to(place.root)), _text_of(file)


def _text_of(file: Path) -> str:
    if file.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(file).pages)
    if file.suffix == ".parquet":
        return pd.read_parquet(file).to_csv()
    return file.read_bytes().decode("utf-8", errors="replace")


def _tables(socket_folder: str, *databases: str) -> Iterator[tuple[str, str]]:
    """Every row of every table, as text."""
    for database in databases:
        engine = create_engine(database_url(socket_folder, database))
        inspector = inspect(engine)
        with engine.connect() as connection:
            for schema in inspector.get_schema_names():
                if schema in {"information_schema", "pg_catalog"}:
                    continue
                for table in inspector.get_table_names(schema=schema):
                    content = io.StringIO()
                    for (row,) in connection.execute(text(f'SELECT t::text FROM "{schema}"."{table}" t')):
                        content.write(f"{row}\n")
                    yield f"{database}.{schema}.{table}", content.getvalue()
        engine.dispose()


def test_it_listens_on_loopback_only_and_leaves_nothing_running(reported: Reported) -> None:
    assert reported.listened == {"127.0.0.1"}
    assert reported.place.processes() == []
