"""The same figures and the same texts in every format of a release, and nothing that runs in any of them."""

import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from open_data_support import csv_rows, publications, release, tables
from publishing_support import HOSTILE_NAMES
from pyarrow.parquet import read_table
from pyjstat import pyjstat
from pysdmx.io import get_datasets

from movilidad.publishing.csv_text import text_cell
from movilidad.publishing.formats.sdmx_names import code_id

__all__ = ["publications", "release"]

Row = dict[str, Any]
_STATES = ("estado_obs", "estado_conf")
_FIXED = {"periodo", "indicador", "unidad", "valor", *_STATES, "version", "fecha_publicacion"}


def keys_of(row: Row) -> tuple[str, ...]:
    """Period, indicator and codes of a row, without labels."""
    codes = sorted(name for name in row if name not in _FIXED and not name.endswith("_nombre"))
    return (row["periodo"], row["indicador"], *(f"{name}={row[name]}" for name in codes))


def figure(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def number(value: Any) -> Decimal | None:
    """A number that a reader gives; it has the digits that were written."""
    return None if pd.isna(value) else Decimal(str(value))


@pytest.fixture(scope="module")
def expected(release: Path) -> dict[str, dict[tuple[str, ...], tuple[Decimal | None, str, str]]]:
    """Figure and states of each cell of each table, by its keys, as the tables' CSV files have them."""
    found = {
        name: {keys_of(row): (figure(row["valor"]), row["estado_obs"], row["estado_conf"]) for row in rows}
        for name, rows in tables(release).items()
    }
    cells = [cell for table in found.values() for cell in table.values()]
    assert len(found) > 40
    assert len(cells) > 900
    assert any(value is None and obs == "Q" and conf == "C" for value, obs, conf in cells)
    return found


def test_the_file_of_all_tables_has_every_cell(release: Path, expected: Any) -> None:
    found: dict[str, Any] = {}
    for row in csv_rows(release / "datos.csv"):
        present = {name: cell for name, cell in row.items() if cell or name in _FIXED}
        present.pop("cuadro")
        states = (row["estado_obs"], row["estado_conf"])
        found.setdefault(row["cuadro"], {})[keys_of(present)] = (figure(row["valor"]), *states)
    assert found == expected


def test_parquet_has_every_cell_and_its_types(release: Path, expected: Any) -> None:
    for name, cells in expected.items():
        table = read_table(release / "datos" / f"{name}.parquet")
        assert {
            keys_of(row): (number(row["valor"]), row["estado_obs"], row["estado_conf"])
            for row in table.to_pylist()
        } == cells
        assert table.schema.field("valor").type in (pa.int64(), pa.float64())
        assert table.schema.field("fecha_publicacion").type == pa.date32()
        assert table.schema.field("periodo").type == pa.string()
    whole = read_table(release / "datos.parquet")
    assert whole.num_rows == sum(map(len, expected.values()))
    assert whole.schema.field("valor").type == pa.float64()
    assert b"DATOS DE DEMOSTRACI" in whole.schema.metadata[b"description"]


def test_json_stat_has_every_cell(release: Path, expected: Any) -> None:
    for name, cells in expected.items():
        dataset = json.loads((release / "datos" / f"{name}.json").read_text(encoding="utf-8"))
        assert dict(_json_stat_cells(dataset)) == cells, name


def _json_stat_cells(dataset: Any) -> Iterator[tuple[tuple[str, ...], tuple[Decimal | None, str, str]]]:
    confidential = dataset["extension"]["confidencialidad"]
    for place, state in dataset["status"].items():
        left, codes = int(place), {}
        for name, size in reversed(list(zip(dataset["id"], dataset["size"], strict=True))):
            codes[name] = dataset["dimension"][name]["category"]["index"][left % size]
            left //= size
        yield keys_of(codes), (number(dataset["value"].get(place)), state, confidential.get(place, "F"))


def test_another_reader_of_json_stat_finds_the_same_figures(release: Path, expected: Any) -> None:
    for name in ("colocados_por_pais_sexo", "colocados_por_departamento_origen_municipio_origen", "resumen"):
        text = (release / "datos" / f"{name}.json").read_text(encoding="utf-8")
        frame = pyjstat.Dataset.read(text).write("dataframe", naming="id").rename(columns={"value": "valor"})
        found = {keys_of(row): number(row["valor"]) for row in frame.to_dict("records")}
        shown = {keys: value for keys, (value, _, _) in expected[name].items()}
        assert {keys: found.pop(keys) for keys in shown} == shown
        assert set(found.values()) <= {None}, "no figure where there is no cell"


def test_sdmx_has_every_cell(release: Path, expected: Any) -> None:
    (dataset,) = get_datasets(release / "sdmx" / "datos.csv", release / "sdmx" / "estructura.xml")
    found: dict[str, Any] = {}
    names = [component.id for component in dataset.structure.components.dimensions]
    for row in dataset.data.to_dict("records"):
        codes = {name.lower(): row[name] for name in names if row[name] != "_Z"}
        codes["periodo"] = codes.pop("time_period")
        table = codes.pop("cuadro")
        assert codes.pop("freq") == "M"
        cell = (number(float(row["OBS_VALUE"])), row["OBS_STATUS"], row["CONF_STATUS"])
        found.setdefault(table, {})[keys_of(codes)] = cell
    renamed = {
        name: {
            tuple(_as_sdmx(key) for key in keys): (number(None if value is None else float(value)), *states)
            for keys, (value, *states) in cells.items()
        }
        for name, cells in expected.items()
    }
    assert found == renamed


def _as_sdmx(key: str) -> str:
    name, sign, code = key.partition("=")
    free = name in ("fuente", "categoria", "periodo_cifra")
    return f"{name}={code if free else code_id(code)}" if sign else key


@pytest.fixture(scope="module")
def book(release: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(release / "datos.xlsx")


def marked(sheet: Any) -> list[Row]:
    """The rows of a sheet's one marked table, under the names of its header."""
    (table,) = sheet.tables.values()
    header, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_workbook_has_every_cell(book: openpyxl.Workbook, expected: Any) -> None:
    listed = {row["Archivo"].removeprefix("datos/").removesuffix(".csv"): row for row in marked(book["Indice"])}
    assert set(listed) == {*expected, "reclutadores_autorizados"}
    for name, cells in expected.items():
        rows = marked(book[listed[name]["Hoja"]])
        found = {keys_of(row): (number(row["valor"]), row["estado_obs"], row["estado_conf"]) for row in rows}
        assert found == cells
        assert listed[name]["Filas"] == len(rows)


def test_the_workbook_is_laid_out_for_those_who_hear_it_read(book: openpyxl.Workbook, expected: Any) -> None:
    assert book.sheetnames[:4] == ["Portada", "Indice", "Simbolos", "Notas"]
    assert "DATOS DE DEMOSTRACIÓN" in " ".join(str(row[0].value) for row in book["Portada"].iter_rows())
    symbols = {(row["columna"], row["simbolo"]) for row in marked(book["Simbolos"])}
    for table in expected.values():
        for _, obs, conf in table.values():
            assert {("estado_obs", obs), ("estado_conf", conf)} <= symbols
    for sheet in book.worksheets:
        assert isinstance(sheet["A1"].value, str), "each sheet begins with its title"
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_state == "visible"
        assert not any(each.hidden for each in [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()])
        filled = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value is not None]
        assert filled == list(range(1, sheet.max_row + 1)), f"an empty row in {sheet.title}"
    for row in marked(book["Indice"]):
        assert book[row["Hoja"]]["A1"].value == row["Título"]
    properties = book.properties
    assert properties.title.startswith("Estadística mensual de movilidad laboral, octubre de 2026")
    assert properties.creator
    assert properties.created.date().isoformat() == "2026-11-10"


def test_protected_cells_are_announced_above_their_table(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[4:]:
        hidden = any(row.get("estado_conf") == "C" for row in marked(sheet))
        assert ("protegidas" in str(sheet["A2"].value)) == hidden, sheet.title


def test_no_cell_of_the_workbook_runs_and_no_link_leaves_it(release: Path, book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert not any(cell.data_type == "f" for cell in row)
            assert not any(cell.hyperlink and cell.hyperlink.target for cell in row)
    with zipfile.ZipFile(release / "datos.xlsx") as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not any(b"<f>" in part or b'TargetMode="External"' in part for part in parts.values())


def test_hostile_names_are_the_same_inert_text_in_every_format(release: Path, book: openpyxl.Workbook) -> None:
    names = sorted(text_cell(name) for name in HOSTILE_NAMES)
    assert names != sorted(HOSTILE_NAMES)
    file = release / "datos" / "reclutadores_autorizados"
    assert sorted(row["nombre"] for row in csv_rows(file.with_suffix(".csv"))) == names
    assert sorted(read_table(file.with_suffix(".parquet"))["nombre"].to_pylist()) == names
    sheet = next(row["Hoja"] for row in marked(book["Indice"]) if "reclutadores_autorizados" in row["Archivo"])
    assert sorted(row["nombre"] for row in marked(book[sheet])) == names
    raw = b"".join(path.read_bytes() for path in release.rglob("*") if path.is_file() and path.suffix != ".xlsx")
    assert "\u202e".encode() not in raw


def test_names_of_files_are_columns_of_their_own_and_plain_ascii(release: Path) -> None:
    for file in [*release.rglob("*.csv"), *release.rglob("*.parquet")]:
        assert file.name.isascii()
        if file.suffix == ".csv" and file.parent.name != "sdmx":
            header = io.StringIO(file.read_text(encoding="utf-8")).readline().strip().split(",")
            assert all(name.isidentifier() and name.isascii() and name == name.lower() for name in header)
