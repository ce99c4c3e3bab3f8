"""The release desk as a person sees it, alone and in Airflow's frame: nothing scrolls sideways or bars anybody."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from desk_support import BEGAN, BadDay, bad_day, desk_at
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page
from publishing_support import NOON

from movilidad.observation.app import health_page
from movilidad.observation.health import examine
from movilidad.stack.environment import free_port

# as Airflow's own pages frame an external view
_FRAME = (
    '<!DOCTYPE html><html class="dark" lang="es"><title>Airflow</title><link rel="icon" href="data:,"><body>'
    '<iframe id="marco" src="/mesa/" sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"'
    ' style="width: 100%; height: 800px"></iframe></body></html>'
)


@pytest.fixture(scope="module")
def busy(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BadDay]:
    with bad_day(postgres_folder, tmp_path_factory.mktemp("mesa")) as found:
        yield found


@pytest.fixture(scope="module")
def address(busy: BadDay) -> Iterator[str]:
    """A server with the desk, a page that frames it, the health page and Airflow's other pages; everybody acts."""
    app = FastAPI()
    app.mount("/mesa", desk_at(NOON))
    app.mount("/salud", health_page(lambda now: examine(now, BEGAN), lambda: NOON))
    app.add_api_route("/marco", lambda: HTMLResponse(_FRAME))
    app.add_api_route("/dags/{path:path}", lambda path: HTMLResponse(f"<title>Airflow</title>{path}"))

    async def acting(scope, receive, send):
        scope["headers"] = [*scope.get("headers", []), (b"x-quien", b"opera")]
        await app(scope, receive, send)

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(acting, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def watched(page: Page) -> list[str]:
    """What goes wrong on a page from now on: errors of the console, requests to other places."""
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if "127.0.0.1" not in asked.url else None)
    return wrong


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_page_fits_bars_nobody_and_asks_no_other_place(
    browser: Browser, address: str, busy: BadDay, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True, locale="es-GT"
    )
    page = context.new_page()
    wrong = watched(page)
    for path in (
        *("", "publicaciones", f"publicacion/{busy.draft}", "publicacion/mensual/2026-09"),
        *("fuentes", "fuente/programa_trabajo_temporal", "fuente/programa_trabajo_temporal/cuarentena/2026-10"),
        *("plataformas", "plataforma/tu_empleo", "incidentes", "incidente/1", "bitacora", "salud", "../salud/"),
    ):
        page.goto(f"{address}/mesa/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        result = Axe().run(page, options={"iframes": False})
        assert result.violations_count == 0, f"{path}: {result.generate_report()}"
    context.close()
    # on such a day the health page says 503, which the browser calls an error
    assert [each for each in wrong if "503" not in each] == []


def test_in_airflows_frame_it_takes_airflows_colours_and_its_links_leave_the_frame(
    browser: Browser, address: str, busy: BadDay
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    wrong = watched(page)
    page.goto(f"{address}/marco")
    desk = page.frame_locator("#marco")
    root = desk.locator("html")
    assert root.get_attribute("data-tema") == "oscuro"
    page.evaluate("document.documentElement.className = 'light'")
    desk.locator("html[data-tema=claro]").wait_for(timeout=5000)

    desk.get_by_role("link", name="octubre de 2026 (r1)").first.click()
    desk.get_by_role("heading", name="Cómo se ve").wait_for()
    with context.expect_page() as opened:
        desk.get_by_role("link", name="PDF", exact=False).first.click()
    assert opened.value.url.endswith(f"{busy.draft}/archivo/informe.pdf"), "a PDF is shown by no framed page"
    desk.get_by_role("link", name="Abrir la ejecución en Airflow").click()
    page.wait_for_url(f"{address}/dags/informe_mensual/runs?partition_key_pattern=2026-10")
    context.close()
    assert wrong == []


def test_opened_alone_it_needs_no_script(browser: Browser, address: str, busy: BadDay) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/mesa/")
    page.get_by_role("link", name="Publicaciones", exact=True).click()
    page.get_by_role("link", name="octubre de 2026 (r1)").click()
    page.get_by_role("link", name="Abrir la ejecución en Airflow").click()
    assert page.url == f"{address}/dags/informe_mensual/runs?partition_key_pattern=2026-10"
    context.close()
