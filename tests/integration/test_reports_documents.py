"""The page and the PDF as their readers get them."""

import dataclasses
import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from html_validator import html_errors
from pypdf import PdfReader
from report_samples import HOSTILE_NAMES, facts, protected_tables, whole_report
from weasyprint import HTML
from weasyprint.formatting_structure import boxes

from movilidad.model.errors import DataError
from movilidad.reports import pdf as pdf_module
from movilidad.reports.elements import Report
from movilidad.reports.facts import Change
from movilidad.reports.fonts import FILES, FOLDER, faces_for_print
from movilidad.reports.model import build
from movilidad.reports.page import render_html
from movilidad.reports.pdf import print_html, render_pdf

NOTICE = "DATOS DE DEMOSTRACIÓN"
VOID = {"meta", "link", "br", "img", "hr", "input"}


@pytest.fixture(scope="module")
def report() -> Report:
    return whole_report()


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render_html(report)


@pytest.fixture(scope="module")
def document(report: Report) -> bytes:
    return render_pdf(report)


@pytest.fixture(scope="module")
def pages(document: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(document)).pages]


def test_the_page_is_valid_html_in_both_languages(page: str, tmp_path: Path) -> None:
    pages = {tmp_path / "informe.html": page, tmp_path / "informe.en.html": render_html(whole_report("en"))}
    for file, content in pages.items():
        file.write_text(content, encoding="utf-8")
    assert html_errors(pages) == []


class _Outline(HTMLParser):
    """Elements, attributes and text of a page; open elements must close in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(html: str) -> _Outline:
    parser = _Outline()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


# the page


def test_the_page_asks_nobody_for_anything_and_runs_nothing(page: str) -> None:
    found = outline(page)
    assert not [tag for tag, _ in found.elements if tag in ("script", "iframe", "object", "embed", "link", "base")]
    for _, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href", "action"):
            target = attributes.get(name) or "#"
            inside = r"#[\w-]+|#|informe\.pdf|informe\.en\.html|datapackage\.json|datos/[a-z_]+\.csv"
            assert re.fullmatch(inside, target), target
    urls = re.findall(r"url\(\s*[\"']?([^\"')]+)", page)
    assert urls
    assert all(url.startswith(("data:", "#")) for url in urls)
    assert "@import" not in page
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert set(re.findall(r"https?://[^\s\"'<>)]+", page)) <= namespaces


def test_the_page_declares_language_viewport_title_and_a_strict_policy(page: str) -> None:
    elements = outline(page).elements
    assert ("html", {"lang": "es-GT"}) in elements
    metas = {
        attributes.get("name") or attributes.get("http-equiv"): attributes
        for tag, attributes in elements
        if tag == "meta"
    }
    assert "width=device-width" in str(metas["viewport"]["content"])
    assert str(metas["Content-Security-Policy"]["content"]).startswith("default-src 'none'")
    assert re.search(r"<title>[^<]*octubre de 2026[^<]*</title>", page)


def test_every_table_has_caption_and_scopes_and_every_drawing_its_title(page: str) -> None:
    tables = re.findall(r"<table.*?</table>", page, re.S)
    assert len(tables) > 10
    for table in tables:
        assert re.search(r"<table[^>]*>\s*<caption>.*\S.*</caption>", table, re.S)
        assert re.findall(r"<th(?![^>]*scope=)[ >]", table) == []
        assert 'scope="col"' in table
        assert 'scope="row"' in table
    drawings = re.findall(r"<svg.*?</svg>", page, re.S)
    assert drawings
    assert all(
        re.match(r"<svg[^>]*role=\"img\"[^>]*>\s*<title>[^<]{20,}</title>", drawing) for drawing in drawings
    )


def test_identifiers_of_the_page_are_unique_and_links_within_it_lead_somewhere(page: str) -> None:
    elements = outline(page).elements
    identifiers = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    inner = {
        str(attributes["href"])[1:]
        for tag, attributes in elements
        if tag == "a" and str(attributes["href"]).startswith("#")
    }
    assert inner
    assert inner <= set(identifiers)


def test_headings_go_down_by_one_level(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in outline(page).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_hostile_names_are_text_on_the_page(page: str) -> None:
    found = outline(page)
    text = "".join(found.text)
    assert "<script>alert('reclutador')</script>" in text
    assert '"><img src=x onerror=alert(1)>' in text
    assert "{{ 7 * 7 }} {% raw %}" in text
    assert "gnirts" in text
    assert not set("\u202e\u202c\u2028\x00") & set(page)
    assert HOSTILE_NAMES[-2] in text


def test_simulated_records_are_marked_on_the_page_and_real_ones_are_not(page: str) -> None:
    assert page.count(NOTICE) > 10
    assert 'class="cinta"' in page
    assert NOTICE not in render_html(build(protected_tables(), facts(demo=False)))


def test_preliminary_figures_are_called_so_until_they_are_revised(page: str) -> None:
    revised = render_html(build(protected_tables(), facts(revision=2)))
    assert "Cifras preliminares" in page
    assert "Cifras preliminares" not in revised
    assert "Ninguna cifra de este informe cambia" in revised


# the PDF


def test_the_pdf_says_language_title_and_that_it_is_accessible(document: bytes) -> None:
    with pikepdf.open(BytesIO(document)) as opened:
        assert str(opened.Root.Lang) == "es-GT"
        assert opened.Root.MarkInfo.Marked
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        with opened.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "octubre de 2026" in metadata["dc:title"]


def elements(node: Any) -> Iterator[Any]:
    """The structure elements below a node, in order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_the_pdf_is_tagged_with_headings_tables_and_figures_that_have_their_text(
    document: bytes, report: Report
) -> None:
    with pikepdf.open(BytesIO(document)) as opened:
        found = list(elements(opened.Root.StructTreeRoot))
        kinds = [str(element.S) for element in found]
        for kind in ("/H1", "/H2", "/H3", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Caption", "/L", "/LI"):
            assert kind in kinds, kind
        assert kinds.count("/H1") == 1
        alternatives = [str(element.Alt) for element in found if str(element.S) == "/Figure"]
        charts = [chart for section in report.secciones for chart in section.graficos]
        assert alternatives == [chart.alt for chart in charts]


def test_headings_of_the_pdf_go_down_by_one_level_and_are_those_of_the_page(document: bytes, page: str) -> None:
    with pikepdf.open(BytesIO(document)) as opened:
        kinds = [str(element.S) for element in elements(opened.Root.StructTreeRoot)]
    levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert levels == [int(tag[1]) for tag, _ in outline(page).elements if re.fullmatch(r"h[1-6]", tag)]


def test_every_cell_of_every_table_in_the_pdf_points_to_its_headers(document: bytes, report: Report) -> None:
    """A table that goes on over the page is a table again, with its heads and without its caption."""
    with pikepdf.open(BytesIO(document)) as opened:
        tables = [each for each in elements(opened.Root.StructTreeRoot) if str(each.S) == "/Table"]
        captions = [sum(str(part.S) == "/Caption" for part in elements(table)) for table in tables]
        assert max(captions) == 1
        assert sum(captions) == print_html(report).count("<caption>") > 20
        for table in tables:
            parts = list(elements(table))
            identifiers = {bytes(part.ID) for part in parts if str(part.S) == "/TH"}
            assert identifiers
            for cell in (part for part in parts if str(part.S) == "/TD"):
                headers = {bytes(header) for header in cell.A.Headers}
                assert headers
                assert headers <= identifiers


def test_all_content_of_the_pdf_is_tagged_or_marked_as_decoration(document: bytes) -> None:
    with pikepdf.open(BytesIO(document)) as opened:
        for number, page in enumerate(opened.pages, start=1):
            depth = 0
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    depth += 1
                elif name == "EMC":
                    depth -= 1
                elif name in ("Tj", "TJ"):
                    assert depth > 0, f"page {number}: {operands}"
            assert depth == 0
            assert page.Tabs == pikepdf.Name.S


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_word_of_the_pdf_leaves_its_cell_or_the_page_s_type_area(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out = []
    render = HTML.render
    monkeypatch.setattr(
        HTML, "render", lambda *given, **named: laid_out.append(render(*given, **named)) or laid_out[0]
    )
    render_pdf(whole_report(language))
    pages = [page._page_box for page in laid_out[0].pages]
    assert len(pages) > 15
    cells = [box for page in pages for box in page.descendants() if isinstance(box, boxes.TableCellBox)]
    assert len(cells) > 1_000
    beyond = [word.text for outer in [*pages, *cells] for word in words_beyond(outer)]
    assert beyond == []


def words_beyond(outer: Any) -> Iterator[Any]:
    """Words of which more than a hair lies right of what holds them."""
    end = outer.content_box_x() + outer.width + 0.5
    return (
        box for box in outer.descendants() if isinstance(box, boxes.TextBox) and box.position_x + box.width > end
    )


def test_the_pdf_in_black_and_white_tells_the_same(report: Report) -> None:
    """Nothing is told by colour: hidden, not stated and together differ by text or pattern."""
    for section in report.secciones:
        for chart in section.graficos:
            if chart.forma == "barras":
                assert all(bar.texto for bar in chart.barras)
                kinds = {bar.tipo for bar in chart.barras if bar.valor}
                assert len(kinds) == 1 or chart.notas


def test_the_english_pdf_declares_its_language_and_marks_what_is_spanish() -> None:
    report = whole_report("en")
    content = render_pdf(report)
    with pikepdf.open(BytesIO(content)) as opened:
        assert str(opened.Root.Lang) == "en-GB"
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert all("DEMONSTRATION DATA" in text for text in pages)
    text = " ".join(" ".join(pages).replace("\u00a0", " ").split())
    for point in report.puntos:
        assert point in text


def test_every_chart_of_the_page_has_its_data_as_a_table(page: str, report: Report) -> None:
    for section in report.secciones:
        tables = {table.nombre for table in section.cuadros}
        for chart in section.graficos:
            if chart.forma == "linea":
                (details,) = re.findall(r"<details>.*?</details>", page, re.S)
                assert all(bar.texto in details and bar.etiqueta in details for bar in chart.barras)
            else:
                assert chart.nombre.removeprefix("mapa_") in tables


def test_every_font_is_embedded_and_comes_with_the_project(document: bytes) -> None:
    names = set()
    with pikepdf.open(BytesIO(document)) as opened:
        for found in opened.objects:
            if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/FontDescriptor":
                assert any(key in found for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                names.add(str(found.FontName))
    assert names
    assert all(re.search(r"Source.(Sans.3|Serif.4)", name) for name in names)
    shipped = [file for name in FILES.values() for file in (name, name.replace(".ttf", "-latin.woff2"))]
    assert all((FOLDER / file).stat().st_size > 10_000 for file in shipped)
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_bookmarks_lead_to_every_section(document: bytes, report: Report) -> None:
    outline = [str(entry["/Title"]) for entry in PdfReader(BytesIO(document)).outline]  # type: ignore[call-overload,index]
    for section in report.secciones:
        assert f"{section.numero}. {section.tema}" in outline
    assert {"Puntos principales", "Glosario", "Símbolos"} <= set(outline)


def test_every_page_has_its_number_the_title_and_the_watermark(pages: list[str]) -> None:
    assert 8 < len(pages) < 30
    for number, text in enumerate(pages, start=1):
        assert f"Página {number} de {len(pages)}" in text
        # the head of the page and twice across it
        assert text.count(NOTICE) >= 3
        if number > 1:
            assert "Personas colocadas en trabajos temporales en el exterior, Guatemala, octubre de 2026" in text


def test_a_pdf_of_real_records_has_no_watermark() -> None:
    content = render_pdf(build(protected_tables(2), facts(demo=False)))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert "DEMOSTRACIÓN" not in text
    assert "Cifras preliminares" in text


def test_the_figures_of_the_pdf_can_be_copied_as_text(pages: list[str], report: Report) -> None:
    text = " ".join(" ".join(pages).replace("\u00a0", " ").split())
    for point in report.puntos:
        assert point in text
    for section in report.secciones:
        assert section.titulo in text
        for table in section.cuadros:
            for row in table.filas:
                if len(row.titulo) < 30 and row.titulo.isprintable() and "🙂" not in row.titulo:
                    assert " ".join([row.titulo, *(cell.texto for cell in row.celdas[:1])]) in text
    assert "Q’eqchi’" in text
    assert "K’iche’" in text


def test_hostile_names_are_text_in_the_pdf(pages: list[str]) -> None:
    text = " ".join(" ".join(pages).split())
    assert "<script>alert('reclutador')</script>" in text
    assert "{{ 7 * 7 }} {% raw %}" in text
    # what the shipped fonts cannot print is a box, not a font of this machine
    assert "□" in text
    assert "雇" not in text


def test_a_revision_lists_the_changed_figures_in_the_pdf() -> None:
    changes = (Change("colocados_por_pais", '{"pais": "USA"}', "colocados", 1428.0, 1431.0),)
    content = render_pdf(build(protected_tables(2), facts(revision=2, changes=changes)))
    text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
    assert "Estados Unidos" in text
    assert "1,428" in text
    assert "1,431" in text


_RENDER = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from report_samples import whole_report
from movilidad.reports.page import render_html
from movilidad.reports.pdf import render_pdf
report = whole_report()
print(hashlib.sha256(render_html(report).encode()).hexdigest(), hashlib.sha256(render_pdf(report)).hexdigest())
"""


def test_another_process_seconds_later_in_another_place_makes_the_same_bytes(
    tmp_path: Path, page: str, document: bytes
) -> None:
    time.sleep(1.1)  # fonts used to carry the second in which they were cut
    environment = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", _RENDER, str(Path(__file__).parents[1])]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == [
        hashlib.sha256(page.encode()).hexdigest(),
        hashlib.sha256(document).hexdigest(),
    ]


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (
            '<img src="data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E">',
            "no required alt description",
        ),
        ('<img src="https://example.org/x.png" alt="x">', "disallowed protocol"),
        ('<img src="file:///etc/passwd" alt="x">', "packaged files only"),
        ("<p style='colour: red'>x</p>", "Ignored `colour"),
    ],
    ids=["no alternative text", "network", "file of the machine", "style"],
)
def test_what_would_make_a_worse_pdf_stops_it(
    monkeypatch: pytest.MonkeyPatch, report: Report, markup: str, reason: str
) -> None:
    style = f"{faces_for_print()} body {{ font-family: 'Source Sans 3' }}"
    broken = f'<!DOCTYPE html><html lang="es"><title>x</title><style>{style}</style><body>{markup}</body></html>'
    monkeypatch.setattr(pdf_module, "print_html", lambda _: broken)
    with pytest.raises(DataError, match=reason):
        render_pdf(report)


def test_a_missing_font_is_named_and_stops_the_page_and_the_pdf(
    monkeypatch: pytest.MonkeyPatch, report: Report, tmp_path: Path
) -> None:
    faces_for_print.cache_clear()
    monkeypatch.setattr("movilidad.reports.fonts.FOLDER", tmp_path)
    try:
        with pytest.raises(DataError, match=r"SourceSans3-Regular\.ttf: falta una fuente"):
            render_pdf(report)
    finally:
        faces_for_print.cache_clear()


def test_nothing_in_the_printed_html_lies_outside_the_project(report: Report) -> None:
    targets = re.findall(r"(?:src|href)=\"([^\"]+)\"|url\(\"([^\"]+)\"", print_html(report))
    found = {first or second for first, second in targets}
    assert any(target.startswith(FOLDER.as_uri()) for target in found)
    assert all(target.startswith(("data:", "#", FOLDER.as_uri())) for target in found)


def test_rendering_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12")
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    render_pdf(dataclasses.replace(build(protected_tables(2), facts()), secciones=()))
    assert os.environ["SOURCE_DATE_EPOCH"] == "12"
    assert "FONTCONFIG_FILE" not in os.environ
