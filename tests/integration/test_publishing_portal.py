"""The portal as files: complete, incremental, valid for others, true to the releases."""

import json
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import icalendar
import pytest
import rdflib
from html_validator import html_errors
from portal_support import NOW, WITHDRAWN, portal, portal_folder, withdraw
from publishing_support import HOSTILE_NAMES, contents
from rdflib.namespace import RDF
from test_publishing_open_data import SHAPES, violations

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.publishing.portal import write_portal

__all__ = ["portal", "portal_folder"]

KINDS = (
    *("index.html", "publicaciones.html", "datos.html", "series.html", "reclutadores.html", "plataformas.html"),
    *(
        "calendario.html",
        "metodologia.html",
        "calidad.html",
        "revisiones.html",
        "diccionario.html",
        "acerca.html",
        "buscar.html",
    ),
    *("mensual/2026-10/index.html", "mensual/2026-08/index.html"),
    *("cuadros/mensual/resumen.html", "cuadros/mensual/colocados_por_pais.html"),
    *("cuadros/mensual/colocados_por_pais_sexo.html", "cuadros/mensual/espejo_comparado.html"),
)
_ATOM = "{http://www.w3.org/2005/Atom}"


class Links(HTMLParser):
    """The addresses that a page refers to, and the elements that it has names for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.found.append(value)
            if name == "id" and value:
                self.names.add(value)


def pages(folder: Path) -> list[Path]:
    """The portal's own pages, not the reports."""
    return [folder / path for path in json.loads((folder / ".portal.json").read_text()) if path.endswith(".html")]


def read(page: Path) -> Links:
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def released(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in contents(folder).items() if re.match(r"\w+/[^/]+/r\d+/", path)}


def test_every_kind_of_page_is_valid_html_in_both_languages(portal_folder: Path) -> None:
    files = [portal_folder / prefix / kind for kind in KINDS for prefix in ("", "en")]
    assert html_errors(files) == []


def test_the_validator_notices_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<!DOCTYPE html><html lang=es><title>a</title><p><table><p></html>")
    assert html_errors([tmp_path / "a.html"])


def test_every_link_of_every_page_leads_somewhere(portal_folder: Path) -> None:
    found = {page: read(page) for page in pages(portal_folder)}
    assert len(found) > 100
    wrong = []
    for page, links in found.items():
        for link in links.found:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("data:"):
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            is_there = target.is_file() and (not parts.fragment or parts.fragment in found[target].names)
            wrong += [] if is_there else [f"{page.relative_to(portal_folder)}: {link}"]
    assert wrong == []


def test_every_release_and_every_table_is_reached_from_the_front_page(portal_folder: Path) -> None:
    seen, open_pages = set(), [portal_folder / "index.html"]
    while open_pages:
        page = open_pages.pop()
        for link in read(page).found:
            target = (page.parent / unquote(urlsplit(link).path)).resolve()
            if not urlsplit(link).scheme and target not in seen and target.is_file():
                seen.add(target)
                open_pages += [target] if target in set(pages(portal_folder)) else []
    reached = {path.relative_to(portal_folder.resolve()).as_posix() for path in seen}
    data = {path for path in released(portal_folder) if path.startswith("mensual/2026-10/r2/datos/")}
    own = {"cambios", "codigos", "diccionario", "reclutadores_autorizados"}
    tables = {path for path in data if path.endswith(".csv") and "_por_" in path} | {
        f"mensual/2026-10/r2/datos/{name}.csv" for name in own
    }
    assert tables <= reached
    assert {
        "mensual/2026-10/r1/informe.html",
        "mensual/2026-09/r1/informe.pdf",
        f"{WITHDRAWN}/informe.html",
    } <= reached
    assert all(page.resolve() in seen for page in pages(portal_folder))


def test_nothing_is_written_twice_and_a_new_release_leaves_old_pages_alone(portal: Path) -> None:
    assert write_portal(portal, NOW) == []
    assert write_portal(portal, NOW + timedelta(hours=1)) == []
    before = released(portal)
    shutil.copytree(portal / "mensual/2026-10/r2", portal / "mensual/2026-10/r3")
    written = write_portal(portal, NOW)
    assert {"index.html", "mensual/2026-10/index.html", "en/publicaciones.html", "novedades.xml"} <= {*written}
    assert not any(
        path.startswith(("mensual/2026-09", "mensual/2026-08", "en/mensual/2026-09")) for path in written
    )
    assert {path: content for path, content in released(portal).items() if "/r3/" not in path} == before


def test_a_portal_made_step_by_step_is_the_same_as_one_made_from_nothing(portal: Path) -> None:
    shutil.copytree(portal / "mensual/2026-09/r1", portal / "mensual/2026-09/r2")
    write_portal(portal, NOW)
    grown = contents(portal)
    for path in json.loads((portal / ".portal.json").read_text()):
        (portal / path).unlink()
    shutil.rmtree(portal / "series")
    (portal / ".portal.json").unlink()
    write_portal(portal, NOW)
    assert contents(portal) == grown


def test_a_page_that_was_lost_or_whose_list_is_damaged_comes_back(portal: Path) -> None:
    page = (portal / "calidad.html").read_bytes()
    (portal / "calidad.html").unlink()
    assert write_portal(portal, NOW) == ["calidad.html"]
    (portal / ".portal.json").write_text('{"../fuera.txt": "x", "mensual/2026-10/r1/informe.html": "x"')
    assert write_portal(portal, NOW) == []
    (portal / ".portal.json").write_text('{"../fuera.txt": "x", "mensual/2026-10/r1/informe.html": "x"}')
    (portal.parent / "fuera.txt").write_text("ajeno")
    write_portal(portal, NOW)
    assert (portal.parent / "fuera.txt").is_file()
    assert (portal / "mensual/2026-10/r1/informe.html").is_file()
    assert (portal / "calidad.html").read_bytes() == page


def test_a_withdrawn_release_says_why_and_its_figures_are_gone(portal: Path) -> None:
    withdraw(portal / "mensual/2026-10/r2")
    write_portal(portal, NOW)
    page = (portal / "mensual/2026-10/index.html").read_text(encoding="utf-8")
    assert "Una fuente entregó &lt;registros&gt; de otro mes." in page
    assert "mensual/2026-10/r2/informe.pdf" not in page
    assert "mensual/2026-10/r1/informe.pdf" in page
    assert ">130<" in (portal / "index.html").read_text(encoding="utf-8")
    assert "mensual/2026-10/r2/" not in (portal / "catalogo.jsonld").read_text(encoding="utf-8")


def test_a_damaged_release_is_named_and_does_not_hide_the_others(portal: Path) -> None:
    broken = portal / "mensual/2026-07/r1"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("{")
    write_portal(portal, NOW)
    page = (portal / "index.html").read_text(encoding="utf-8")
    assert "No disponibles por ahora: mensual/2026-07/r1" in page
    assert "mensual/2026-10/r2/informe.html" in page


def test_an_empty_folder_gives_a_portal_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(tmp_path))
    write_portal(tmp_path, NOW)
    assert "Todavía no hay publicaciones." in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert html_errors(pages(tmp_path)) == []


def test_hostile_names_are_text_on_the_page(portal_folder: Path) -> None:
    page = (portal_folder / "reclutadores.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;, S. A." in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert HOSTILE_NAMES[0].replace('"', "&#34;") in page


def test_no_page_asks_anybody_else_for_anything(portal_folder: Path) -> None:
    for page in pages(portal_folder):
        text = page.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert "style=" not in text
        assert "onclick" not in text
        assert 'src="http' not in text


def test_figures_of_the_pages_are_those_of_the_release(portal_folder: Path) -> None:
    page = (portal_folder / "cuadros/mensual/colocados_por_pais.html").read_text(encoding="utf-8")
    rows = (portal_folder / "mensual/2026-10/r2/datos/colocados_por_pais.csv").read_text(encoding="utf-8")
    total = next(line for line in rows.splitlines() if ",Total,Total,colocados," in line).split(",")[5]
    assert f'<th scope="row">Total</th><td class="numero">{total}</td>' in page
    assert "cifra protegida" in page


def test_the_feed_names_releases_revisions_and_withdrawals(portal_folder: Path) -> None:
    root = ET.parse(portal_folder / "novedades.xml").getroot()  # noqa: S314 - our own file
    titles = [entry.findtext(f"{_ATOM}title") for entry in root.iter(f"{_ATOM}entry")]
    assert titles[0] == "Informe mensual, octubre de 2026: revisión (r2)"
    assert "Informe mensual, agosto de 2026: retirada (r1)" in titles
    ids = [entry.findtext(f"{_ATOM}id") for entry in root.iter(f"{_ATOM}entry")]
    assert len(set(ids)) == len(ids) == 4
    assert all(entry.findtext(f"{_ATOM}updated") for entry in root.iter(f"{_ATOM}entry"))


@pytest.mark.parametrize("shapes", SHAPES, ids=lambda file: str(file.stem))
def test_the_catalogue_of_all_releases_conforms_to_the_shapes_of_dcat_ap(
    portal_folder: Path, shapes: Path
) -> None:
    found = rdflib.Graph().parse(portal_folder / "catalogo.jsonld", format="json-ld")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert len(list(found.subjects(RDF.type, dcat.Dataset))) == 3
    assert violations(found, shapes) == []


def test_machines_find_pages_and_dates(portal_folder: Path) -> None:
    text = (portal_folder / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://movilidad.mintrab.example/mensual/2026-10/</loc>" in text
    assert "index.html" not in text
    assert "Sitemap: https://movilidad.mintrab.example/sitemap.xml" in (portal_folder / "robots.txt").read_text()
    events = icalendar.Calendar.from_ical((portal_folder / "calendario.ics").read_bytes()).walk("VEVENT")
    assert len(events) == len(json.loads((portal_folder / "calendario.json").read_text())) == 27


def test_a_changed_date_is_announced_with_its_old_date_and_reason(
    portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from movilidad.publishing import calendar

    file = portal.parent / "calendario.yml"
    moved = "{publicacion: mensual/2026-12, fecha: 2027-01-20, anunciado: 2026-12-15, motivo: Feriado <nuevo>}"
    text = paths.CALENDAR.read_text(encoding="utf-8").replace("cambios: []", f"cambios:\n  - {moved}")
    file.write_text(text, encoding="utf-8")
    changed = calendar.load_calendar(file)
    monkeypatch.setattr("movilidad.publishing.portal.load_calendar", lambda: changed)
    written = write_portal(portal, NOW)
    page = (portal / "calendario.html").read_text(encoding="utf-8")
    assert "Antes: <s>15 de enero de 2027, 09:30</s>. Motivo: Feriado &lt;nuevo&gt;" in page
    assert "Cambio de fecha: Informe mensual, diciembre de 2026" in (portal / "novedades.xml").read_text()
    assert not any(path.startswith(("cuadros", "mensual")) for path in written)


def test_a_calendar_that_cannot_be_read_stops_before_any_page_changes(
    portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise UsageError("el calendario no se puede leer como YAML")

    before = contents(portal)
    monkeypatch.setattr("movilidad.publishing.portal.load_calendar", refuse)
    with pytest.raises(UsageError):
        write_portal(portal, NOW)
    assert contents(portal) == before
