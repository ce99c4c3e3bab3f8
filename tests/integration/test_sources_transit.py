"""What leaves the machine is encrypted: a server that does not encrypt learns neither user nor password.

``127.1`` is this machine under a name by which nobody can tell that it is.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sources_support import MONTH, contract, failure, read_one

from movilidad.model import paths
from movilidad.model.errors import DataError, UsageError
from movilidad.publishing.targets import ckan, storage
from movilidad.publishing.targets.configuration import Target
from movilidad.sources.connection import Connection

_ELSEWHERE = "127.1"
_USER, _PASSWORD = "lectora_secreta", "clave-secreta"
_ASKS_FOR_TLS = bytes.fromhex("0000000804d2162f")
# version 10, "8", thread 1, salt, capabilities without TLS, utf8mb4, native password
_GREETING_WITHOUT_TLS = (
    b"\x0a8.0.0\x00\x01\x00\x00\x00abcdefgh\x00\xff\xf7\x2d\x02\x00\xff\x81\x15" + b"\x00" * 10
) + b"ijklmnopqrst\x00mysql_native_password\x00"


def _postgres(client: socket.socket) -> bytes:
    said = client.recv(4096)
    if said == _ASKS_FOR_TLS:
        client.sendall(b"N")
        said += client.recv(4096)
    return said


def _mysql(client: socket.socket) -> bytes:
    client.sendall(len(_GREETING_WITHOUT_TLS).to_bytes(3, "little") + b"\x00" + _GREETING_WITHOUT_TLS)
    return client.recv(4096)


@contextmanager
def server_without_tls(speak: Callable[[socket.socket], bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """A database that only speaks in the open; gives its port and what it hears."""
    heard: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        client, _ = listening.accept()
        with client:
            client.settimeout(5)
            try:
                heard.append(speak(client))
            except OSError:
                heard.append(b"")

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield listening.getsockname()[1], heard
    finally:
        listening.close()
        thread.join(10)


@pytest.fixture
def query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "extraccion" / "fuente_prueba"
    folder.mkdir(parents=True)
    (folder / "filas.sql").write_text("SELECT 1 AS id")
    monkeypatch.setattr(paths, "SQL", tmp_path)


def _database(kind: str, port: int, **extra: Any) -> Connection:
    who = {"login": _USER, "password": _PASSWORD}
    return Connection.model_validate({"conn_type": kind, "host": _ELSEWHERE, "port": port, "extra": extra, **who})


@pytest.mark.usefixtures("query")
@pytest.mark.parametrize(("kind", "speak"), [("postgres", _postgres), ("mysql", _mysql)])
def test_a_database_elsewhere_that_does_not_encrypt_learns_nothing(
    kind: str, speak: Callable[[socket.socket], bytes]
) -> None:
    source = contract("sql", {"consulta": "filas"})
    for extra in ({}, {"cifrado": "sin_verificar"}):
        with server_without_tls(speak) as (port, heard):
            connection = _database(kind, port, **extra)
            failure(DataError, lambda to=connection: read_one(source, "filas", to, MONTH), "TLS", "«cifrado»")
        assert _USER.encode() not in heard[0]


@pytest.mark.usefixtures("query")
def test_whoever_writes_that_the_network_is_protected_otherwise_is_believed() -> None:
    source = contract("sql", {"consulta": "filas"})
    with server_without_tls(_postgres) as (port, heard):
        connection = _database("postgres", port, cifrado="ninguno")
        with pytest.raises(Exception, match="no responde"):
            read_one(source, "filas", connection, MONTH)
    assert _USER.encode() in heard[0]


def test_an_http_address_elsewhere_is_refused_before_anything_is_sent() -> None:
    source = contract("rest", {"recurso": "/filas"})
    plain = Connection.model_validate({"password": _PASSWORD, "extra": {"url": f"http://{_ELSEWHERE}:9"}})
    failure(UsageError, lambda: read_one(source, "filas", plain, MONTH), "sin cifrar", "«cifrado»")


@pytest.mark.parametrize(
    "options",
    [
        {"endpoint_url": "http://objetos.example:8333"},
        {"client_kwargs": {"endpoint_url": "http://objetos.example:8333"}},
        {"use_ssl": False},
    ],
)
def test_an_object_store_elsewhere_is_not_spoken_to_in_the_open(options: dict[str, Any]) -> None:
    connection = Connection(extra={"url": "s3://deposito/x", "opciones": options})
    source = contract("archivo", {"archivo": "filas.csv"})
    failure(UsageError, lambda: read_one(source, "filas", connection, MONTH), "sin cifrar")
    target = Target.model_validate(
        {"nombre": "lejos", "titulo": "Lejos", "clase": "archivos", "conexion": "lejos"}
    )
    with pytest.raises(UsageError, match="sin cifrar"), storage.Storage.open(target, connection):
        pass


def test_a_catalogue_elsewhere_is_not_spoken_to_in_the_open() -> None:
    target = Target.model_validate(
        {
            "nombre": "catalogo",
            "titulo": "Catálogo",
            "clase": "ckan",
            "conexion": "catalogo",
            "organizacion": "mintrab",
        }
    )
    with pytest.raises(UsageError, match="sin cifrar"):
        ckan.Ckan(target, Connection(extra={"url": "http://datos.example"}))


def test_an_unknown_word_about_encryption_is_told() -> None:
    source = contract("rest", {"recurso": "/filas"})
    odd = Connection(extra={"url": "https://x.example", "cifrado": "tal vez"})
    with pytest.raises(UsageError, match="«cifrado»"):
        read_one(source, "filas", odd, MONTH)
