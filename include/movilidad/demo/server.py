"""Registers of recruiters and complaints, job bank (REST), exchange rates (SOAP) as one HTTP server on loopback.

All answer from the files that a seeding made. Registers and bank want the bearer token of the folder; the exchange
rates, invented as they are, are free as those of the Bank of Guatemala, whose operation ``TipoCambioRango`` this
server imitates.

    python -m movilidad.demo.server --folder DIR [--port N] [--token-file FILE]
"""

import argparse
import hmac
import json
import re
import signal
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from movilidad.demo import layout
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month

_NAMESPACE = "http://www.banguat.gob.gt/variables/ws/"
_SOAP_PATH = "/variables/ws/TipoCambio.asmx"
_LARGEST_PAGE, _DEFAULT_PAGE, _LARGEST_REQUEST = 1_000, 100, 64 * 1024
_RESOURCES = ("reclutadores", "trabajadores", "inscripciones", "denuncias")
_DOLLAR = 2  # the service's own number of the currency


@dataclass(frozen=True)
class Service:
    """A running server: its base address, and the token of the REST services."""

    url: str
    port: int
    token: str


@dataclass(frozen=True)
class _RefusedError(Exception):
    """An answer that is no data: HTTP status and a sentence."""

    status: HTTPStatus
    message: str


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: Path, token: str) -> None:
        super().__init__(address, _Handler)
        self.file, self.job_bank, self.token = layout.registry(folder), layout.job_bank(folder), token


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "plataformas-simuladas", ""
    server: _Server

    def do_GET(self) -> None:
        try:
            answer = self._rest()
        except _RefusedError as refusal:
            self._send_json(refusal.status, {"error": refusal.message})
        else:
            self._send_json(HTTPStatus.OK, answer)

    def do_POST(self) -> None:
        # read first: what is left unread would be taken for the next request of the connection
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send_json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "la consulta es demasiado grande"})
        elif urlsplit(self.path).path != _SOAP_PATH:
            self._send_json(HTTPStatus.NOT_FOUND, {"error": "no existe"})
        else:
            self._send(*_soap_answer(self.server.file, body), "text/xml; charset=utf-8")

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: a request's address says nothing that anybody needs."""

    def _rest(self) -> dict[str, Any]:
        address = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        table = address.path.removeprefix("/api/v1/")
        if address.path != f"/api/v1/{table}" or table not in _RESOURCES:
            raise _RefusedError(HTTPStatus.NOT_FOUND, "no existe")
        if not hmac.compare_digest(self._bearer().encode(), self.server.token.encode()):
            raise _RefusedError(HTTPStatus.UNAUTHORIZED, "falta la credencial o no es válida")
        page, size = _number(asked, "pagina", 1), min(_number(asked, "tamano", _DEFAULT_PAGE), _LARGEST_PAGE)
        if table == "inscripciones":
            total, records = _registrations(self.server.job_bank, _month(asked), page, size)
        else:
            month = str(_month(asked)) if table == "trabajadores" else None
            total, records = _page(self.server.file, table, month, page, size)
        following = None
        if page * size < total:
            query = urlencode({**asked, "pagina": page + 1, "tamano": size})
            following = f"{self._base()}{address.path}?{query}"
        return {"datos": records, "total": total, "siguiente": following}

    def _bearer(self) -> str:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    def _base(self) -> str:
        host = self.headers.get("Host") or "{}:{}".format(*self.server.server_address[:2])
        return f"http://{host}"

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_REQUEST:
            return None
        return self.rfile.read(int(length))

    def _send_json(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        self._send(status, json.dumps(content, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _send(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if status == HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", "Bearer")
        self.end_headers()
        self.wfile.write(content)


# ---- the register and the job bank ------------------------------------------------------------------------------


def _number(asked: dict[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, f"«{name}» debe ser un número desde 1")
    return int(text)


def _month(asked: dict[str, str]) -> Month:
    try:
        return Month.parse(asked.get("mes", ""))
    except UsageError:
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "«mes» debe ser un mes, como 2026-10") from None


def _page(file: Path, table: str, month: str | None, page: int, size: int) -> tuple[int, list[Any]]:
    """How many records there are in all, and those of one page."""
    where, values = ("WHERE mes = ?", [month]) if month else ("", [])
    with _opened(file) as registry:
        total = int(registry.execute(f"SELECT count(*) FROM {table} {where}", values).fetchone()[0])
        found = registry.execute(
            f"SELECT datos FROM {table} {where} ORDER BY orden LIMIT ? OFFSET ?",
            [*values, size, (page - 1) * size],
        )
        return total, [json.loads(content) for (content,) in found]


def _registrations(file: Path, month: Month, page: int, size: int) -> tuple[int, list[Any]]:
    """The same of the job bank, whose records are made now."""
    # what makes them is heavy, and a server of the other services does without
    from movilidad.demo import job_bank

    if not file.is_file():
        return 0, []
    return job_bank.page(file, month, (page - 1) * size, size)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as registry:
        yield registry


# ---- the exchange rates -----------------------------------------------------------------------------------------


def _soap_answer(file: Path, body: bytes) -> tuple[HTTPStatus, bytes]:
    try:
        first, last = _range(body)
    except ValueError as error:
        fault = f"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{error}</faultstring></soap:Fault>"
        return HTTPStatus.INTERNAL_SERVER_ERROR, _envelope(fault)
    with _opened(file) as registry:
        found = registry.execute(
            "SELECT fecha, compra, venta FROM tipos_cambio WHERE fecha BETWEEN ? AND ? ORDER BY fecha",
            [first.isoformat(), last.isoformat()],
        ).fetchall()
    items = "".join(
        f"<Var><moneda>{_DOLLAR}</moneda><fecha>{date.fromisoformat(day):%d/%m/%Y}</fecha>"
        f"<venta>{sell:.5f}</venta><compra>{buy:.5f}</compra></Var>"
        for day, buy, sell in found
    )
    return HTTPStatus.OK, _envelope(
        f'<TipoCambioRangoResponse xmlns="{_NAMESPACE}"><TipoCambioRangoResult><Vars>{items}</Vars>'
        f"<TotalItems>{len(found)}</TotalItems></TipoCambioRangoResult></TipoCambioRangoResponse>"
    )


def _range(body: bytes) -> tuple[date, date]:
    """First and last day asked for; a ValueError with a sentence that holds nothing of the request."""
    try:
        document: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise ValueError("la consulta no es XML") from None
    operation = document.find(f".//{{{_NAMESPACE}}}TipoCambioRango")
    if operation is None:
        raise ValueError("la operación no existe")
    texts = [operation.findtext(f"{{{_NAMESPACE}}}{name}", "").strip() for name in ("fechainit", "fechafin")]
    try:
        first, last = (datetime.strptime(text, "%d/%m/%Y").date() for text in texts)  # noqa: DTZ007 - a day
    except ValueError:
        raise ValueError("las fechas se escriben dd/mm/aaaa") from None
    return first, last


def _envelope(content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    ).encode()


# ---- starting ---------------------------------------------------------------------------------------------------


@contextmanager
def serve(folder: Path, host: str = "127.0.0.1", port: int = 0, token: str | None = None) -> Iterator[Service]:
    """Serve the seeding of ``folder`` until the block ends.

    Args:
        port: 0 takes any free port.
        token: bearer token of the register; by default the one that the seeding left in the folder.

    Raises:
        UsageError: the folder holds no seeding.
    """
    server = _make(folder, host, port, token)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Service(f"http://{host}:{server.server_port}", server.server_port, server.token)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _make(folder: Path, host: str, port: int, token: str | None) -> _Server:
    if not layout.registry(folder).is_file():
        raise UsageError(
            "la carpeta no tiene plataformas simuladas", place=str(folder), remedy="ejecute movilidad demo seed"
        )
    return _Server((host, port), folder, token or layout.token(folder).read_text(encoding="utf-8").strip())


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve in the foreground until the process is told to end; prints the port first."""
    parser = argparse.ArgumentParser(prog="python -m movilidad.demo.server", description="Plataformas simuladas.")
    parser.add_argument("--folder", type=Path, required=True, help="carpeta que dejó movilidad demo seed")
    parser.add_argument("--port", type=int, default=0, help="puerto; 0 elige uno libre")
    parser.add_argument("--token-file", type=Path, help="archivo con la credencial de los servicios")
    asked = parser.parse_args(arguments)
    token = asked.token_file.read_text(encoding="utf-8").strip() if asked.token_file else None
    # blocked and waited for: a handler could come just before its thread falls asleep, and nothing would wake it
    ending = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    try:
        with serve(asked.folder, port=asked.port, token=token) as service:
            print(service.port, flush=True)  # noqa: T201 - whoever started the process waits for it
            signal.sigwait(ending)
    except (UsageError, OSError) as error:
        parser.exit(2, f"{error}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
