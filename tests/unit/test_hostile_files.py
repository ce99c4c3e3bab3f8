"""Files that mean harm: endless, swelling, broken, lying or leading elsewhere. Each ends with a message."""

import io
import os
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hostile_support import memory_below
from sources_support import HEADER, MONTH, contract, failure, read_one

from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.limits import LARGEST_FILE, MIB
from movilidad.sources.connection import Connection

ROW = "1,,Añil,2.50"
SHEET = "xl/worksheets/sheet1.xml"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def read(folder: Path, name: str) -> pd.DataFrame:
    source = contract("archivo", {"archivo": name, **({"lista": "datos"} if name.endswith("json") else {})})
    return read_one(source, "filas", Connection(extra={"url": folder.as_uri()}), MONTH)


def ends(folder: Path, name: str, *phrases: str, error: type = DataError, mebibytes: float = 300) -> None:
    """The reading ends with this error, and with little memory."""
    with memory_below(mebibytes):
        failure(error, lambda: read(folder, name), name, *phrases)


# ---- any file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["filas.csv", "filas.xlsx", "filas.json"])
def test_a_file_of_two_gigabytes_is_not_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as handle:
        handle.truncate(2 * 1024 * MIB)
    ends(tmp_path, name, "mide 2,048 MiB y es demasiado grande", mebibytes=20)


@pytest.mark.parametrize("name", ["filas.csv", "filas.xlsx", "filas.json"])
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / "entregas").mkdir()
    (tmp_path / "secreto").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    (tmp_path / "entregas" / name).symlink_to(tmp_path / "secreto")
    ends(tmp_path / "entregas", name, "enlace a otra carpeta")
    (tmp_path / "entregas" / name).unlink()
    (tmp_path / "entregas" / name).symlink_to("/dev/zero")
    ends(tmp_path / "entregas", name, "no es un archivo")


def test_links_within_the_folder_and_to_the_folder_are_followed(tmp_path: Path) -> None:
    (tmp_path / "entregas").mkdir()
    (tmp_path / "entregas" / "2026.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    (tmp_path / "entregas" / "filas.csv").symlink_to("2026.csv")
    (tmp_path / "vista").symlink_to(tmp_path / "entregas")
    assert len(read(tmp_path / "vista", "filas.csv")) == 1


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "filas.csv")
    ends(tmp_path, "filas.csv", "no es un archivo")


def test_names_in_the_folder_cannot_forge_a_message(tmp_path: Path) -> None:
    (tmp_path / "filas.csv\nERROR: todo perdido").touch()
    (tmp_path / "filas\x1b[2J.csv").touch()
    error = failure(UnavailableError, lambda: read(tmp_path, "filas.csv"), "no está en la carpeta")
    assert "perdido" not in str(error)
    assert str(error).isprintable()


# ---- CSV and JSON -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", ["\n", "a\n", ",\n", '""\n', f"{ROW}\n"], ids=["empty", "short", "commas", "quotes", "rows"]
)
def test_a_file_of_countless_rows_is_left_at_the_limit(tmp_path: Path, row: str) -> None:
    content = f"{HEADER}\n" + row * ((100 * MIB) // len(row.encode()))
    (tmp_path / "filas.csv").write_text(content, encoding="utf-8")
    del content
    ends(tmp_path, "filas.csv", "más de 5,000,000 celdas", mebibytes=1_500)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEADER + "".join(f",c{number}" for number in range(200_000)), "demasiadas columnas"),
        (f'{HEADER}\n1,,"{"x" * 300_000}",2\n', "demasiado larga"),
        ("x" * 90 * MIB, "demasiado larga"),
        ('"' * 90 * MIB, "demasiado larga"),
        (f"{HEADER}\n" + "😀" * (20 * MIB), "demasiado larga"),
    ],
    ids=["wide", "long", "one line", "quotes", "wide letters"],
)
def test_a_file_of_strange_shape_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "filas.csv").write_text(content, encoding="utf-8")
    del content
    ends(tmp_path, "filas.csv", told, mebibytes=1_500)


def test_a_large_document_is_not_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "filas.json").write_bytes(b'{"datos": [' + b'{"id": 1},' * (4 * MIB) + b'{"id": 1}]}')
    ends(tmp_path, "filas.json", "demasiado grandes", mebibytes=100)


# ---- workbooks --------------------------------------------------------------------------------------------------


def book(**parts: bytes | str) -> bytes:
    """A workbook with the header and a row, of which some parts are others; ``_`` stands for ``/``."""
    made = openpyxl.Workbook()
    made.active.append(HEADER.split(","))
    made.active.append(["1", None, "Añil", "2.50"])
    content = io.BytesIO()
    made.save(content)
    return changed(content.getvalue(), parts)


def changed(content: bytes, parts: dict[str, bytes | str], pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with other parts, or more of them."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(result, "w", pack) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, text in parts.items():
            after.writestr(name, text)
    return result.getvalue()


def sheet(rows: str) -> str:
    return f"<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>"


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = "".join(cell(f"{letter}1", name) for letter, name in zip("ABCD", HEADER.split(","), strict=True))


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/otra.bin", "otro.xlsx"])
def test_a_workbook_that_swells_is_refused_unopened(tmp_path: Path, part: str) -> None:
    (tmp_path / "filas.xlsx").write_bytes(changed(book(), {part: b" " * (40 * MIB)}))
    ends(tmp_path, "filas.xlsx", "crecer sin medida", mebibytes=20)
    many = {f"{part}.{number}": os.urandom(1024) * 15 * 1024 for number in range(5)}
    (tmp_path / "filas.xlsx").write_bytes(changed(book(), many))
    assert (tmp_path / "filas.xlsx").stat().st_size < LARGEST_FILE
    ends(tmp_path, "filas.xlsx", "demasiado grande", mebibytes=20)


def test_a_workbook_that_lies_about_its_size_does_not_swell(tmp_path: Path) -> None:
    swelling = changed(book(), {SHEET: sheet(f'<row r="1">{HEAD}</row>' + '<row r="2"/>' * 4_000_000)})
    with zipfile.ZipFile(io.BytesIO(swelling)) as archive:
        size = archive.getinfo(SHEET).file_size
    lying = swelling.replace(size.to_bytes(4, "little"), (900_000).to_bytes(4, "little"))
    assert lying != swelling
    (tmp_path / "filas.xlsx").write_bytes(lying)
    ends(tmp_path, "filas.xlsx", "cortado o no es XLSX", mebibytes=100)


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1">{HEAD}</row><row r="2000000000">{cell("A2000000000", "1")}</row>',
        f'<row r="1">{HEAD}</row>' + "".join(f'<row r="{n}"><c r="ZZZ{n}"/></row>' for n in range(2, 2_000)),
        f'<row r="1">{HEAD}</row>'
        + "".join(f'<row r="{n}"/>' for n in range(2, 2_000_000, 900_000))
        + '<row r="6000000"/>',
    ],
    ids=["far row", "far columns", "gaps"],
)
def test_a_sheet_whose_cells_lie_far_apart_is_left_at_the_limit(tmp_path: Path, rows: str) -> None:
    (tmp_path / "filas.xlsx").write_bytes(changed(book(), {SHEET: sheet(rows)}))
    ends(tmp_path, "filas.xlsx", "más de 5,000,000 celdas", mebibytes=700)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ja"}">' for n in range(10))


@pytest.mark.parametrize(
    "part",
    [
        *(SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"),
        *("_rels/.rels", "xl/_rels/workbook.xml.rels", "docProps/core.xml", "xl/theme/theme1.xml"),
    ],
)
@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE e [{LAUGHS}]>",
        '<!DOCTYPE e [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE e [<!ENTITY % l SYSTEM "file:///etc/passwd"> %l; <!ENTITY l9 "x">]>',
    ],
    ids=["laughs", "file", "parameter"],
)
def test_entities_in_a_workbook_stand_for_nothing(tmp_path: Path, part: str, doctype: str) -> None:
    whole = changed(book(), {"xl/sharedStrings.xml": f"<sst {SPACE}><si><t>x</t></si></sst>"})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        root = archive.read(part).decode().removeprefix('<?xml version="1.0"?>').strip()
    at = root.rindex("</") if "</" in root else len(root)
    (tmp_path / "filas.xlsx").write_bytes(changed(whole, {part: f"{doctype}{root[:at]}&l9;{root[at:]}"}))
    with memory_below(100):
        try:
            told = read(tmp_path, "filas.xlsx").to_csv()
        except DataError as error:
            told = str(error)
    assert "root:" not in told
    assert "jaja" not in told


def test_a_broken_workbook_is_told_wherever_it_is_broken(tmp_path: Path) -> None:
    whole = book()
    for place in range(0, len(whole), 61):
        (tmp_path / "filas.xlsx").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with suppress(DataError):
            read(tmp_path, "filas.xlsx")


@pytest.mark.parametrize(
    "rows",
    [
        *('<c r="A1" t="s"><v>99</v></c>', '<c r="A1" s="99"><v>1</v></c>', '<c r="A1" t="d"><v>x</v></c>'),
        *(
            '<c r="0"><v>1</v></c>',
            '<c r="A1" s="x"><v>1</v></c>',
            '<c r="A1" t="b"><v>x</v></c>',
            "<c r='\u0661'/>",
        ),
    ],
)
def test_a_cell_that_makes_no_sense_is_told(tmp_path: Path, rows: str) -> None:
    (tmp_path / "filas.xlsx").write_bytes(changed(book(), {SHEET: sheet(f'<row r="1">{rows}</row>')}))
    ends(tmp_path, "filas.xlsx")


def test_no_warning_repeats_what_stands_in_a_cell(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(HEADER.split(","))
    made.active.append([98765432109876, None, "Añil", 1])
    made.active["A2"].number_format = "yyyy-mm-dd"
    made.save(tmp_path / "filas.xlsx")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert len(read(tmp_path, "filas.xlsx")) == 1
    assert not [each for each in told if "98765432109876" in str(each.message)]


def test_members_of_a_workbook_are_written_nowhere(tmp_path: Path) -> None:
    (tmp_path / "entregas").mkdir()
    outside = dict.fromkeys(("../fuera", f"{tmp_path}/fuera", "..\\fuera", "xl/../../fuera"), b"x")
    (tmp_path / "entregas" / "filas.xlsx").write_bytes(changed(book(), outside))
    assert read(tmp_path / "entregas", "filas.xlsx")["id"].tolist() == ["1"]
    assert [path.name for path in tmp_path.rglob("*")] == ["entregas", "filas.xlsx"]


def test_a_workbook_in_a_workbook_stays_packed(tmp_path: Path) -> None:
    inner = changed(book(), {SHEET: sheet("x" * 1000)})
    (tmp_path / "filas.xlsx").write_bytes(changed(book(), {"xl/embeddings/otro.xlsx": inner}, zipfile.ZIP_STORED))
    assert read(tmp_path, "filas.xlsx")["id"].tolist() == ["1"]


def test_an_outer_book_that_a_formula_names_is_not_asked_for(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2" t="str"><f>[1]Hoja!A1</f><v>guardado</v></c></row>'
    link = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + (
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'externalLinkPath" Target="http://127.0.0.1:9/otro.xlsx" TargetMode="External"/></Relationships>'
    )
    parts = {SHEET: sheet(f'<row r="1">{HEAD}</row>{row}'), "xl/externalLinks/_rels/externalLink1.xml.rels": link}
    (tmp_path / "filas.xlsx").write_bytes(changed(book(), parts))
    assert read(tmp_path, "filas.xlsx")["id"].tolist() == ["guardado"]
