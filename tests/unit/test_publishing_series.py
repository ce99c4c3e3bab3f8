"""All months of a series in one place, made of what is public."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st
from pyarrow.parquet import read_table

from movilidad.publishing.csv_text import to_csv
from movilidad.publishing.formats.parquet import parquet
from movilidad.publishing.metadata import as_json, resource
from movilidad.publishing.series import joined, newest_releases, write_series
from movilidad.publishing.sheets import CONF, DATE, INDICATOR, OBS, PERIOD, UNIT, VERSION, Column, Sheet

VALUE = Column("valor", "integer", "La cifra", opcional=True)
SEX = Column("sexo", "string", "Sexo: código", lista="sexos", clave=True)


def publish(folder: Path, period: str, revision: int, value: str, *more: Column) -> None:
    """A public release with one small table, and the files that a series reads."""
    columns = (PERIOD, SEX, INDICATOR, *more, UNIT, VALUE, OBS, CONF, VERSION, DATE)
    cells = ["nuevo" for _ in more]
    row = (period, "1", "colocados", *cells, "personas", value, "A", "F", f"r{revision}", "2026-11-10")
    sheet = Sheet("colocados_por_sexo", "Personas colocadas por sexo", columns, (row,))
    release = folder / "mensual" / period / f"r{revision}"
    (release / "datos").mkdir(parents=True)
    content = to_csv(sheet.header, sheet.filas)
    for path in ("datos/colocados_por_sexo.csv", "datos.csv"):
        (release / path).write_bytes(content)
    (release / "datos" / "diccionario.csv").write_text("archivo,columna\n", encoding="utf-8")
    (release / "datos.parquet").write_bytes(parquet(sheet, {}))
    package = {
        "name": f"mensual-{period}-r{revision}",
        "version": f"r{revision}",
        "licenses": [{"name": "CC-BY-4.0"}],
        "resources": [
            resource(sheet, "datos/colocados_por_sexo.csv", content, figures=True),
            {**resource(sheet, "datos.csv", content, figures=False), "name": "datos"},
        ],
    }
    (release / "datapackage.json").write_bytes(as_json(package))


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    publish(tmp_path, "2026-08", 1, "10")
    publish(tmp_path, "2026-09", 1, "20")
    publish(tmp_path, "2026-09", 2, "21")
    publish(tmp_path, "2026-09", 10, "")
    return tmp_path


def test_the_newest_revision_of_each_month_counts_oldest_month_first(published: Path) -> None:
    assert [path.relative_to(published).as_posix() for path in newest_releases(published, "mensual")] == [
        "mensual/2026-08/r1",
        "mensual/2026-09/r10",
    ]
    series = write_series(published, "mensual")
    for name in ("datos.csv", "datos/colocados_por_sexo.csv"):
        found = [(row["periodo"], row["valor"], row["version"]) for row in rows(series / name)]
        assert found == [("2026-08", "10", "r1"), ("2026-09", "", "r10")]
    months = read_table(series / "datos.parquet")
    assert months.to_pydict()["valor"] == [10, None]
    assert not (series / "datos" / "diccionario.csv").exists()


def test_what_lies_beside_the_revisions_is_no_release(published: Path) -> None:
    shutil.copytree(published / "mensual" / "2026-09" / "r10", published / "mensual" / "2026-09" / "r11.bak")
    (published / "mensual" / "2026-10.txt").write_text("", encoding="utf-8")
    assert [path.name for path in newest_releases(published, "mensual")] == ["r1", "r10"]


def test_the_series_describes_itself_and_its_checksums_hold(published: Path) -> None:
    publish(published, "2026-10", 1, "30", Column("nota", "string", "Una columna que antes no había"))
    series = write_series(published, "mensual")
    report = Package(str(series / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    package = json.loads((series / "datapackage.json").read_text(encoding="utf-8"))
    assert package["id"] == "https://movilidad.mintrab.example/series/mensual/"
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    listed = (series / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert sorted(line.partition("  ")[2] for line in listed) == sorted({*contents(series)} - {"SHA256SUMS"})


def test_a_new_month_gives_the_same_bytes_as_a_series_made_from_nothing(published: Path) -> None:
    series = write_series(published, "mensual")
    before = contents(series)
    publish(published, "2026-10", 1, "30")
    publish(published, "2026-08", 2, "11")
    write_series(published, "mensual")
    grown = contents(series)
    shutil.rmtree(series)
    write_series(published, "mensual")
    assert contents(series) == grown != before


def test_a_month_that_brings_nothing_new_touches_no_file(published: Path) -> None:
    series = write_series(published, "mensual")
    touched = {path: path.stat().st_mtime_ns for path in series.rglob("*")}
    write_series(published, "mensual")
    assert {path: path.stat().st_mtime_ns for path in series.rglob("*")} == touched


def test_a_table_that_is_no_longer_public_leaves_the_series(published: Path) -> None:
    series = write_series(published, "mensual")
    shutil.rmtree(published / "mensual")
    write_series(published, "mensual")
    assert set(contents(series)) == {"SHA256SUMS"}


def test_a_column_that_only_some_months_have_is_empty_in_the_others(published: Path) -> None:
    publish(published, "2026-10", 1, "30", Column("nota", "string", "Una columna que antes no había"))
    publish(published, "2026-11", 1, "40")
    series = write_series(published, "mensual")
    found = rows(series / "datos" / "colocados_por_sexo.csv")
    assert list(found[0])[-1] == "nota", "the columns of the newest month come first"
    assert [row["nota"] for row in found] == ["", "", "nuevo", ""]
    assert [row["valor"] for row in found] == ["10", "", "30", "40"]
    assert read_table(series / "datos.parquet")["nota"].to_pylist() == [None, None, "nuevo", None]


@given(st.lists(st.lists(st.tuples(st.text(), st.text()), min_size=1), min_size=1))
def test_joined_files_have_all_rows_of_each(parts: list[list[tuple[str, str]]]) -> None:
    whole = joined([to_csv(["a", "b"], part) for part in parts])
    found = list(csv.reader(io.StringIO(whole.decode("utf-8"), newline="")))
    single = [list(csv.reader(io.StringIO(to_csv(["a", "b"], part).decode(), newline="")))[1:] for part in parts]
    assert found == [["a", "b"], *(row for part in single for row in part)]
