"""Messages go out by real servers; what nobody got is seen, and the other ways are tried."""

import json
import logging
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from alerts_support import (
    CHIEF,
    CONFIGURATION,
    DEAD,
    OPERATOR,
    PASSWORD,
    STEWARD,
    USER,
    Office,
    Post,
    authenticated,
    certificate,
    dead_platform,
    html_of,
    mail_connection,
    office,
    post,
    post_office,
    receiver,
    text_of,
)
from sqlalchemy import Engine, text

from movilidad import alerts, cli
from movilidad.alerts import Link, Notice
from movilidad.alerts.mail import send
from movilidad.cli import words
from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.settings import get_settings
from movilidad.sources.connection import Connection
from movilidad.stack.environment import free_port

__all__ = ["office", "post"]


def with_channel(office: Office, address: str, **changes: object) -> None:
    """Let the operators have a channel besides their mail."""
    operators = {**CONFIGURATION["personas"]["operacion"], "canales": ["chat_operacion"]}
    office.configure(personas={**CONFIGURATION["personas"], "operacion": operators}, **changes)
    office.known["chat_operacion"] = Connection(conn_type="http", password=address)


def problems() -> list[str]:
    return [letter.problema for letter in alerts.dead_letters()]


def test_a_mail_says_everything_in_plain_text_and_the_same_as_a_page(office: Office, post: Post) -> None:
    office.report(dead_platform())
    (mail,) = post.to(STEWARD)
    said, page = text_of(mail), html_of(mail)
    assert mail["Subject"] == "Una fuente no responde: Tu Empleo"
    assert mail["From"].endswith("<movilidad@mintrab.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    for part in (
        "La plataforma no responde.",
        "Hoy a las 09:00.",
        "Periodos afectados: octubre de 2026.",
        "Informe mensual, octubre de 2026: debe salir el 13 de noviembre de 2026 a las 09:30; faltan 3 días.",
        "Confirme con quien administra la plataforma",
        "http://127.0.0.1:8080/dags/ingesta_tu_empleo",
        "Lo recibe porque responde por la fuente «Tu Empleo».",
    ):
        assert part in said
        assert part in page
    assert "<" not in said
    assert "opera el sistema" in text_of(post.to(OPERATOR)[0])


def test_a_publication_that_readers_have_is_not_said_to_be_due(
    office: Office, post: Post, warehouse: Engine
) -> None:
    with warehouse.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.publicaciones VALUES ('mensual/2026-10/r1', 'mensual', '2026-10', 1,"
                " 'publicada', 'e', 'h', '2026-11-10', true, now())"
            )
        )
    office.report(dead_platform())
    assert "Informe mensual, octubre de 2026: ya es pública; si cambian sus cifras" in text_of(post.taken[0])


def test_no_text_can_act_in_a_mail_program_or_add_a_header(office: Office, post: Post) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror=alert(1)> & "comillas"\r\nBcc: otra@x.example\u202e'
    office.report(
        Notice(
            kind="destino_caido",
            subject="ckan",
            title=hostile,
            what=hostile,
            remedy=hostile,
            links=(Link(hostile, "https://ejemplo.example/a?b=1&c=2"), Link("malo", "javascript:alert(1)")),
        )
    )
    (mail,) = post.taken
    page = html_of(mail)
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert "<script" not in page
    assert "<img" not in page
    assert "javascript:" not in page + text_of(mail)
    assert "\u202e" not in page
    assert 'href="https://ejemplo.example/a?b=1&amp;c=2"' in page
    assert "<script>alert(1)</script>" in text_of(mail), "plain text needs no escape"


def test_tls_from_the_beginning_starttls_and_a_login_are_honoured(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    authority, context = certificate(tmp_path)
    login = {"authenticator": authenticated, "auth_required": True}
    with post_office(tls_context=context, require_starttls=True, **login) as post:
        known = mail_connection(post.port, disable_tls=False, ca=str(authority))
        right = known.model_copy(update={"login": USER, "password": Connection(password=PASSWORD).password})
        office.known["correo_avisos"] = right
        office.report(dead_platform())
        assert post.encrypted == [True, True]
        office.known["correo_avisos"] = mail_connection(post.port, disable_tls=False)
        office.report(Notice("destino_caido", "ckan", "Catálogo", "no responde"))
        assert len(post.taken) == 2, "a certificate of nobody known is not trusted"
        wrong = right.model_copy(update={"password": Connection(password="otra-clave-secreta").password})
        with pytest.raises(UnavailableError, match="rechaza al usuario o su clave"):
            send(wrong, post.taken[0])
    with post_office(ssl_context=context) as post:
        office.known["correo_avisos"] = mail_connection(post.port, disable_ssl=False, ca=str(authority))
        office.later(minutes=5)
        assert [mail["Subject"] for mail in post.taken] == ["Un destino no recibe: Catálogo"]
    assert all("clave" not in record.getMessage() for record in caplog.records)


def test_a_server_that_is_down_for_a_while_delays_a_mail_and_loses_none(office: Office, post: Post) -> None:
    post.silent = True
    office.report(dead_platform())
    assert problems() == []
    post.silent = False
    office.later(minutes=10)
    assert {mail["To"] for mail in post.taken} == {STEWARD, OPERATOR}


def test_a_dead_letter_is_seen_told_by_the_ways_that_are_left_and_sent_after_the_repair(
    office: Office, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with receiver() as (address, taken):
        with_channel(office, address)
        post.silent = True
        office.report(dead_platform())
        office.later(hours=5)
        assert len(problems()) >= 2
        assert "no acepta el mensaje (código 451)" in problems()[0]
        with pytest.raises(DataError, match=r"avisos que no llegaron, por: correo"):
            alerts.require_delivered()
        said = [each["title"] for each in taken]
        assert "Una fuente no responde: Tu Empleo" in said
        assert "Un aviso no llegó: correo electrónico" in said
        assert "movilidad alerts list" in taken[said.index("Un aviso no llegó: correo electrónico")]["message"]
        before = len(taken)
        office.recovered(DEAD)
        post.silent = False
        assert alerts.retry(office.now, office.connections) >= 2
        assert alerts.require_delivered() == "Todos los avisos llegaron."
        assert "Este aviso no se le pudo entregar antes." in text_of(post.to(STEWARD)[0])
        assert {each.clase for each in alerts.open_incidents()} == set()
        office.later(hours=1)
        assert {each["title"].split(".")[0] for each in taken[before:]} == {"Resuelto"}
    assert all("json://" not in record.getMessage() for record in caplog.records if record.levelno >= logging.INFO)


def test_who_cannot_be_reached_at_all_is_replaced_by_the_second_person_at_once(office: Office, post: Post) -> None:
    post.refused.add(OPERATOR)
    office.report(Notice("destino_caido", "ckan", "Catálogo", "no responde"))
    assert [mail["To"] for mail in post.taken] == [CHIEF]
    assert text_of(post.taken[0]).startswith("Ahora le toca a usted.")
    assert "rechaza la dirección" in problems()[0]
    assert OPERATOR not in "".join(problems())
    office.later(hours=48)
    refused = [each for each in problems() if "rechaza" in each]
    assert len(refused) == len(problems()), "an address that does not exist is not tried for ever"


def test_a_lost_message_about_a_lost_message_makes_no_further_one(office: Office, post: Post) -> None:
    del office.known["correo_avisos"]
    office.report(dead_platform())
    office.later(hours=12)
    assert {each.clase for each in alerts.open_incidents()} == {"fuente_no_responde", "aviso_fallido"}
    assert post.taken == []
    assert "falta la conexión «correo_avisos»" in problems()[0]
    office.known["correo_avisos"] = mail_connection(post.port)
    office.later(hours=12)
    assert problems() == [], "once the connection is there, what was lost goes out by itself"
    assert {each.clase for each in alerts.open_incidents()} == {"fuente_no_responde"}


def test_dead_letters_can_be_given_up(office: Office, post: Post) -> None:
    post.refused.add(STEWARD)
    office.report(dead_platform())
    assert len(problems()) == 1
    assert alerts.retry(office.now, office.connections, discard=True) == 1
    assert problems() == []


def test_without_a_warehouse_the_operators_get_one_mail_an_hour(
    office: Office, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVILIDAD_BODEGA", f"postgresql+psycopg2://nadie:secreta@127.0.0.1:{free_port()}/nada")
    get_settings.cache_clear()
    for _ in range(10):
        with pytest.raises(UnavailableError, match="la bodega no responde") as caught:
            office.report(dead_platform())
        assert "secreta" not in str(caught.value)
    (mail,) = post.taken
    assert mail["To"] == OPERATOR
    assert "Tu Empleo: La plataforma no responde." in text_of(mail)


def test_the_mail_of_the_hour_is_tried_again_until_somebody_got_it(
    office: Office, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVILIDAD_BODEGA", f"postgresql+psycopg2://nadie:secreta@127.0.0.1:{free_port()}/nada")
    get_settings.cache_clear()
    post.silent = True
    for _ in range(2):
        with pytest.raises(UnavailableError, match=r"no se pudo guardar; .*451"):
            office.report(dead_platform())
    post.silent = False
    for _ in range(2):
        with pytest.raises(UnavailableError):
            office.report(dead_platform())
    assert [mail["To"] for mail in post.taken] == [OPERATOR]


def test_a_folder_stands_in_for_a_mail_server(office: Office, tmp_path: Path) -> None:
    extra = {"url": (tmp_path / "correo").as_uri(), "from_email": "movilidad@mintrab.example"}
    office.known["correo_avisos"] = Connection(conn_type="file", extra=extra)
    office.report(dead_platform())
    files = sorted((tmp_path / "correo").glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=default)["To"] for file in files]
    assert sorted(found) == sorted([OPERATOR, STEWARD])


def test_the_verbs_list_try_and_repeat(
    office: Office, post: Post, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def verb(*arguments: str) -> tuple[int, str]:
        code = cli.run(["alerts", *arguments])
        return code, capsys.readouterr().out

    monkeypatch.setattr(words, "now", lambda: office.now)
    connection = office.known["correo_avisos"].model_dump_json(by_alias=True)
    monkeypatch.setenv("MOVILIDAD_CONEXION_CORREO_AVISOS", connection)
    assert verb("list") == (0, "No hay incidentes abiertos.\n")
    post.refused.add(STEWARD)
    office.report(dead_platform())
    code, said = verb("list")
    assert code == 1
    assert "Una fuente no responde: Tu Empleo" in said
    assert f"SIN ENTREGAR  {STEWARD} por correo" in said
    code, said = verb("list", "--json")
    assert json.loads(said)["incidentes"][0]["clase"] == "fuente_no_responde"
    code, said = verb("test")
    assert code == 1
    assert f"MAL   {STEWARD} por correo" in said
    assert "bien  operacion por correo: enviado." in said
    post.refused.clear()
    assert verb("test")[0] == 0
    assert len({mail["To"] for mail in post.taken}) > 5, "every steward got one"
    assert verb("retry") == (0, "Avisos repetidos: 1. Sin entregar: 0.\n")
    assert STEWARD in {mail["To"] for mail in post.taken if "Tu Empleo" in mail["Subject"]}
