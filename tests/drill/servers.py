"""What stands around the system and can fail: the platforms' services, the mail server, a target on SFTP."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import paramiko
from aiosmtpd.controller import Controller
from alerts_support import Post
from sources_support import QuietHandler
from targets_support import sftp_server

from movilidad.demo.server import serve
from movilidad.stack.environment import free_port

HTTP_SOURCES = ("registro_reclutadores", "tu_empleo", "denuncias", "tipo_cambio_banguat")


@dataclass(frozen=True)
class Answer:
    """What a service says; ``clock`` is how far its clock is ahead."""

    status: int
    kind: str
    content: bytes
    clock: timedelta = timedelta(0)

    def changed(self, **changes: Any) -> "Answer":
        """The same with other values of its JSON."""
        return replace(self, content=json.dumps({**json.loads(self.content), **changes}).encode())


Ask = Callable[[str], Answer]
#: how a service answers when it is asked for a path: it may ask the good one, also for something else
Fault = Callable[[Ask, str], Answer]


@dataclass
class Service:
    """One platform's service in front of the simulated one; it can be spoilt, or be gone."""

    port: int = field(default_factory=free_port)
    behind: str = ""
    fault: Fault | None = None
    _server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Answer on the port."""
        service = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
                service._answer(self, b"")

            def do_POST(self) -> None:  # noqa: N802
                service._answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Nobody answers inside the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def spoilt(self, fault: Fault) -> Iterator[None]:
        """It answers wrong inside the block."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    def _answer(self, asked: BaseHTTPRequestHandler, body: bytes) -> None:
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name in ("Host", "Authorization", "Content-Type")
        }

        def ask(path: str) -> Answer:
            address = f"{self.behind}{path}"
            found = httpx.request(
                asked.command, address, headers=headers, content=body, timeout=120, trust_env=False
            )
            return Answer(found.status_code, found.headers["Content-Type"], found.content)

        answer = self.fault(ask, asked.path) if self.fault else ask(asked.path)
        asked.send_response_only(answer.status)
        asked.send_header("Date", format_datetime(datetime.now(UTC) + answer.clock, usegmt=True))
        asked.send_header("Content-Type", answer.kind)
        asked.send_header("Content-Length", str(len(answer.content)))
        asked.end_headers()
        asked.wfile.write(answer.content)


@dataclass
class Platforms:
    """The services of all platforms that are reached by HTTP."""

    token: str = "la ficha del simulacro"
    services: dict[str, Service] = field(default_factory=lambda: {name: Service() for name in HTTP_SOURCES})

    def connections(self, folder: Path) -> dict[str, Any]:
        """How the system reaches them: as in the embedded environment, but impatient."""
        return {
            name: {
                "conn_type": "http",
                "password": self.token,
                "extra": {
                    "url": f"http://127.0.0.1:{service.port}",
                    "demostracion": True,
                    "tiempo_reintentos": 2,
                    **({"respaldo": (folder / "respaldo").as_uri()} if name == "tipo_cambio_banguat" else {}),
                },
            }
            for name, service in self.services.items()
        }

    @contextmanager
    def open(self, folder: Path) -> Iterator[None]:
        """Serve what a seeding left in ``folder``."""
        with ExitStack() as stack:
            behind = stack.enter_context(serve(folder, token=self.token))
            for service in self.services.values():
                service.behind = behind.url
                service.start()
                stack.callback(service.stop)
            yield


class MailServer:
    """A real SMTP server that keeps what it takes."""

    def __init__(self) -> None:
        self.post = Post(free_port())
        self._controller: Controller | None = None

    @property
    def connection(self) -> dict[str, Any]:
        extra = {"disable_ssl": True, "disable_tls": True, "timeout": 5, "from_email": "movilidad@mintrab.example"}
        return {"conn_type": "smtp", "host": "127.0.0.1", "port": self.post.port, "extra": extra}

    @contextmanager
    def open(self) -> Iterator[None]:
        """Take mail."""
        self._start()
        try:
            yield
        finally:
            self._stop()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody takes mail inside the block."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def _start(self) -> None:
        self._controller = Controller(self.post, hostname="127.0.0.1", port=self.post.port)
        self._controller.start()

    def _stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None


class Mirror:
    """A target: a folder of another institution, reached by SFTP."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._port, self._key = free_port(), paramiko.ECDSAKey.generate()
        self._open = ExitStack()

    @property
    def folder(self) -> Path:
        """Where what arrived is."""
        return self.root / "sitio"

    def start(self) -> dict[str, Any]:
        """Take releases; gives the connection, always the same."""
        return self._open.enter_context(sftp_server(self.root, port=self._port, host_key=self._key))

    def stop(self) -> None:
        """Take nothing any more."""
        self._open.close()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody answers inside the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()


def resource(path: str) -> str:
    """What an address asks for, such as ``trabajadores``."""
    return urlsplit(path).path.rpartition("/")[2]
