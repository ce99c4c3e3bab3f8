"""What the tests of the sources share: small contracts, and the proof that no record's value gets out."""

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pandas as pd
import pytest

from movilidad.model.errors import MovilidadError
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.opening import open_source

MONTH = Month(2026, 10)
#: a value that only records hold; it may stand in no message, traceback or log
MARK = "Marcada-Secreta-Xinka"

COLUMNS: dict[str, Any] = {
    "clave": {"origen": "id", "tipo": "texto", "clase": "registro", "descripcion": "Clave"},
    "persona_id": {"origen": "cui", "tipo": "cui", "clase": "identificador", "descripcion": "CUI"},
    "nombre": {"origen": "Razón social", "tipo": "texto", "descripcion": "Nombre"},
    "salario": {"origen": "salario", "tipo": "decimal", "descripcion": "Salario"},
}
HEADER = "id,cui,Razón social,salario"


def contract(
    conector: str, lectura: dict[str, Any], *, columnas: dict[str, Any] | None = None, **more: Any
) -> Contract:
    """A contract with the one data set ``filas``; ``more`` goes to the data set, ``alcance`` to the contract."""
    dataset = {"descripcion": "Filas", "clave": ["clave"], "lectura": lectura, "columnas": columnas or COLUMNS}
    top = {name: more.pop(name) for name in ("alcance", "ultimo_mes") if name in more}
    return Contract.model_validate(
        {
            "fuente": "fuente_prueba",
            "titulo": "Fuente de prueba",
            "descripcion": "Una fuente",
            "institucion": "Institución",
            "responsable": {"nombre": "Ana Responsable", "correo": "ana@institucion.example"},
            "calendario": "0 6 5 * *",
            "conector": conector,
            "conexion": "conexion_prueba",
            "suite": "fuente_prueba",
            "alcance": "mes",
            "conjuntos": {"filas": dataset | more},
            **top,
        }
    )


def failure(kind: type[MovilidadError], call: Callable[[], object], *phrases: str) -> MovilidadError:
    """Call and expect an error of this kind that names the source and says these phrases, and no value."""
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert "fuente_prueba" in message
    assert "Qué hacer:" in message
    for phrase in phrases:
        assert phrase in message, message
    told = "".join(traceback.format_exception(caught.value))
    assert MARK not in told
    return caught.value


def read_one(contract: Contract, name: str, connection: Connection, month: Month) -> pd.DataFrame:
    """Read one data set on its own, by the connector of its contract."""
    with open_source(contract, connection, month) as source:
        return source.read(name)


def no_value_in(caplog: pytest.LogCaptureFixture) -> None:
    """No log record of any level holds the marked value."""
    assert all(MARK not in logging.Formatter().format(record) for record in caplog.records)


class QuietHandler(BaseHTTPRequestHandler):
    """Answers without a line in the test's output."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def answer(self, content: bytes, kind: str, status: int = 200) -> None:
        """A whole answer of a media type."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, *arguments: object) -> None:
        """A client that gives up is part of the tests."""


@contextmanager
def on_loopback(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A real HTTP server on loopback while the context lasts; gives its address."""
    server = _QuietServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
