"""REST services, real ones on loopback: pages, token, patience, and answers that are none."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from sources_support import MARK, MONTH, QuietHandler, contract, failure, no_value_in, on_loopback, read_one

from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.sources import rest
from movilidad.sources.connection import Connection

LECTURA = {
    "recurso": "/api/v1/filas",
    "parametros": {"mes": "{mes}", "desde": "{inicio:%d/%m/%Y}"},
    "lista": "datos",
    "siguiente": "siguiente",
    "tamano_pagina": 2,
}
Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Service:
    """A server whose answers a test decides; remembers what it was asked."""

    url: str = ""
    reply: Callable[[int, dict[str, str]], Reply] = lambda number, query: (500, {}, b"")
    queries: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    state = Service()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            state.queries.append(query | {"ruta": parts.path})
            state.tokens.append(self.headers.get("Authorization"))
            status, headers, body = state.reply(len(state.queries), query)
            self.send_response_only(status)
            for name, value in {
                "Content-Type": "application/json",
                "Date": self.date_time_string(),
                **headers,
            }.items():
                self.send_header(name, value)
            self.send_header("Content-Length", headers.get("Content-Length", str(len(body))))
            self.end_headers()
            self.wfile.write(body)

    with on_loopback(Handler) as state.url:
        yield state


def page(records: list[Any], following: str | None = None, **more: Any) -> Reply:
    return 200, {}, json.dumps({"datos": records, "siguiente": following, **more}).encode()


def record(number: int) -> dict[str, Any]:
    return {"id": number, "cui": None, "Razón social": MARK, "salario": 11.5}


def reads(service: Service, *, key: str = "ficha", **extra: Any) -> pd.DataFrame:
    connection = Connection.model_validate(
        {"password": key, "extra": {"url": f"{service.url}/base/", "tiempo_reintentos": 3, **extra}}
    )
    return read_one(contract("rest", LECTURA), "filas", connection, MONTH)


def fails(service: Service, *phrases: str, **extra: Any) -> None:
    failure(DataError, lambda: reads(service, **extra), "periodo 2026-10", "filas", *phrases)


def test_all_pages_are_read_with_the_token_and_the_period(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pages = [
        page([record(1), record(2)], "?pagina=2&tamano=2", total=3, pagina=1),
        page([record(3)], total=3, pagina=2),
    ]
    service.reply = lambda number, query: pages[int(query["pagina"]) - 1]
    frame = reads(service)
    assert frame["id"].tolist() == ["1", "2", "3"]
    assert frame["salario"].tolist() == ["11.5"] * 3
    assert frame["cui"].isna().all()
    assert service.queries[0] == {
        "ruta": "/base/api/v1/filas", "mes": "2026-10", "desde": "01/10/2026", "tamano": "2", "pagina": "1",
    }  # fmt: skip
    assert service.tokens == ["Bearer ficha"] * 3  # the first page once more: has anything changed?
    no_value_in(caplog)


def test_a_month_without_records_keeps_the_columns(service: Service) -> None:
    service.reply = lambda number, query: page([], total=0)
    frame = reads(service)
    assert frame.empty
    assert "salario" in frame.columns


def test_numbers_keep_their_decimals(service: Service) -> None:
    service.reply = lambda number, query: (200, {}, b'{"datos": [{"salario": 1234.50, "id": 9007199254740993}]}')
    frame = reads(service)
    assert frame["salario"].tolist() == ["1234.50"]
    assert frame["id"].tolist() == ["9007199254740993"]


def test_a_page_that_comes_twice_is_told(service: Service) -> None:
    service.reply = lambda number, query: page([record(1), record(2)], f"?pagina={number + 1}")
    fails(service, "filas, página 2", "repite una página", "2 filas")
    service.reply = lambda number, query: page([record(number)], "?pagina=2")
    fails(service, "repite una página")
    service.queries.clear()
    service.reply = lambda number, query: page([record(number)], f"?pagina={number + 1}", pagina=1)
    fails(service, "dio la página 1 cuando tocaba la 2")


def test_a_missing_page_is_told(service: Service) -> None:
    service.reply = lambda number, query: page([record(1), record(2)], total=5)
    fails(service, "faltan registros", "anuncia 5 y dio 2", "3 filas")


def test_records_that_change_while_they_are_read_are_read_again_later(service: Service) -> None:
    pages = [page([record(1)], "?pagina=2", total=2), page([record(2)], total=3)]
    service.reply = lambda number, query: pages[number - 1]
    failure(UnavailableError, lambda: reads(service), "cambiaron mientras se leían")


def test_a_record_that_comes_in_between_two_pages_is_no_missing_and_no_double_one(service: Service) -> None:
    """Newest first: the new record pushes the second one onto the next page, and the total is not told."""

    def reply(number: int, query: dict[str, str]) -> Reply:
        records = (
            [record(3), record(2), record(1)] if number == 1 else [record(4), record(3), record(2), record(1)]
        )
        begin = 2 * (int(query["pagina"]) - 1)
        more = f"?pagina={int(query['pagina']) + 1}&tamano=2" if begin + 2 < len(records) else None
        return page(records[begin : begin + 2], more)

    service.reply = reply
    failure(UnavailableError, lambda: reads(service), "cambiaron mientras se leían")
    assert sorted(reads(service)["id"]) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(("hours", "told"), [(2, "120 minutos adelantado"), (-3, "180 minutos atrasado"), (0, "")])
def test_a_clock_that_is_wrong_is_noted(service: Service, hours: int, told: str) -> None:
    stamp = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    service.reply = lambda number, query: (200, {"Date": stamp}, page([record(1)])[2])
    connection = Connection.model_validate({"extra": {"url": service.url}})
    with rest.open_reader(contract("rest", LECTURA), connection, MONTH) as reader:
        reader.read("filas")
        reader.read("filas")
        notes = [note for note in reader.notes if "reloj" in note]
    assert (len(notes), told in " ".join(notes)) == (1 if told else 0, True)


def test_the_token_never_goes_to_another_server(service: Service) -> None:
    for elsewhere in ("http://127.0.0.1:9/x", "https://ejemplo.example/x", "//ejemplo.example/x"):
        service.queries.clear()
        service.reply = lambda number, query, url=elsewhere: page([record(1)], url)
        fails(service, "apunta a otro servidor")
        assert len(service.queries) == 1


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    service.reply = lambda number, query: page([record(1)])
    assert len(reads(service)) == 1


def test_a_redirect_is_not_followed(service: Service) -> None:
    service.reply = lambda number, query: (302, {"Location": "http://127.0.0.1:9/"}, b"")
    fails(service, "manda a otra dirección (HTTP 302)", "«conexion_prueba»")


@pytest.mark.parametrize("status", [401, 403])
def test_a_rejected_token_is_told_without_the_token(service: Service, status: int) -> None:
    service.reply = lambda number, query: (status, {}, b"{}")
    with pytest.raises(DataError, match=f"no acepta el token de acceso .HTTP {status}") as caught:
        reads(service, key="clave-muy-secreta")
    assert "clave-muy-secreta" not in str(caught.value)
    assert len(service.queries) == 1


@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        ({"Content-Type": "text/html"}, b"<html>Mantenimiento</html>", "una página web en vez de datos"),
        ({}, b"\n<!doctype html>", "una página web en vez de datos"),
        ({}, b'{"datos": [{"id": 1', "cortados"),
        ({}, b"", "vacía"),
        ({}, b'{"datos": [{"id": NaN}]}', "no son datos JSON válidos"),
        ({}, b"[" * 100_000, "no son datos JSON válidos"),
        ({}, '{"datos": "ñ"}'.encode("latin-1"), "UTF-8"),
        ({}, b'{"otros": []}', "no está la lista «datos»"),
        ({}, f'{{"datos": [["{MARK}"]]}}'.encode(), "no tienen columnas con nombre (1 fila)"),
        ({}, b'{"datos": [], "siguiente": 7}', "no es un texto"),
    ],
)
def test_an_answer_that_is_no_data_is_told(
    service: Service, headers: dict[str, str], body: bytes, told: str
) -> None:
    service.reply = lambda number, query: (200, headers, body)
    fails(service, "filas, página 1", told)


def test_an_unknown_resource_is_told(service: Service) -> None:
    service.reply = lambda number, query: (404, {}, b"{}")
    fails(service, "no conoce el recurso")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(service: Service, status: int) -> None:
    answers = {1: (status, {"Retry-After": "0"}, b"")}
    service.reply = lambda number, query: answers.get(number, page([record(1)]))
    assert len(reads(service)) == 1
    assert len(service.queries) == 2


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_pause_that_the_server_asks_for_is_kept(service: Service, form: str) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    asked = {"seconds": "1", "date": moment}[form]
    answers = {1: (429, {"Retry-After": asked}, b"")}
    service.reply = lambda number, query: answers.get(number, page([record(1)]))
    started = monotonic()
    reads(service)
    assert monotonic() - started >= 0.9


def test_a_server_that_stays_busy_is_unavailable_in_bounded_time(service: Service) -> None:
    service.reply = lambda number, query: (503, {"Retry-After": "3600"}, b"")
    started = monotonic()
    failure(
        UnavailableError,
        lambda: reads(service, tiempo_reintentos=1),
        "periodo 2026-10",
        "HTTP 503",
        "pide esperar 3,600 segundos",
    )
    assert monotonic() - started < 0.9


def test_a_server_that_is_not_there_is_unavailable() -> None:
    failure(
        UnavailableError,
        lambda: reads(Service("http://127.0.0.1:9"), tiempo_reintentos=0.2),
        "no hay conexión con el servicio",
    )


def test_a_server_that_does_not_answer_is_unavailable(service: Service) -> None:
    wait = threading.Event()

    def slow(number: int, query: dict[str, str]) -> Reply:
        wait.wait(5)
        return page([])

    service.reply = slow
    failure(
        UnavailableError,
        lambda: reads(service, tiempo_espera=0.2, tiempo_reintentos=0.3),
        "no responde en 0.2 segundos",
    )
    wait.set()


def test_an_answer_cut_off_is_asked_again(service: Service) -> None:
    answers = {1: (200, {"Content-Length": "500"}, b'{"datos": [')}
    service.reply = lambda number, query: answers.get(number, page([record(1)]))
    assert len(reads(service)) == 1


@pytest.mark.parametrize(
    "extra",
    [{"url": "ftp://x/y"}, {"url": "http://u:p@servidor/x"}, {"ca": "/nada.pem"}, {"tiempo_espera": "mucho"}],
)
def test_a_connection_that_cannot_be_used_is_told(extra: dict[str, str]) -> None:
    failure(UsageError, lambda: reads(Service("http://127.0.0.1:9"), **extra), "Fuente fuente_prueba")
