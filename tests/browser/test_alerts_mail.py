"""The alerts' mail as a person sees it, on a phone: nothing to scroll sideways, nothing that bars anybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from movilidad.alerts.message import Message, Section
from movilidad.alerts.notice import Link
from movilidad.alerts.rendering import as_html

LONG = "colocados_por_departamento_origen_y_municipio_origen_" * 3
HOSTILE = "<script>document.title = 'mal'</script><img src=x onerror=\"document.title = 'mal'\">"


@pytest.mark.parametrize("tone", ["normal", "critico", "resuelto"])
def test_a_mail_fits_a_phone_bars_nobody_and_runs_nothing(browser: Browser, tone: str) -> None:
    told = Message(
        asunto="Una tarea falló: Auditar",
        etiqueta="Aviso",
        tono=tone,
        encabezado="Una tarea falló: Auditar",
        resumen="Se podría deducir una celda oculta.",
        secciones=(Section("Qué pasó", (LONG, HOSTILE)), Section("Qué hacer primero", ("Avise.",))),
        enlaces=(Link("Abrir la tarea", "https://airflow.example/a"), Link(HOSTILE, "https://airflow.example/b")),
        razon="opera el sistema",
        referencia="Incidente 1",
    )
    context = browser.new_context(viewport={"width": 360, "height": 640}, bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(as_html(told))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.title() == "Una tarea falló: Auditar"
    assert asked == [], "a mail asks no other place for anything"
    assert HOSTILE in page.inner_text("body")
    for link in page.locator("a").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 20
    result = Axe().run(page)
    context.close()
    assert result.violations_count == 0, result.generate_report()
