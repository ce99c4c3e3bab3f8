"""A text that means harm, in any place of a sheet, is the same text for whoever reads the format."""

import io
import json
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pyarrow.parquet import read_table

from movilidad.model.errors import DataError
from movilidad.model.series import SERIES
from movilidad.publishing.csv_text import text_cell
from movilidad.publishing.formats.json_stat import json_stat
from movilidad.publishing.formats.parquet import parquet
from movilidad.publishing.formats.schema_org import in_page
from movilidad.publishing.formats.sdmx_structure import sdmx_structure
from movilidad.publishing.formats.whole import whole
from movilidad.publishing.formats.xlsx import Cover, xlsx
from movilidad.publishing.sheets import CONF, DATE, INDICATOR, OBS, PERIOD, UNIT, VERSION, Column, Sheet
from movilidad.publishing.vocabulary import dimension_names

HOSTILE = (
    '=cmd|" /C calc"!A0',
    "<script>alert(1)</script>",
    "\u202egnirts",
    "../../etc/passwd",
    "<r><t>roto</r>",
    "<r><c></r>",
    "_x003C_ & ]]> <!--",
    "http://x.example/",
    "{=1+1}",
    "\ufffe\ud800\x00fin",
    '"; DROP TABLE "',
)
COVER = Cover("Título", ("línea",), (("tema", "nota"),), "MINTRAB", "CC BY", date(2026, 11, 10))


def sheet(text: str) -> Sheet:
    """A table by country whose name of the country, unit and title are a text from elsewhere."""
    cell = text_cell(text)
    columns = (
        PERIOD,
        Column("pais", "string", "País: código", lista="paises", clave=True),
        Column("pais_nombre", "string", "País: nombre"),
        INDICATOR,
        UNIT,
        Column("valor", "integer", "La cifra", opcional=True),
        OBS,
        CONF,
        VERSION,
        DATE,
    )
    row = ("2026-10", "USA", cell, "colocados", cell, "-7", "A", "F", "r1", "2026-11-10")
    return Sheet("colocados_por_pais", f"Título {cell}", columns, (row,))


def workbook_cells(content: bytes) -> dict[str, object]:
    page = openpyxl.load_workbook(io.BytesIO(content))["C01"]
    (table,) = page.tables.values()
    header, row = page[table.ref]
    assert not any(cell.data_type == "f" for cell in row)
    return {name.value: cell.value for name, cell in zip(header, row, strict=True)}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_a_text(text: str) -> None:
    cell, made = text_cell(text), sheet(text)
    assert json_stat(made, "MINTRAB", "2026-11-10", [])["dimension"]["pais"]["category"]["label"] == {"USA": cell}
    read = workbook_cells(xlsx([made], COVER))
    assert (read["pais_nombre"], read["unidad"], read["valor"]) == (cell, cell, -7)
    (row,) = read_table(io.BytesIO(parquet(made, {"title": cell}))).to_pylist()
    assert (row["pais_nombre"], row["valor"]) == (cell, -7)
    titles = {made.nombre: made.titulo}
    message = etree.fromstring(
        sdmx_structure(whole([made], dimension_names()), SERIES["mensual"], titles, "MINTRAB", date(2026, 11, 10))
    )
    names = {each.text for each in message.iter("{*}Name")}
    assert {cell, made.titulo} <= names
    assert {each.get("{http://www.w3.org/XML/1998/namespace}lang") for each in message.iter("{*}Name")} == {"es"}


@given(st.text())
def test_any_text_comes_back_from_the_workbook(text: str) -> None:
    assert workbook_cells(xlsx([sheet(text)], COVER))["pais_nombre"] == (text_cell(text) or None)


@given(st.text())
def test_no_text_breaks_out_of_the_page_it_stands_in(text: str) -> None:
    content = in_page({"name": text})
    assert json.loads(content) == {"name": text}
    assert not set(content) & set("<>&")


def test_a_text_too_long_for_a_cell_stops_the_release() -> None:
    with pytest.raises(DataError, match="no cabe en una celda"):
        xlsx([sheet("x" * 40_000)], COVER)


def test_equal_sheets_give_equal_bytes() -> None:
    made = sheet("Estados Unidos")
    for write in (lambda: xlsx([made], COVER), lambda: parquet(made, {"title": "Título"})):
        assert write() == write()
