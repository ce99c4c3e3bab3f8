"""Services that mean harm: answers without end, that swell, nest or lead elsewhere. Each ends with a message."""

import gzip
import json
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from hostile_support import head, memory_below, sending, swelling, without_end
from sources_support import MONTH, QuietHandler, contract, failure, on_loopback, read_one

from movilidad.model import paths
from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.limits import MIB
from movilidad.model.settings import get_settings
from movilidad.sources import rest
from movilidad.sources.connection import Connection

SPACE = "http://www.banguat.gob.gt/variables/ws/"
READING = {
    "rest": {"recurso": "/filas", "lista": "datos", "siguiente": "siguiente"},
    "soap": {"servicio": "/filas", "espacio": SPACE, "operacion": "Filas", "registros": "Fila"},
}
KINDS = list(READING)
EMPTY_BLOCK = b"\0\0\0\xff\xff"  # of what gzip packs


def read(kind: str, url: str, **extra: Any) -> Any:
    connection = Connection(extra={"url": url, "tiempo_espera": 5, "tiempo_reintentos": 20, **extra})
    return read_one(contract(kind, READING[kind]), "filas", connection, MONTH)


def ends(kind: str, parts: Callable[[], Iterable[bytes]], error: type, *phrases: str, **extra: Any) -> None:
    """The reading ends with this error, and with less than 250 MiB of memory more."""
    with sending(parts) as url, memory_below(250):
        failure(error, lambda: read(kind, url, **extra), *phrases)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_without_end_is_read_up_to_a_limit(kind: str) -> None:
    def parts() -> Iterator[bytes]:
        yield head()
        yield from without_end(b" " * 2**20)

    ends(kind, parts, DataError, "demasiado grande")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br", "br, gzip"])
def test_a_compressed_answer_does_not_swell_beyond_the_limit(kind: str, coding: str) -> None:
    def parts() -> Iterator[bytes]:
        yield head(Content_Encoding=coding)
        yield from swelling(coding)

    ends(kind, parts, DataError, "demasiado grande" if coding == "gzip" else "comprimida")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "parts",
    [
        lambda: without_end(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
        lambda: chain([b"HTTP/1.1 200 OK\r\n"], without_end(b"X-Mas: y\r\n", 0.05)),
        lambda: chain([head()], without_end(b" ", 0.05)),
        lambda: chain([head(Content_Encoding="gzip"), gzip.compress(b"")[:10]], without_end(EMPTY_BLOCK, 0.05)),
    ],
    ids=["informational", "headers", "body", "empty blocks"],
)
def test_a_service_that_goes_on_and_on_is_left_in_time(kind: str, parts: Any) -> None:
    started = monotonic()
    ends(kind, parts, UnavailableError, "no termina de responder", tiempo_reintentos=1)
    assert monotonic() - started < 20


def answering(content: bytes | str, kind: str = "application/json") -> Callable[[], Iterable[bytes]]:
    body = content.encode() if isinstance(content, str) else content
    return lambda: [head(kind, Content_Length=str(len(body))), body]


def nested(levels: int, opening: str, closing: str) -> str:
    return f'{{"datos": [{{"id": {opening * levels}1{closing * levels}}}]}}'


@pytest.mark.parametrize("levels", [9, 60, 500, 5_000, 2_000_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_records_nested_without_sense_are_refused(levels: int, opening: str, closing: str) -> None:
    ends("rest", answering(nested(levels, opening, closing)), DataError, "JSON")


def test_a_record_with_lists_and_objects_as_real_ones_have_them_is_read() -> None:
    with sending(answering(nested(2, '{"a": [', "]}"))) as url:
        assert read("rest", url)["id"].tolist() == ['{"a":"{\\"a\\":\\"1\\"}"}']


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "-1e-99999999999999999999", "9" * 5_000, "NaN", "-Infinity"]
)
def test_numbers_that_are_none_are_refused(number: str) -> None:
    ends("rest", answering(f'{{"datos": [{{"id": {number}}}]}}'), DataError, "no son datos JSON válidos")


@pytest.mark.parametrize("number", ["1e999999", "-1e-999999", "9" * 4_000])
def test_a_number_too_long_to_write_out_stays_short(number: str) -> None:
    with sending(answering(f'{{"datos": [{{"id": {number}}}]}}')) as url:
        assert len(read("rest", url)["id"].iloc[0]) <= len(number) + 1


@pytest.mark.parametrize(
    "records",
    ["[" + "{}," * 10_000_000 + "{}]", '[{"a":' + "[" + "[]," * 10_000_000 + "[]]}]"],
    ids=["records", "lists"],
)
def test_a_document_of_many_small_things_needs_no_more_than_a_gigabyte(records: str) -> None:
    with sending(answering(f'{{"datos": {records}}}')) as url, memory_below(1_200):
        failure(DataError, lambda: read("rest", url), "filas")


def test_records_of_which_each_has_another_key_are_refused() -> None:
    records = [{f"k{number}": 1} for number in range(20_000)]
    ends("rest", answering(json.dumps({"datos": records})), DataError, "demasiadas columnas (20,000)")


def pages(record: Callable[[int], Any]) -> type[QuietHandler]:
    """Page after page with one record each, each with another address."""
    asked: Counter[str] = Counter()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            asked["pages"] += 1
            page = {"datos": record(asked["pages"]), "siguiente": f"?pagina={asked['pages'] + 1}"}
            content = json.dumps(page).encode()
            self.answer(content, "application/json")

    return Handler


@pytest.mark.parametrize("record", [lambda number: [{"id": number}], lambda number: []], ids=["one each", "empty"])
def test_pages_without_end_are_left(record: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "MOST_PAGES", 60)
    with on_loopback(pages(record)) as url:
        failure(DataError, lambda: read("rest", url), "filas, página 60", "no terminan")


def test_pages_of_one_long_text_each_are_left_at_the_size_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "LARGEST_FILE", 8 * MIB)
    with on_loopback(pages(lambda number: [{"id": f"{number}{'x' * MIB}"}])) as url, memory_below(60):
        failure(DataError, lambda: read("rest", url), "filas, página 8", "no terminan")


def test_pages_with_too_many_cells_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVILIDAD_CELDAS_MAXIMAS", "40")
    get_settings.cache_clear()
    with on_loopback(pages(lambda number: [{"id": number, "salario": 1}] * 10)) as url:
        failure(DataError, lambda: read("rest", url), "más de 40 celdas", "MOVILIDAD_CELDAS_MAXIMAS")
    get_settings.cache_clear()


def parameter(name: str, value: str) -> bytes:
    content = f"{name}\0{value}\0".encode()
    return b"S" + (len(content) + 4).to_bytes(4, "big") + content


WELCOME = b"".join(
    [
        b"R\0\0\0\x08\0\0\0\0",
        parameter("server_version", "17.0"),
        parameter("client_encoding", "UTF8"),
        parameter("DateStyle", "ISO, MDY"),
        b"Z\0\0\0\x05I",
    ]
)


@contextmanager
def mute_database() -> Iterator[int]:
    """A PostgreSQL server that lets everybody in and answers no question; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            while int.from_bytes(line.recv(4096)[4:8], "big") != 3 << 16:  # asks for TLS or the like
                line.sendall(b"N")
            line.sendall(WELCOME)
            while line.recv(4096):
                pass

        Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def test_a_database_that_never_answers_is_left_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "extraccion" / "fuente_prueba").mkdir(parents=True)
    (tmp_path / "extraccion" / "fuente_prueba" / "filas.sql").write_text("SELECT 1", encoding="utf-8")
    monkeypatch.setattr(paths, "SQL", tmp_path)
    source = contract("sql", {"consulta": "filas"})
    with mute_database() as port:
        known = {"conn_type": "postgres", "host": "127.0.0.1", "port": port, "extra": {"tiempo_consulta": 0.5}}
        started = monotonic()
        failure(UnavailableError, lambda: read_one(source, "filas", Connection.model_validate(known), MONTH))
    assert monotonic() - started < 20


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("there", ["http", "file"])
def test_no_service_sends_the_reader_elsewhere(kind: str, status: int, there: str) -> None:
    asked: list[str] = []

    class Elsewhere(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            asked.append(self.path)

        do_POST = do_GET  # noqa: N815

    with on_loopback(Elsewhere) as other:
        target = f"{other}/filas" if there == "http" else "file:///etc/passwd"
        moved = head(status=f"{status} Moved", Location=target, Content_Length="0")
        ends(kind, lambda: [moved], DataError, f"manda a otra dirección (HTTP {status})")
    assert asked == []


@pytest.mark.parametrize(
    "following",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x",
        "//ejemplo.example/x",
        "http://[::1",
        "ftp://127.0.0.1/x",
        "data:,x",
    ],
)
def test_no_page_comes_from_elsewhere(following: str) -> None:
    page = json.dumps({"datos": [{"id": 1}], "siguiente": following})
    ends("rest", answering(page), DataError, "filas, página 1", "página siguiente")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ja"}">' for n in range(10))
ATTRIBUTES = " ".join(f'a{n}="x"' for n in range(200_000))


@pytest.mark.parametrize(
    "document",
    [
        f"<!DOCTYPE e [{LAUGHS}]><e>&l9;</e>",
        f"<!DOCTYPE e [<!ENTITY l '{'x' * 100_000}'>]><e>{'&l;' * 100_000}</e>",
        '<!DOCTYPE e [<!ENTITY f SYSTEM "file:///etc/passwd">]><e>&f;</e>',
        '<!DOCTYPE e [<!ENTITY f SYSTEM "{other}/x">]><e>&f;</e>',
        '<!DOCTYPE e [<!ENTITY % f SYSTEM "{other}/x"> %f;]><e/>',
        '<!DOCTYPE e SYSTEM "{other}/x"><e/>',
        '<e xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{other}/x" parse="text"/></e>',
        '<?xml-stylesheet href="{other}/x"?><e/>',
        f"<e {ATTRIBUTES}/>",
        "<e>" * 3_000_000,
        "<e>" * 1_000_000 + "</e>" * 1_000_000,
        "<e/>" * 8_000_000,
    ],
    ids=[
        *("laughs", "quadratic", "file", "address", "parameter", "outer", "include", "stylesheet"),
        *("attributes", "open", "deep", "many"),
    ],
)
def test_xml_that_swells_or_asks_elsewhere_is_refused(document: str) -> None:
    asked: list[str] = []

    class Elsewhere(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            asked.append(self.path)

    with on_loopback(Elsewhere) as other:
        content = document.replace("{other}", other)
        with sending(answering(content, "text/xml")) as url, memory_below(1_200):
            failure(DataError, lambda: read("soap", url), "filas")
    assert asked == []


MOMENTS = (
    *("²", "9" * 400, "-1", "nan", "1e9", "Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"),
    *("Mon, 01 Jan 2026 00:00:00 +99999999999999", f"Mon, 01 Jan {'9' * 5_000} 00:00:00 GMT", "x" * 60_000),
)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda text: text[:30])
def test_a_header_that_is_no_moment_is_none(moment: str) -> None:
    def busy() -> Iterable[bytes]:
        return [head(status="503 Busy", Retry_After=moment, Date=moment, Content_Length="0")]

    ends("rest", busy, UnavailableError, "HTTP 503", tiempo_reintentos=0.3)
    page = json.dumps({"datos": [{"id": 1}]}).encode()
    fine = head(Date=moment, Content_Length=str(len(page)))
    with sending(lambda: [fine, page]) as url:
        assert len(read("rest", url)) == 1


@pytest.mark.parametrize("total", ["²", "9" * 5_000, "-1", "1e3", "٣", ""])
def test_a_total_that_is_no_number_is_none(total: str) -> None:
    source = contract("soap", {**READING["soap"], "total": "Total"})
    content = f"<Envelope><Fila><id>1</id></Fila><Total>{total}</Total></Envelope>"
    with sending(answering(content, "text/xml")) as url:
        connection = Connection(extra={"url": url})
        assert read_one(source, "filas", connection, MONTH)["id"].tolist() == ["1"]


@pytest.mark.parametrize(
    "code", ["Client\nERROR: todo perdido", "2549 00000 0101", "x" * 5_000, "ana@correo.example"]
)
def test_what_a_fault_says_of_itself_is_repeated_only_if_it_is_a_code(code: str) -> None:
    fault = f"<Envelope><Fault><faultcode>{code}</faultcode></Fault></Envelope>"
    with sending(answering(fault, "text/xml")) as url:
        error = failure(DataError, lambda: read("soap", url), "falla SOAP")
    assert code[:20] not in str(error)
    assert str(error).isprintable()


@pytest.mark.parametrize("total", ["9" * 4_000, "-5", "true", '"x"', "1e400", "[]"])
def test_a_number_of_records_or_of_a_page_that_makes_no_sense_is_none(total: str) -> None:
    with sending(answering(f'{{"datos": [{{"id": 1}}], "total": {total}, "pagina": {total}}}')) as url:
        assert len(read("rest", url)) == 1
