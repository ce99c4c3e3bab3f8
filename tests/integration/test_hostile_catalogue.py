"""A catalogue that means harm: what it gives back of a release is asked of it alone, up to a limit and in time."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hostile_support import head, memory_below, sending, swelling, without_end
from sources_support import MARK, QuietHandler, on_loopback

from movilidad.model.errors import UnavailableError, UsageError
from movilidad.publishing.targets import ckan_line
from movilidad.publishing.targets.ckan import Ckan
from movilidad.publishing.targets.configuration import Target
from movilidad.publishing.targets.shipment import Shipment
from movilidad.sources.connection import Connection

TARGET = Target(nombre="datos", titulo="Datos", clase="ckan", conexion="datos", organizacion="mintrab")
TOKEN = "clave-que-nadie-repite"
REPORT = b"%PDF-1.7 el informe"
ELSEWHERE = ["informe.pdf (el catálogo da una dirección de otro servidor)"]
MOVED = ["informe.pdf (el catálogo manda a otra dirección)"]


@pytest.fixture
def shipment(tmp_path: Path) -> Shipment:
    """A release that has its report and the description of its data."""
    for name, content in (("informe.pdf", REPORT), ("datapackage.json", b'{"resources": []}')):
        (tmp_path / name).write_bytes(content)
    return Shipment("mensual/2026-10/r1", tmp_path, {}, None)


def whole(content: bytes) -> list[bytes]:
    return [head("application/octet-stream", Content_Length=str(len(content))), content]


@contextmanager
def catalogue(
    shipment: Shipment, report: Callable[[], Iterable[bytes]], address: Callable[[str], Any] | None = None
) -> Iterator[str]:
    """A server with the package of the release, whose report is answered with these bytes, or is elsewhere."""
    asked: list[str | None] = []

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
            self.rfile.read(int(self.headers["Content-Length"]))
            here = f"http://{self.headers['Host']}"
            resources = [{"name": file.name, "url": f"{here}/{file.name}"} for file in shipment.folder.iterdir()]
            if address:
                next(each for each in resources if each["name"] == "informe.pdf")["url"] = address(here)
            package = {"private": False, "resources": resources}
            self.answer(json.dumps({"success": True, "result": package}).encode(), "application/json")

        def do_GET(self) -> None:  # noqa: N802
            asked.append(self.headers.get("Authorization"))
            name = self.path.rpartition("/")[2]
            parts = report() if name == "informe.pdf" else whole((shipment.folder / name).read_bytes())
            for part in parts:
                self.wfile.write(part)
            self.close_connection = True

    with on_loopback(Handler) as url:
        yield url
    assert set(asked) <= {None}, "a file is asked for as anybody asks for it"


def differences(shipment: Shipment, url: str) -> list[str]:
    connection = Connection.model_validate({"password": TOKEN, "extra": {"url": url, "tiempo_espera": 5}})
    with Ckan.open(TARGET, connection) as opened:
        return opened.differences(shipment)


def test_what_the_catalogue_serves_as_it_was_delivered_is_no_difference(shipment: Shipment) -> None:
    with catalogue(shipment, lambda: whole(REPORT)) as url:
        assert differences(shipment, url) == []
    with catalogue(shipment, lambda: whole(REPORT[:-1])) as url:
        assert differences(shipment, url) == ["informe.pdf"]


@contextmanager
def witness() -> Iterator[tuple[str, list[str]]]:
    """A server that would serve the very report, and what it was asked for."""
    asked: list[str] = []

    class Elsewhere(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            asked.append(self.path)
            self.answer(REPORT, "application/pdf")

    with on_loopback(Elsewhere) as url:
        yield url, asked


@pytest.mark.parametrize(
    "address",
    [
        *("{other}/informe.pdf", "{other_name}/informe.pdf", "{here}@{other_place}/informe.pdf"),
        *("file:///etc/passwd", "//ejemplo.example/x", "informe.pdf", "http://[::1", "data:,x", "", None, 7, {}),
    ],
)
def test_a_file_that_is_said_to_be_elsewhere_is_a_difference_and_is_not_asked_for(
    shipment: Shipment, address: Any
) -> None:
    with witness() as (other, asked):
        place = other.removeprefix("http://")
        named = other.replace("127.0.0.1", "localhost")

        def written(here: str) -> Any:
            known = {"other": other, "other_name": named, "other_place": place, "here": here}
            return address.format(**known) if isinstance(address, str) else address

        with catalogue(shipment, lambda: whole(REPORT), written) as url:
            assert differences(shipment, url) == ELSEWHERE
    assert asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("there", ["{other}/informe.pdf", "file:///etc/passwd", "/otro.pdf"])
def test_a_file_to_which_the_catalogue_redirects_is_a_difference_and_is_not_followed(
    shipment: Shipment, status: int, there: str
) -> None:
    with witness() as (other, asked):
        moved = head(status=f"{status} Moved", Location=there.format(other=other), Content_Length="0")
        with catalogue(shipment, lambda: [moved]) as url:
            assert differences(shipment, url) == MOVED
    assert asked == []


def test_a_file_without_end_is_read_up_to_a_limit(shipment: Shipment) -> None:
    def parts() -> Iterator[bytes]:
        yield head("application/pdf")
        yield from without_end(b" " * 2**20)

    with catalogue(shipment, parts) as url, memory_below(150):
        assert differences(shipment, url) == ["informe.pdf"]


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br"])
def test_a_compressed_file_does_not_swell_beyond_the_limit(shipment: Shipment, coding: str) -> None:
    def parts() -> Iterator[bytes]:
        yield head("application/pdf", Content_Encoding=coding)
        yield from swelling(coding)

    with catalogue(shipment, parts) as url, memory_below(150):
        assert differences(shipment, url) == ["informe.pdf"]


GOING_ON = {
    "headers": lambda: chain([b"HTTP/1.1 200 OK\r\n"], without_end(b"X-Mas: y\r\n", 0.05)),
    "body": lambda: chain([head()], without_end(b" ", 0.05)),
}


@pytest.mark.parametrize("parts", GOING_ON.values(), ids=GOING_ON)
def test_a_file_or_an_answer_that_goes_on_and_on_is_left_in_time(
    shipment: Shipment, parts: Callable[[], Iterable[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ckan_line, "QUERY_SECONDS", 1)
    for server in (catalogue(shipment, parts), sending(parts)):
        started = monotonic()
        with server as url, pytest.raises(UnavailableError, match="destino «datos»: no termina de responder"):
            differences(shipment, url)
        assert monotonic() - started < 20


def test_a_catalogue_that_has_trouble_with_a_file_is_no_difference(shipment: Shipment) -> None:
    page = b"<html>" + b" " * 10_000
    failed = [head("text/html", "502 Bad Gateway", Content_Length=str(len(page))), page]
    with (
        catalogue(shipment, lambda: failed) as url,
        pytest.raises(UnavailableError, match="contesta con un error al pedirle un archivo"),
    ):
        differences(shipment, url)


def test_an_answer_without_end_is_read_up_to_a_limit(shipment: Shipment) -> None:
    def parts() -> Iterator[bytes]:
        yield head()
        yield from without_end(b" " * 2**20)

    with sending(parts) as url, memory_below(150), pytest.raises(UnavailableError, match="demasiado grande"):
        differences(shipment, url)


@pytest.mark.parametrize(
    "content", [f'{{"error": "{MARK}"}}', f"[{MARK}", "[" * 1_000_000, f'{{"error": {{"__type": "{MARK}"}}}}']
)
def test_an_answer_that_is_none_of_a_catalogue_is_told_and_not_repeated(shipment: Shipment, content: str) -> None:
    with (
        sending(lambda: whole(content.encode())) as url,
        pytest.raises(UnavailableError, match="contesta con un error a «package_show»") as caught,
    ):
        differences(shipment, url)
    assert MARK not in str(caught.value)


@pytest.mark.parametrize(
    "extra",
    [
        *({}, {"url": "https://[::1"}, {"url": "https://ana@x.example"}, {"url": "ftp://x.example"}),
        {"url": "https://x.example", "ca": "/no/hay.pem"},
    ],
)
def test_a_connection_that_cannot_be_used_is_told(extra: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="destino «datos»"):
        Ckan(TARGET, Connection(extra=extra))


def test_a_token_that_fits_into_no_request_is_told_without_repeating_it() -> None:
    connection = Connection.model_validate({"password": "señal", "extra": {"url": "https://x.example"}})
    with pytest.raises(UsageError, match="caracteres que no van en HTTP") as caught:
        Ckan(TARGET, connection)
    assert "señal" not in str(caught.value)
