"""A release in which something is odd, from the message about it to its publication, in Airflow's own pages.

With ``MOVILIDAD_PANTALLAS`` set to a folder, the pages that the operators' guide shows are pictured into it.
"""

import json
import os
import re
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from acceptance_support import MONTH, Place, operated
from browser_support import browser
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import create_engine, make_url, text

from movilidad.sources.contracts import sources_of
from movilidad.stack.airflow_api import AirflowApi
from movilidad.stack.installation import OPERATOR

__all__ = ["browser"]

pytestmark = pytest.mark.airflow

RELEASE = f"mensual/{MONTH}/r1"
MINUTE = 60.0


def spoil(state: dict[str, Any]) -> None:
    """On the programme's platform one applicant in five of the month has no sex any more."""
    warehouse = make_url(state["environment"]["MOVILIDAD_BODEGA"])
    engine = create_engine(warehouse.set(database="plataformas"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE aplicantes SET sexo = NULL WHERE id_aplicante IN (SELECT id_aplicante FROM ("
                " SELECT DISTINCT id_aplicante FROM solicitudes WHERE to_char(fecha_registro, 'YYYY-MM') = :month"
                ") en_el_mes WHERE hashtext(id_aplicante::text) % 5 = 0)"
            ),
            {"month": MONTH},
        )
    engine.dispose()


def waited_for(what: Callable[[], Any], minutes: float) -> Any:
    """What a question answers once it answers something."""
    deadline = time.monotonic() + minutes * MINUTE
    while not (found := what()):
        assert time.monotonic() < deadline, "no llegó a tiempo"
        time.sleep(2)
    return found


def link_of_message(folder: Path) -> str:
    """Where the message about the pending sign-off leads first; empty while there is no such message."""
    for file in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        if body and "visto bueno pendiente" in str(mail["Subject"]):
            found = re.search(r"Ver la publicación en la mesa: (\S+)", str(body.get_content()))
            assert found, body.get_content()
            return found[1]
    return ""


def log_in(page: Page, password: str) -> None:
    page.locator("input[name=username]").fill(OPERATOR)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")


def patient_page(browser: Browser) -> Page:
    """A page that waits: beside a whole Airflow a machine may be busy for a minute."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="es-GT")
    context.set_default_timeout(2 * MINUTE * 1000)
    expect.set_options(timeout=MINUTE * 1000)
    return context.new_page()


def picture(page: Page, name: str) -> None:
    """Keep what the page shows now, if pictures for the guide were asked for."""
    if folder := os.environ.get("MOVILIDAD_PANTALLAS"):
        page.wait_for_timeout(1500)  # what moves has come to rest
        page.screenshot(path=Path(folder) / f"{name}.png")


def desk_in(page: Page) -> FrameLocator:
    return page.frame_locator("iframe").first


def test_a_held_release_is_followed_from_its_message_to_its_publication(
    make_place: Callable[[str], Place], browser: Browser
) -> None:
    place = make_place("mesa")
    with operated(place) as state:
        password = json.loads((place.folder / "secretos" / "instalacion.json").read_text())["password"]
        spoil(state)
        api = AirflowApi(state["url"], OPERATOR, password)
        api.wait_until_healthy(MINUTE, lambda: None)
        for name in sources_of("mensual"):
            api.trigger(f"ingesta_{name}", MONTH)
        link = waited_for(lambda: link_of_message(place.folder / "correo"), minutes=25)
        assert link == f"{state['url']}/plugin/mesa/mesa/publicacion/{RELEASE}"
        _shows_nothing_without_login(state["url"])
        page = patient_page(browser)
        _is_seen_after_login(page, link, password)
        _is_told_apart_by_source(page, state["url"])
        _is_decided(page, link)
        _comes_out(page, link, place)
        _is_found_in_the_list_of_dags(page, state["url"])
        assert page.locator("nav, [data-testid=nav-sidebar]").get_by_text("Mesa", exact=True).count() == 1


def _shows_nothing_without_login(url: str) -> None:
    for path in ("", f"publicacion/{RELEASE}", f"publicacion/{RELEASE}/archivo/informe.pdf", "estatico/mesa.css"):
        found = httpx.get(f"{url}/mesa/{path}", trust_env=False)
        assert (found.status_code, found.content) == (303, b""), path
        assert found.headers["location"].startswith("/api/v2/auth/login?next=")


def _is_seen_after_login(page: Page, link: str, password: str) -> None:
    page.goto(link)
    log_in(page, password)
    desk = desk_in(page)
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile(r"octubre de 2026 \(r1\)"))
    expect(desk.locator(".situacion")).to_contain_text("Espera visto bueno")
    expect(desk.get_by_text("El sexo falta o no está en la lista.")).to_be_visible()
    expect(desk.get_by_text("El atacante de prueba no pudo deducir ninguna")).to_be_visible()
    picture(page, "mesa-publicacion")
    desk.get_by_role("heading", name="Cómo se ve").scroll_into_view_if_needed()
    preview = desk.frame_locator("iframe")
    expect(preview.get_by_text("DATOS DE DEMOSTRACIÓN").first).to_be_visible()
    pdf = page.request.get(f"{link.replace('/plugin/mesa/mesa/', '/mesa/')}/archivo/informe.pdf")
    assert pdf.body().startswith(b"%PDF-")


def _is_told_apart_by_source(page: Page, url: str) -> None:
    page.goto(f"{url}/plugin/mesa")
    expect(desk_in(page).get_by_text("Espera visto bueno").first).to_be_visible()
    picture(page, "mesa-hoy")
    page.goto(f"{url}/plugin/mesa/mesa/fuente/programa_trabajo_temporal")
    expect(desk_in(page).get_by_role("heading", level=1)).to_contain_text("Programa de Trabajo Temporal")
    picture(page, "mesa-fuente")
    page.goto(f"{url}/plugin/mesa/mesa/plataformas")
    expect(desk_in(page).get_by_role("heading", level=1)).to_contain_text("Plataformas")
    picture(page, "mesa-plataformas")


def _is_found_in_the_list_of_dags(page: Page, url: str) -> None:
    page.goto(f"{url}/dags")
    expect(page.get_by_text("Informe mensual").first).to_be_visible()
    picture(page, "airflow-dags")
    page.goto(f"{url}/dags/ingesta_programa_trabajo_temporal")
    expect(page.get_by_text("Extraer").first).to_be_visible()
    picture(page, "airflow-ingesta")
    page.get_by_test_id("trigger-dag-button").first.click()
    page.get_by_text("Opciones Avanzadas").click()
    expect(page.get_by_test_id("config-form").get_by_text("Clave de Partición")).to_be_visible()
    picture(page, "airflow-trigger")


def _is_decided(page: Page, link: str) -> None:
    page.goto(link)
    desk_in(page).get_by_role("link", name="Decidir en Airflow").click()
    page.wait_for_url(re.compile(r"/dags/informe_mensual/runs/.*/tasks/visto_bueno/required_actions"))
    expect(page.get_by_role("link", name="Ver el borrador en la mesa")).to_be_visible()
    picture(page, "airflow-visto-bueno")
    page.get_by_test_id("hitl-option-Publicar").click()


def _comes_out(page: Page, link: str, place: Place) -> None:
    def published() -> bool:
        page.goto(link)
        state = desk_in(page).locator(".situacion")
        state.wait_for()
        return "Publicada" in state.inner_text()

    waited_for(published, minutes=10)
    expect(desk_in(page).get_by_text(re.compile(r"Publicar, .* \(Persona autorizada\)"))).to_be_visible()
    picture(page, "mesa-publicada")
    assert (place.release() / "informe.pdf").is_file()
    made_of = json.loads((place.release() / "manifest.json").read_text(encoding="utf-8"))
    assert made_of["visto_bueno"]["decision"] == "publicar"
    page.frame_locator("iframe").first.get_by_role("link", name="Hoy", exact=True).click()
    expect(desk_in(page).get_by_role("heading", name="Calendario")).to_be_visible()
    expect(desk_in(page).get_by_text("Espera visto bueno")).to_have_count(0)
