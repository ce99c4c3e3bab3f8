"""Publications of which every text of a source means harm: nothing in any file of them runs, links or breaks."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from database_support import own_warehouse
from defusedxml.ElementTree import fromstring
from four_month_support import DEPARTURES, deliver_accounts, deliver_people, publish_four_months, publish_month
from lxml import html
from publishing_support import write_plainly
from sqlalchemy import Engine, text

from movilidad.model.formulas import is_active
from movilidad.sources.contracts import contract_names, load_contract
from movilidad.store.core import core_columns

ATTACKS = (
    '=HYPERLINK("http://x.example";"clic")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t+1",
    "\r-1",
    "＝1+1",
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style></title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "https://x.example/?a=1&b=<2>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "]]><!ENTITY x><?php phpinfo() ?>",
    'a,b;c"d\ne\r\nBEGIN:VEVENT',
    "[clic](javascript:alert(1)) `x` | y",
    "\u202egnirts\u2028\u0007_x0041_",
)
# no page has one of these; forms lead to the portal's own search
FORBIDDEN = (
    "//iframe | //object | //embed | //base | //img | //form[@action and not(contains(@action, 'buscar.html'))]"
)


def poison(engine: Engine) -> None:
    """Put an attack into each text that a source's contract calls one, and that is neither key nor code."""
    for contract in map(load_contract, contract_names()):
        for data in contract.conjuntos.values():
            for table in data.nucleo:
                with engine.begin() as connection:
                    names = {each.name for each in core_columns(connection, table) if not each.key}
                    texts = {name for name, column in data.columnas.items() if column.tipo in {"texto", "nit"}}
                    for name in sorted(names & texts - _of_records(data.columnas)):
                        connection.execute(
                            text(_CHANGE.format(table=table, name=name)), {"attacks": list(ATTACKS)}
                        )


_CHANGE = (
    "UPDATE nucleo.{table} SET {name} = (CAST(:attacks AS text[]))[1 + abs(hashtext(ctid::text || '{name}')) %"
    " cardinality(CAST(:attacks AS text[]))]"
)


def _of_records(columns: object) -> set[str]:
    return {name for name, column in columns.items() if column.clase == "registro"}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def folder(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four months, the account of them and the portal, made of such texts."""
    place = tmp_path_factory.mktemp("hostil")
    with own_warehouse(postgres_folder, place) as (warehouse, patch):
        write_plainly(patch, ("pdf",))
        for month, departures in DEPARTURES.items():
            deliver_people(warehouse, month, departures)
            deliver_accounts(warehouse, month)
            poison(warehouse)
            publish_month(month)
        publish_four_months()
    return place / "publicaciones"


def published(folder: Path, *endings: str) -> Iterator[Path]:
    found = [file for file in folder.rglob("*") if file.is_file() and file.name.endswith(endings)]
    assert found, endings
    yield from found


def test_no_cell_of_a_csv_file_would_be_reckoned(folder: Path) -> None:
    seen = ""
    for file in published(folder, ".csv"):
        content = file.read_text(encoding="utf-8")
        for row in csv.reader(io.StringIO(content, newline=""), strict=True):
            for cell in row:
                assert not is_active(cell) or re.fullmatch(r"-\d+(\.\d+)?", cell), (file.name, cell)
                assert cell.isprintable(), (file.name, cell)
        seen += content
    assert "'=HYPERLINK" in seen
    assert "'@SUM" in seen


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(folder: Path) -> None:
    for file in published(folder, ".xlsx"):
        for sheet in openpyxl.load_workbook(file).worksheets:
            for row in sheet.iter_rows():
                assert not [cell.coordinate for cell in row if cell.data_type == "f"]
                assert not [cell.coordinate for cell in row if cell.hyperlink and cell.hyperlink.target]
        with zipfile.ZipFile(file) as archive:
            parts = b"".join(archive.read(name) for name in archive.namelist())
        assert b'TargetMode="External"' not in parts
        assert b"<f>" not in parts


def test_no_page_runs_or_fetches_anything_of_a_text(folder: Path) -> None:
    hostile = 0
    for file in published(folder, ".html"):
        content = file.read_text(encoding="utf-8")
        page = html.fromstring(content)
        assert not page.xpath(FORBIDDEN), file
        scripts = page.xpath("//script")
        for script in scripts:
            own = (script.get("src") or "").split("?")[0].endswith("portal.js")
            assert own or script.get("type") == "application/ld+json", file
            if not own:
                json.loads(script.text)
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), file
        for address in page.xpath("//@href | //@src | //@action | //@xlink:href", namespaces={"xlink": "x"}):
            assert (
                not re.match(r"\s*(javascript|data|vbscript|file):", address, re.IGNORECASE) or address == "data:,"
            )
            assert "x.example" not in address, (file, address)
        hostile += "&lt;script&gt;alert(1)" in content
    assert hostile >= 2


def test_what_programs_read_is_whole(folder: Path) -> None:
    for file in published(folder, ".json", ".jsonld"):
        json.loads(file.read_text(encoding="utf-8"))
    for file in published(folder, ".xml", ".atom"):
        fromstring(file.read_bytes(), forbid_dtd=True)
    for file in published(folder, ".ics"):
        lines = file.read_bytes().decode("utf-8").split("\r\n")
        assert all(re.match(r"([A-Z-]+[:;]| |$)", line) for line in lines), file
        assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT")
    for file in published(folder, ".md", ".cff", ".txt"):
        content = file.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\\)<(script|img|svg)|\]\(javascript|\{\{", content), file


def test_no_mark_that_hides_or_turns_letters_is_in_any_file(folder: Path) -> None:
    for file in published(folder, ".csv", ".json", ".jsonld", ".xml", ".atom", ".html", ".md", ".cff", ".txt"):
        content = file.read_text(encoding="utf-8")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000b\u000c\u000e-\u001f]", content), file
