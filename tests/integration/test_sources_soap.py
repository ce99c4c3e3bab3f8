"""The exchange-rate service of the Bank of Guatemala: envelope, faults, and the file that stands in for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from sources_support import QuietHandler, on_loopback

from movilidad.model.errors import DataError, MovilidadError, UnavailableError
from movilidad.model.periods import Month
from movilidad.sources import soap
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract

MONTH = Month(2026, 10)
CONTRACT = load_contract("tipo_cambio_banguat")
SPACE = "http://www.banguat.gob.gt/variables/ws/"


@dataclass
class Service:
    url: str = ""
    reply: Callable[[], tuple[int, str, bytes]] = lambda: (500, "text/plain", b"")
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    state = Service()

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests.append((self.path, dict(self.headers), body))
            status, kind, answer = state.reply()
            self.answer(answer, kind, status)

    with on_loopback(Handler) as state.url:
        yield state


def envelope(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def rates(days: int, total: int | None = None) -> bytes:
    found = "".join(
        f"<Var><moneda>2</moneda><fecha>{day:02d}/10/2026</fecha><venta>7.66{day:03d}</venta>"
        f"<compra>7.64{day:03d}</compra></Var>"
        for day in range(1, days + 1)
    )
    return envelope(
        f'<TipoCambioRangoResponse xmlns="{SPACE}"><TipoCambioRangoResult><Vars>{found}</Vars>'
        f"<TotalItems>{days if total is None else total}</TotalItems></TipoCambioRangoResult>"
        "</TipoCambioRangoResponse>"
    )


def opened(service: Service, **extra: Any) -> Any:
    connection = Connection(extra={"url": service.url, "tiempo_reintentos": 0.3, **extra})
    return soap.open_reader(CONTRACT, connection, MONTH)


def told(service: Service, kind: type[MovilidadError] = DataError) -> str:
    with opened(service) as reader, pytest.raises(kind) as caught:
        reader.read("referencia")
    message = str(caught.value)
    assert message.startswith("Fuente tipo_cambio_banguat, periodo 2026-10, referencia: ")
    assert "Qué hacer:" in message
    return message


def test_the_days_of_the_month_are_asked_for_and_read(service: Service) -> None:
    service.reply = lambda: (200, "text/xml; charset=utf-8", rates(31))
    with opened(service) as reader:
        frame = reader.read("referencia")
    assert len(frame) == 31
    assert frame.iloc[1].to_dict() == {
        "moneda": "2", "fecha": "02/10/2026", "venta": "7.66002", "compra": "7.64002",
    }  # fmt: skip
    path, headers, body = service.requests[0]
    assert path == "/variables/ws/TipoCambio.asmx"
    assert headers["SOAPAction"] == f'"{SPACE}TipoCambioRango"'
    operation = fromstring(body)[0][0]
    assert operation.tag == f"{{{SPACE}}}TipoCambioRango"
    assert [child.text for child in operation] == ["01/10/2026", "31/10/2026"]


def test_fewer_records_than_announced_are_told(service: Service) -> None:
    service.reply = lambda: (200, "text/xml", rates(20, total=31))
    assert "anuncia 31 registros y dio 20 (11 filas)" in told(service)


def test_a_fault_is_an_answer_and_not_asked_again(service: Service) -> None:
    fault = "<soap:Fault><faultcode>soap:Client</faultcode><faultstring>x</faultstring></soap:Fault>"
    service.reply = lambda: (500, "text/xml", envelope(fault))
    assert "falla SOAP soap:Client" in told(service)
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("kind", "body", "phrase"),
    [
        ("text/html", b"<html><p>Mantenimiento<br></html>", "una página web"),
        ("text/xml", b"", "contestó vacío"),
        ("text/xml", rates(31)[:900], "cortada"),
        ("text/xml", b"<otra/>", "no es SOAP"),
        ("text/xml", rates(1).replace(b"<venta>", b"<moneda>5</moneda><venta>"), "un elemento repetido"),
        ("text/xml", rates(1).replace(b"7.66", b"7<b>.66</b>"), "otros elementos dentro de un texto"),
        ("text/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "no es XML válido"),
    ],
)
def test_an_answer_that_is_no_data_is_told(service: Service, kind: str, body: bytes, phrase: str) -> None:
    service.reply = lambda: (200, kind, body)
    assert phrase in told(service)


def test_a_service_that_is_down_is_unavailable(service: Service) -> None:
    service.reply = lambda: (503, "text/plain", b"")
    assert "HTTP 503" in told(service, UnavailableError)


def test_the_fallback_file_stands_in_and_the_operator_is_told(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "tipo_cambio_banguat_2026-10.csv").write_text("fecha,compra,venta\n01/10/2026,7.64,7.66\n")
    service.reply = lambda: (503, "text/plain", b"")
    with opened(service, respaldo=str(tmp_path)) as reader:
        frame = reader.read("referencia")
    assert frame.to_dict("records") == [{"fecha": "01/10/2026", "compra": "7.64", "venta": "7.66"}]
    note = "se usó el archivo de respaldo tipo_cambio_banguat_2026-10.csv"
    assert any(note in told for told in reader.notes)
    assert "HTTP 503" in caplog.text


def test_without_a_file_for_the_month_the_services_own_failure_counts(service: Service, tmp_path: Path) -> None:
    (tmp_path / "tipo_cambio_banguat_2026-09.csv").write_text("fecha,compra,venta\n")
    service.reply = lambda: (503, "text/plain", b"")
    with opened(service, respaldo=str(tmp_path)) as reader, pytest.raises(UnavailableError, match="HTTP 503"):
        reader.read("referencia")
