"""The release desk: what waits for a person comes first, who does not act sees less, and nothing leads nowhere."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from desk_support import (
    ACTS,
    AIRFLOW,
    HOSTILE,
    LOOKS,
    OCTOBER,
    PROGRAMME,
    SET_APART,
    BadDay,
    bad_day,
    client_at,
    examined,
    published,
)
from monitoring_support import QUARTER, looks
from publishing_support import NOON
from sqlalchemy import Engine

from movilidad import alerts
from movilidad.alerts.desk_pages import within_airflow
from movilidad.model.settings import get_settings
from movilidad.monitoring import checks
from movilidad.publishing.places import public_folder
from movilidad.sources.contracts import contract_names


def visible(page: str) -> str:
    """The words of a page, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(scope="module")
def busy(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BadDay]:
    with bad_day(postgres_folder, tmp_path_factory.mktemp("mesa")) as found:
        yield found


def test_what_waits_for_a_person_comes_first_the_worst_before_the_rest(busy: BadDay) -> None:
    page = client_at(NOON).get("").text
    words = visible(page)
    order = [
        *("asuntos esperan a una persona", "Avisos sin entregar", "Una publicación está atrasada"),
        "Espera visto bueno desde hoy a las 12:00",
        *("Retenida", "Una plataforma funciona mal", "Calendario", "Lo demás"),
    ]
    places = [words.index(each) for each in order]
    assert places == sorted(places)
    assert f'href="{AIRFLOW}/dags/informe_mensual/runs/x/tasks/visto_bueno"' in page, "one click to the decision"
    assert 'href="/airflow/dags/informe_mensual/runs?partition_key_pattern=2026-09"' in page
    assert "Una pide atención: Tu Empleo (no responde)." in words
    assert words.count("Estadística mensual de movilidad laboral, octubre de 2026 (r1)") == 1, "told once"
    assert HOSTILE not in page


def test_the_calendar_says_where_each_release_stands(busy: BadDay) -> None:
    words = visible(client_at(NOON).get("publicaciones").text)
    assert "Informe mensual, septiembre de 2026 14 oct 2026, 09:30 Atrasada" in words
    assert "Informe mensual, octubre de 2026 13 nov 2026, 09:30 Espera visto bueno" in words
    assert "Informe mensual, noviembre de 2026 14 dic 2026, 09:30 Prevista" in words
    assert "Estadística mensual de movilidad laboral, agosto de 2026 (r1) Publicada" in words
    assert "Decisión: retenida, 9 de noviembre de 2026, 12:00 (Jefatura de Estadística)" in words


def test_a_draft_shows_who_decides_all_that_he_needs(busy: BadDay) -> None:
    page = client_at(NOON).get(f"publicacion/{busy.draft}").text
    words = visible(page)
    for said in (
        "Espera visto bueno",
        "131 filas; lo usual es entre 245 y 275",
        "septiembre de 2026 262 octubre de 2026 131",
        "Algunos registros: C017",
        "Personas colocadas 120",
        "Reclutadores c (protegida)",
        "Había 1 aviso fuera de lo tolerado",
        "ninguna de las 57 celdas ocultas, de 1,340, con 3 publicaciones del año a la vista",
        "Programa de Trabajo Temporal 1,234 2 98.8% 2 1",
    ):
        assert said in words, said
    assert f'src="/airflow/mesa/publicacion/{busy.draft}/archivo/informe.html"' in page
    preview = client_at(NOON).get(f"publicacion/{busy.draft}/archivo/informe.pdf")
    assert preview.headers["content-type"] == "application/pdf"
    assert preview.headers["content-disposition"].startswith("inline")
    assert preview.headers["cache-control"] == "no-store"


def test_who_does_not_act_sees_no_draft_no_key_and_no_exact_count(busy: BadDay) -> None:
    looking = client_at(NOON, LOOKS)
    words = visible(looking.get(f"publicacion/{busy.draft}").text)
    assert "130 filas; lo usual es entre 240 y 280" in words
    assert "septiembre de 2026 260 octubre de 2026 130" in words
    assert "Programa de Trabajo Temporal 1,234 c 98.8% 2 1" in words
    for hidden in ("C017", "Personas colocadas", "informe.pdf", "informe.html"):
        assert hidden not in words
    for path in ("informe.html", "informe.pdf", "datos/resumen.csv"):
        assert looking.get(f"publicacion/{busy.draft}/archivo/{path}").status_code == 403
    assert looking.get("publicacion/mensual/2026-08/r1/archivo/informe.pdf").status_code == 200, "readers have it"
    source = visible(looking.get(f"fuente/{PROGRAMME}").text)
    assert re.search(r"Por qué se apartaron registros de octubre de 2026 .* \bc\b", source)
    for path in ("cuarentena/2026-10", "cuarentena/2026-10.csv", "calidad/2026-10"):
        assert looking.get(f"fuente/{PROGRAMME}/{path}").status_code == 403
    assert "tuempleo@mintrab.example" not in visible(looking.get("incidentes").text)


def test_a_source_shows_its_months_its_findings_and_what_is_set_apart(busy: BadDay) -> None:
    acting = client_at(NOON)
    page = acting.get(f"fuente/{PROGRAMME}").text
    words = visible(page)
    assert re.search(r"octubre de 2026 5 nov 2026, 12:00 .*?Aprobada 120 1 97\.5%", words)
    assert "El campo nuevo no se usa. Jefatura de Registro; vence el 2026-12-10" in words
    assert f'href="/airflow/dags/ingesta_{PROGRAMME}/backfills"' in page
    listed = visible(acting.get(f"fuente/{PROGRAMME}/cuarentena/2026-10").text)
    assert SET_APART in listed
    table = acting.get(f"fuente/{PROGRAMME}/cuarentena/2026-10.csv")
    assert table.headers["content-disposition"] == f'attachment; filename="cuarentena-{PROGRAMME}-2026-10.csv"'
    assert SET_APART in table.content.decode("utf-8-sig")
    quality = acting.get(f"fuente/{PROGRAMME}/calidad/2026-10")
    assert "sandbox" in quality.headers["content-security-policy"]
    assert "Solo conteos." in quality.text


def test_whoever_sees_record_keys_is_in_the_trail_that_only_who_acts_sees(busy: BadDay) -> None:
    client_at(NOON).get(f"fuente/{PROGRAMME}/cuarentena/2026-10.csv")
    words = visible(client_at(NOON).get("bitacora").text)
    assert re.search(rf"{ACTS} lista de cuarentena Programa .* octubre de 2026", words)
    assert "decisión: retener Estadística mensual de movilidad laboral, septiembre de 2026 (r1)" in words
    assert "decisión: automática" in words
    assert client_at(NOON, LOOKS).get("bitacora").status_code == 403


def test_a_platform_shows_its_looks_as_lines_with_a_gap_where_it_was_silent(busy: BadDay) -> None:
    page = client_at(NOON).get("plataforma/tu_empleo").text
    words = visible(page)
    assert "No responde No responde." in words
    assert "Disponible, 30 días 90.0%" in words
    assert re.search(r"No responde No responde. 10 nov 2026, 09:30 Abierto 2 h 30 min", words)
    day = re.search(r'aria-label="Tiempo de respuesta, últimas 24 horas.*?class="linea" d="([^"]+)"', page, re.S)
    assert day
    assert day[1].count("M") == 1
    assert day[1].count("L") < 95, "the last looks have no point"
    assert "Sin mediciones" in visible(client_at(NOON).get("plataformas").text)


def test_a_message_that_nobody_got_is_told_in_red_until_it_is_sent(busy: BadDay) -> None:
    page = client_at(NOON).get("incidentes").text
    assert page.index('class="alarma"') < page.index('class="asunto')
    assert "el servidor rechaza la dirección" in visible(page)
    assert "Un destino no recibe: Servidor de respaldo" in visible(page), "what is over is told below"
    numbers = re.findall(r'href="/airflow/mesa/(incidente/\d+)"', page)
    assert len(numbers) >= 4
    first = visible(client_at(NOON).get(numbers[0]).text)
    assert "Aviso" in first
    assert "correo" in first


def test_every_link_of_the_desk_leads_to_a_page_of_it(busy: BadDay) -> None:
    for who in (ACTS, LOOKS):
        client, seen, waiting_for = client_at(NOON, who), set(), ["/airflow/mesa/"]
        while waiting_for:
            path = waiting_for.pop()
            if path in seen:
                continue
            seen.add(path)
            found = client.get(f"http://airflow.example{path}")
            assert found.status_code == 200, path
            if found.headers["content-type"].startswith("text/html") and "/archivo/" not in path:
                assert "Traceback" not in found.text
                assert not re.search(r'(?:src|href)="https?://(?!airflow\.example)', found.text), path
                waiting_for += [
                    link
                    for link in re.findall(r'(?:href|src)="([^"#?]+)', found.text)
                    if link.startswith("/airflow/mesa/")
                ]
        assert len(seen) > 40


def test_every_alert_leads_to_a_page_of_the_desk(busy: BadDay) -> None:
    opened = alerts.open_incidents()
    assert {each.clase for each in opened} >= {
        "plataforma_degradada",
        "visto_bueno_pendiente",
        "publicacion_atrasada",
    }
    shown = within_airflow(AIRFLOW)
    for each in opened:
        if each.clase == "aviso_fallido":
            continue
        first = each.enlaces[0]["direccion"]
        assert first.startswith(shown), each.clase
        assert client_at(NOON).get(first.removeprefix(shown)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("../entradas.json", "..%2Fentradas.json", "%2e%2e/%2e%2e/entradas.json", "....//entradas.json"),
        *("/etc/passwd", "%2Fetc%2Fpasswd", "datos/../../entradas.json", "datos/..%2f..%2fauditoria.json"),
        *("manifest.json%00.html", "SHA256SUMS", "datos", "", "informe.html/", "informe.htm", "enlace.html"),
    ],
)
def test_no_address_reaches_a_file_that_the_release_does_not_list(busy: BadDay, path: str) -> None:
    folder = public_folder("mensual/2026-08/r1")
    link = folder / "enlace.html"
    if not link.is_symlink():
        link.symlink_to(Path("/etc/passwd"))
    found = client_at(NOON).get(f"publicacion/mensual/2026-08/r1/archivo/{path}")
    assert found.status_code == 404
    assert "root:" not in found.text


def test_a_listed_file_that_leads_out_of_the_folder_is_not_served(busy: BadDay, tmp_path: Path) -> None:
    file = public_folder("mensual/2026-08/r1") / "informe.pdf"
    kept = file.read_bytes()
    (tmp_path / "secreto").write_text("fuera")
    file.unlink()
    file.symlink_to(tmp_path / "secreto")
    found = client_at(NOON).get("publicacion/mensual/2026-08/r1/archivo/informe.pdf")
    file.unlink()
    file.write_bytes(kept)
    assert found.status_code == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("publicacion/mensual/2026-13/r1", "no es el identificador"),
        ("publicacion/mensual/2026-07/r1", "no existe la publicación"),
        ("publicacion/anual/2026-10", "no existe la serie"),
        ("fuente/otra", "no hay contrato"),
        ("incidente/999999", "no hay incidente"),
        ("incidente/99999999999999999999999", "no tiene esta página"),
        ("otra/cosa", "no tiene esta página"),
    ],
)
def test_a_wrong_address_is_answered_by_a_sentence(busy: BadDay, path: str, said: str) -> None:
    found = client_at(NOON).get(path)
    assert found.status_code == 404
    assert said in visible(found.text)


def test_pages_run_nothing_of_others_and_stand_only_in_airflows_frame(busy: BadDay) -> None:
    policy = client_at(NOON).get("").headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'self'", "form-action 'none'"):
        assert rule in policy
    preview = client_at(NOON).get(f"publicacion/{busy.draft}/archivo/informe.html")
    assert "sandbox" in preview.headers["content-security-policy"]
    assert "script-src" not in preview.headers["content-security-policy"]


def test_a_quiet_day_is_one_line(warehouse: Engine) -> None:
    for name in contract_names():
        examined(warehouse, OCTOBER, NOON - timedelta(days=5), fuente=name)
    published(warehouse, OCTOBER, NOON)
    with warehouse.begin() as connection:
        for look in looks("b" * 8, NOON - 8 * QUARTER, PROGRAMME):
            checks.keep(connection, look)
    words = visible(client_at(NOON).get("").text)
    assert "Todo en orden Ninguna publicación espera una decisión y no hay avisos abiertos." in words
    assert "Fuentes En orden 11 fuentes al día y sin avisos." in words
    assert "Plataformas En orden 1 plataforma responde como de costumbre." in words
    assert "Informe mensual, octubre de 2026 13 nov 2026, 09:30 Publicada" in words
    assert "Qué es raro" not in visible(client_at(NOON).get("publicacion/mensual/2026-10/r1").text)


def test_a_warehouse_that_does_not_answer_is_a_sentence_without_its_address(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "postgresql+psycopg2://movilidad:clave-secreta@127.0.0.1:1/movilidad"
    monkeypatch.setenv("MOVILIDAD_BODEGA", secret)
    get_settings.cache_clear()
    found = client_at(NOON).get("")
    assert found.status_code == 503
    assert "La base de datos no responde" in visible(found.text)
    assert "clave-secreta" not in found.text
    monkeypatch.delenv("MOVILIDAD_BODEGA")
    get_settings.cache_clear()
    found = client_at(NOON).get("")
    assert (found.status_code, "defina MOVILIDAD_BODEGA" in visible(found.text)) == (500, True)
