"""The portal in a real browser: accessible, usable by keyboard, on small screens and without JavaScript."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request
from portal_support import portal_folder

__all__ = ["portal_folder"]

KINDS = (
    *("index.html", "publicaciones.html", "datos.html", "series.html", "reclutadores.html", "calendario.html"),
    *("metodologia.html", "calidad.html", "revisiones.html", "diccionario.html", "acerca.html", "buscar.html"),
    *("mensual/2026-10/index.html", "mensual/2026-08/index.html", "cuadros/mensual/resumen.html"),
    *("cuadros/mensual/colocados_por_pais.html", "cuadros/mensual/colocados_por_pais_sexo.html"),
    *(
        "cuadros/mensual/espejo_comparado.html",
        "cuadros/mensual/colocados_por_departamento_origen.html",
        "en/index.html",
        "en/mensual/2026-10/index.html",
    ),
    *("en/cuadros/mensual/colocados_por_pais.html", "en/metodologia.html", "en/diccionario.html"),
)
FIRST_VIEW = 300_000  # bytes
TABLE = "cuadros/mensual/colocados_por_pais_sexo.html"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(portal_folder: Path) -> Iterator[str]:
    """Where the publication folder is served, as any web server would."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=portal_folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, address: str, scheme: str) -> None:
    # axe comes from outside of the page, which its own rules would not let in
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = {}
    for kind in KINDS:
        page.goto(address + kind)
        result = Axe().run(page)
        if result.violations_count:
            found[kind] = [
                (each["id"], [node["html"][:150] for node in each["nodes"][:3]])
                for each in result.response["violations"]
            ]
    context.close()
    assert found == {}


def test_axe_notices_a_fault(page: Page, address: str) -> None:
    page.goto(address + "acerca.html")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert "html-has-lang" in {each["id"] for each in Axe().run(page).response["violations"]}


@pytest.mark.parametrize("width", [360, 768])
def test_no_page_scrolls_sideways(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    wide = {}
    for kind in KINDS:
        page.goto(address + kind)
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[kind] = found
    context.close()
    assert wide == {}


def test_no_error_no_foreign_request_and_a_small_first_view(browser: Browser, address: str) -> None:
    for kind in KINDS:
        context = browser.new_context()
        page = context.new_page()
        said: list[str] = []
        asked: list[Request] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on("request", lambda request, asked=asked: asked.append(request))
        page.goto(address + kind)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        assert said == [], kind
        assert [each.url for each in asked if not each.url.startswith((address, "data:"))] == []
        answers = [each.response() for each in asked if each.url.startswith("http")]
        assert all(answer and answer.status == 200 for answer in answers), kind
        assert sum(len(answer.body()) for answer in answers if answer) < FIRST_VIEW, kind
        assert context.cookies() == []
        context.close()


def test_pages_can_be_read_and_followed_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for kind in KINDS:
        page.goto(address + kind)
        assert page.locator("h1").is_visible()
        assert not page.locator("form.filtros").first.is_visible()
    page.goto(address + TABLE)
    assert page.locator("table.datos tbody tr").count() > 4
    assert page.locator("table.datos tbody tr").last.is_visible()
    page.goto(address + "reclutadores.html")
    assert page.get_by_text("<script>alert(1)</script>, S. A.").is_visible()
    page.goto(address + "buscar.html")
    assert page.locator("#resultados li").count() > 50
    context.close()


def test_the_portal_works_from_a_folder_without_a_server(page: Page, portal_folder: Path) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((portal_folder / TABLE).as_uri())
    assert page.locator("form.filtros").is_visible()
    page.locator("nav.menu a", has_text="Calendario").click()
    assert page.locator("h1").inner_text() == "Calendario de publicaciones"
    page.fill("#q", "visa")
    page.keyboard.press("Enter")
    page.wait_for_selector("#resultados")
    assert page.locator("#consulta").input_value() == "visa"
    assert said == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, address: str) -> None:
    page.goto(address + TABLE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ir al contenido"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenido"
    page.goto(address + TABLE)
    wanted = page.evaluate(
        "document.querySelectorAll('a[href], input, select, button, summary, [tabindex=\"0\"]').length"
    )
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one);
                const all = Array.from(document.querySelectorAll('*'));
                return [all.indexOf(one), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
            }"""
        )
        assert seen[1], page.evaluate("document.activeElement.outerHTML")
        reached.add(seen[0])
    assert len(reached) == wanted


def test_filters_narrow_table_and_chart_and_say_how_many_rows_are_left(page: Page, address: str) -> None:
    page.goto(address + TABLE)
    rows = page.locator("table.datos tbody tr:visible")
    everything = rows.count()
    page.select_option("#filtro-0", label="Estados Unidos")
    assert 0 < rows.count() < everything
    assert set(page.locator("table.datos tbody tr:visible th:first-child").all_inner_texts()) == {"Estados Unidos"}
    assert page.locator(".cuenta").inner_text() == f"{rows.count()} filas"
    page.select_option("#filtro-1", label="Total")
    assert rows.count() == 1
    page.select_option("#filtro-0", label="Todas las categorías")
    shown = page.locator(".barras .nombre-barra").all_inner_texts()
    assert shown[0] == "Estados Unidos"
    assert "Total" not in shown
    page.select_option("#filtro-1", label="Todas las categorías")
    assert rows.count() == everything


def test_recruiters_are_found_without_accents_and_by_number(page: Page, address: str) -> None:
    page.goto(address + "reclutadores.html")
    page.fill("#filtro-texto", "LINEA uno")
    assert page.locator("table tbody tr:visible").count() == 1
    page.fill("#filtro-texto", "DGE-001-2026")
    assert page.locator("table tbody tr:visible").all_inner_texts()[0].startswith("../../etc/passwd")
    page.fill("#filtro-texto", "nadie se llama así")
    assert page.locator("table tbody tr:visible").count() == 0
    assert page.locator(".cuenta").inner_text() == "0 filas"


def test_the_search_finds_a_table_by_one_of_its_categories(page: Page, address: str) -> None:
    page.goto(address + "index.html")
    page.fill("#q", "huehuetenango")
    page.keyboard.press("Enter")
    page.wait_for_selector("#resultados")
    found = page.locator("#resultados li:visible a").all_inner_texts()
    assert any("departamento de origen" in title for title in found)
    assert len(found) < 20


def test_downloads_are_the_bytes_of_the_release(page: Page, address: str, portal_folder: Path) -> None:
    page.goto(address + "cuadros/mensual/colocados_por_pais.html")
    links = page.locator("#descargar ~ .archivos a").all()
    assert len(links) == 4
    for link in links:
        target = link.evaluate("link => link.href")
        place = target.removeprefix(address)
        assert page.request.get(target).body() == (portal_folder / place).read_bytes()
        assert place.startswith("mensual/2026-10/r2/datos/colocados_por_pais.")


def test_the_languages_lead_to_each_other(page: Page, address: str) -> None:
    for kind in ("index.html", "mensual/2026-10/index.html", TABLE):
        page.goto(address + kind)
        page.locator("a.idioma").click()
        assert page.url == f"{address}en/{kind}"
        assert page.evaluate("document.documentElement.lang") == "en"
        page.locator("a.idioma").click()
        assert page.url == address + kind
