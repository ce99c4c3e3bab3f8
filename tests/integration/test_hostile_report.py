"""Reports whose every text means harm: page and PDF print it, ask nobody and read no file of the machine."""

import dataclasses
import html
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from lxml import html as lxml_html
from pypdf import PdfReader
from report_samples import facts, protected_tables
from sources_support import QuietHandler, on_loopback

from movilidad.model.errors import DataError
from movilidad.reports import pdf as pdf_module
from movilidad.reports.elements import Report
from movilidad.reports.fonts import faces_for_print
from movilidad.reports.model import build
from movilidad.reports.page import render_html
from movilidad.reports.pdf import render_pdf

ATTACKS = (
    '<img src="{other}/imagen" alt="x">',
    '<link rel="stylesheet" href="{other}/estilo"><link rel="attachment" href="file:///etc/passwd">',
    '"; } @import url({other}/hoja); @page { background: url(file:///etc/passwd) } p::before { content: "',
    "</style></title><script src={other}/guion></script><svg><image href='{other}/svg'/></svg>",
    "{{ 7*7 }}{% include '/etc/passwd' %}${7*7}#{7*7} {x} {0.__class__} %(x)s %s",
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg">'
# what is no text of anybody: kinds, languages, anchors, files and codes that the program itself names, a date
STRUCTURE = {"forma", "tipo", "idioma", "ediciones", "nombre", "datos", "carpeta", "codigo", "fecha_iso"}


@dataclasses.dataclass
class Elsewhere:
    url: str
    asked: list[str]
    opened: list[str]


@pytest.fixture(scope="module")
def files() -> list[str]:
    """The files that this process opens, from now on."""
    opened: list[str] = []
    sys.addaudithook(lambda name, given: opened.append(str(given[0])) if name == "open" else None)
    return opened


@pytest.fixture
def elsewhere(files: list[str]) -> Iterator[Elsewhere]:
    """A server that nobody should ask."""
    asked: list[str] = []

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            asked.append(self.path)
            self.send_error(404)

    files.clear()
    with on_loopback(Handler) as url:
        yield Elsewhere(url, asked, files)
    assert asked == []
    assert not [name for name in files if "passwd" in name]


def poisoned(part: Any, attack: str) -> Any:
    """The same report with an attack behind each of its texts, however deep."""
    if isinstance(part, str):
        return f"{part}{attack}"
    if isinstance(part, tuple):
        return tuple(poisoned(each, attack) for each in part)
    if dataclasses.is_dataclass(part):
        texts = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
        changed = {name: poisoned(value, attack) for name, value in texts.items() if name not in STRUCTURE}
        return dataclasses.replace(part, **changed)  # type: ignore[type-var]
    return part


def small_report() -> Report:
    told = dataclasses.replace(
        facts(revision=2),
        tipo="correccion",
        motivo="Error",
        aprobada_por="Oficina",
        nota="Nota",
        acceso_previo=("A",),
    )
    whole = build(protected_tables(60, ("Reclutadora",)), told)
    return dataclasses.replace(
        whole, secciones=tuple(section for section in whole.secciones if section.cuadros)[:2]
    )


@pytest.mark.parametrize("attack", ATTACKS, ids=["image", "links", "style", "elements", "template"])
def test_every_text_is_printed_as_it_is_and_nothing_is_fetched(attack: str, elsewhere: Elsewhere) -> None:
    text = attack.replace("{other}", elsewhere.url)
    report = poisoned(small_report(), text)
    page = render_html(report)
    document = lxml_html.fromstring(page)
    assert not document.xpath("//script | //iframe | //object | //embed | //image | //link[@rel != 'icon']")
    assert all(source.startswith("data:") for source in document.xpath("//@src"))
    assert " ".join(text.split()) in " ".join(document.text_content().split())
    assert html.escape(text, quote=False)[:40] in page.replace("&#34;", '"').replace("&#39;", "'")
    content = render_pdf(report)
    printed = "".join("".join(each.extract_text().split()) for each in PdfReader(BytesIO(content)).pages)
    assert "".join(text.split()) in printed
    with pikepdf.open(BytesIO(content)) as pdf:
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        uris = [
            str(note.A.URI)
            for each in pdf.pages
            for note in each.get("/Annots", [])
            if "/URI" in note.get("/A", {})
        ]
    assert not [uri for uri in uris if "passwd" in uri or uri.startswith(elsewhere.url)]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{other}/x" alt="x">',
        '<img src="//127.0.0.1/x" alt="x">',
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="file://localhost/etc/passwd" alt="x">',
        '<img src="file:///../../../../etc/passwd" alt="x">',
        '<img src="../../../../../../../etc/passwd" alt="x">',
        '<img src="ftp://127.0.0.1/x" alt="x">',
        '<p style="background: url({other}/x)">x</p>',
        "<style>@import url({other}/x);</style>",
        '<link rel="stylesheet" href="{other}/x">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<object data="{other}/x" type="image/png">x</object>',
        '<embed src="{other}/x" type="image/png">',
        f"<img alt='x' src='data:image/svg+xml,{SVG}<image href=\"{{other}}/x\"/></svg>'>",
        f'{SVG}<use href="file:///etc/passwd#x"/></svg>',
    ],
)
def test_even_markup_of_a_template_reaches_packaged_files_only(
    markup: str, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a text ever get through as markup, the fetcher of the PDF is the second wall."""
    style = f"{faces_for_print()} body {{ font-family: 'Source Sans 3' }}"
    body = markup.replace("{other}", elsewhere.url)
    broken = (
        f'<!DOCTYPE html><html lang="es"><title>x</title><style>{style}</style><body><p>x</p>{body}</body></html>'
    )
    monkeypatch.setattr(pdf_module, "print_html", lambda _: broken)
    try:
        content = render_pdf(small_report())
    except DataError:
        return
    with pikepdf.open(BytesIO(content)) as pdf:
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
