"""Releases with their real report: the same bytes again, differences told, the same figures in every edition."""

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import lxml.html
import pytest
from babel.numbers import format_decimal
from database_support import as_warehouse, new_database
from publishing_support import NOON, OCTOBER, R1, TODAY, deliver_again, deliver_month
from pypdf import PdfReader

from movilidad.publishing import releases
from movilidad.publishing.verification import verify

R2 = "mensual/2026-10/r2"
REASON = "Se contaron dos veces <b>cinco</b> contratos"
OFFICE = "Dirección General de Empleo"


@pytest.fixture(scope="module")
def revised(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """October with its report, and its correction: both folders."""
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        new_database(postgres_folder) as database,
        as_warehouse(database, tmp_path_factory.mktemp("informe"), monkeypatch) as engine,
    ):
        deliver_month(engine)
        first = releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
        deliver_again(engine, "corregida", 125)
        releases.explain("mensual/2026-10", "correccion", REASON, OFFICE, NOON)
        second = releases.publish(releases.build("mensual", OCTOBER, TODAY + timedelta(7)), NOON)
        yield first, second


def pdf_text(folder: Path) -> str:
    """What the PDF says, without blanks: lines break where they like."""
    pages = PdfReader(folder / "informe.pdf").pages
    return "".join("".join(page.extract_text() for page in pages).replace("\u00ad", "").split())


def test_the_first_report_says_what_it_is_made_of_and_shows_hostile_names_as_text(
    revised: tuple[Path, Path],
) -> None:
    page = (revised[0] / "informe.html").read_text(encoding="utf-8")
    assert "DATOS DE DEMOSTRACIÓN" in page.upper()
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    assert "Corrección" not in page


def test_a_correction_says_so_at_the_top_of_page_and_pdf_with_its_reason_and_office(
    revised: tuple[Path, Path],
) -> None:
    page = (revised[1] / "informe.html").read_text(encoding="utf-8")
    top = page.partition('<section id="cifras"')[0]
    assert "Corrección" in top
    assert "&lt;b&gt;cinco&lt;/b&gt; contratos" in top
    assert OFFICE in top
    assert "<b>cinco" not in page
    text = pdf_text(revised[1])
    for said in ("Estarevisióncorrigeunerror", REASON, OFFICE):
        assert "".join(said.split()) in text
    assert ">120<" in page
    assert ">125<" in page


def figures_of_page(page: Path) -> set[str]:
    """Every count in a cell of a table of the page, once."""
    cells = re.findall(r'<td class="numero">([\d,]+)</td>', page.read_text(encoding="utf-8"))
    return {cell.replace(",", "") for cell in cells}


def figures_of_data(folder: Path) -> set[str]:
    """Every number in the files of data, whatever its column."""
    found: set[str] = set()
    for file in (folder / "datos").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as handle:
            found |= {cell.removesuffix(".0") for row in csv.reader(handle) for cell in row}
    return found


def test_both_editions_say_the_same_figures_and_all_of_them_are_in_the_files(revised: tuple[Path, Path]) -> None:
    folder = revised[1]
    for edition in ("informe", "informe.en"):
        assert (folder / f"{edition}.pdf").read_bytes().startswith(b"%PDF-")
    assert figures_of_page(folder / "informe.html") == figures_of_page(folder / "informe.en.html")
    assert figures_of_page(folder / "informe.html") <= figures_of_data(folder)


def test_a_revision_with_its_report_is_computed_again_to_the_same_bytes(revised: tuple[Path, Path]) -> None:
    assert [found for found in [*verify(R1), *verify(R2)] if not found.ok] == []


def printed(value: str) -> str:
    return format_decimal(value, locale="es_GT") if value else "c"


def test_page_pdf_and_csv_show_the_same_figures(revised: tuple[Path, Path]) -> None:
    folder = revised[1]
    text = pdf_text(folder)
    columns = {"Personas colocadas": "colocados", "Salidas": "salidas"}
    compared = 0
    for table in lxml.html.fromstring((folder / "informe.html").read_bytes()).xpath("//div[.//table]"):
        (link,) = table.xpath(".//p//a/@href[starts-with(., 'datos/colocados_por_')]") or [""]
        heads = [columns.get(each.text_content()) for each in table.xpath(".//thead//th")][1:]
        if not link:
            continue
        assert set(heads) >= {"colocados", "salidas"}
        with (folder / link).open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        # a row is called by its finest code, and by the code above where that is a total
        names = [name for name in rows[0] if name.endswith("_nombre") and name != "indicador_nombre"]
        shown: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            said = [row[name] for name in names if row[name] != "Total"] or ["Total"]
            shown.setdefault((said[-1], row["indicador"]), set()).add(printed(row["valor"]))
        for row in table.xpath(".//tbody/tr"):
            title, *cells = [each.text_content().strip() for each in row]
            called = title.replace("’", "'")  # the report sets apostrophes as printers do
            for indicator, cell in zip(heads, cells, strict=True):
                if indicator is None:  # a share, which the CSV leaves to its reader
                    continue
                assert re.match(r"c$|[\d,]+$", cell), cell
                assert cell in shown.get((called, indicator), set()), (link, title, indicator, cell)
                compared += 1
            assert "".join([*title.split(), *cells]) in text, f"{link}, {title}: the PDF prints something else"
    assert compared > 60
