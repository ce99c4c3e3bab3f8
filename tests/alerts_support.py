"""A mail server, a receiver of webhooks and an office with a clock, for the tests of the alerts."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sources_support import QuietHandler, on_loopback
from sqlalchemy import Engine

from movilidad import alerts
from movilidad.alerts import Incident, Notice
from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ
from movilidad.sources.connection import Connection
from movilidad.stack.environment import free_port

STEWARD = "tuempleo@mintrab.example"
OPERATOR = "operadores@mintrab.example"
CHIEF = "jefatura@mintrab.example"
#: a working Tuesday, in office hours
MORNING = datetime(2026, 11, 10, 9, 0, tzinfo=TZ)
USER, PASSWORD = "avisos", "clave-que-nadie-repite"


@dataclass
class Post:
    """What a mail server took, and whom it refuses.

    Attributes:
        silent: it takes nothing for now.
    """

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    silent: bool = False
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return f"550 {address} no existe"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.silent:
            return "451 ahora no"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert envelope.rcpt_tos == [mail["To"]]
        self.taken.append(mail)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.taken if mail["To"] == address]


@contextmanager
def post_office(**options: Any) -> Iterator[Post]:
    """A mail server on loopback; options are those of aiosmtpd."""
    post = Post(free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.port, **options)
    controller.start()
    yield post
    controller.stop()


def authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Whether user and password are the right ones."""
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)  # the server answers


@contextmanager
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver of JSON webhooks: its Apprise address, and what it took."""
    taken: list[dict[str, Any]] = []

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - the server's name for it
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    with on_loopback(Handler) as address:
        yield f"json://{address.removeprefix('http://')}/avisos", taken


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate authority of one server of loopback: its file, and the server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "servidor de correo de prueba")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    authority, secret = folder / "ca.pem", folder / "clave.pem"
    authority.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, secret)
    return authority, context


def mail_connection(port: int, **extra: Any) -> Connection:
    """A connection to the mail server, plain unless ``extra`` says otherwise."""
    plain = {"disable_ssl": True, "disable_tls": True, "timeout": 5, "from_email": "movilidad@mintrab.example"}
    return Connection(conn_type="smtp", host="127.0.0.1", port=port, extra={**plain, **extra})


CONFIGURATION: dict[str, Any] = {
    "operadores": ["operacion"],
    "personas": {
        "operacion": {"nombre": "Operación", "correo": OPERATOR, "relevo": "jefatura"},
        "jefatura": {"nombre": "Jefatura", "correo": CHIEF},
    },
    "silencio": {"desde": "19:00", "hasta": "07:00", "dias_no_habiles": True},
}


@dataclass
class Office:
    """Alerts with a clock that the test moves.

    Attributes:
        known: connections by name.
    """

    file: Path
    known: dict[str, Connection]
    now: datetime = MORNING

    def configure(self, **changes: Any) -> None:
        self.file.write_text(yaml.safe_dump({**CONFIGURATION, **changes}, allow_unicode=True), encoding="utf-8")

    def connections(self, name: str) -> Connection:
        if name not in self.known:
            raise UsageError(f"falta la conexión «{name}»", remedy="créela")
        return self.known[name]

    def later(self, **length: float) -> None:
        """Let time pass, with a pass every hour."""
        end = self.now + timedelta(**length)
        while self.now < end:
            self.now = min(self.now + timedelta(hours=1), end)
            self.attend()

    def attend(self) -> str:
        return alerts.attend(self.now, self.connections)

    def report(self, notice: Notice) -> Incident:
        return alerts.report(notice, self.now, self.connections)

    def recovered(self, *keys: tuple[str, str, str]) -> list[Incident]:
        return alerts.recovered(keys, self.now, self.connections)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as found:
        yield found


@pytest.fixture
def office(warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post: Post) -> Iterator[Office]:
    with an_office(tmp_path, monkeypatch, post) as found:
        yield found


def dead_platform(period: str = "2026-10") -> Notice:
    """The job bank does not answer."""
    return Notice(
        kind="fuente_no_responde",
        subject="tu_empleo",
        title="Tu Empleo",
        what="la plataforma no responde",
        period=period,
        source="tu_empleo",
        links=(alerts.Link("Abrir la tarea en Airflow", "http://127.0.0.1:8080/dags/ingesta_tu_empleo"),),
    )


DEAD = ("fuente_no_responde", "tu_empleo", "")


def text_of(mail: EmailMessage) -> str:
    """Its plain text."""
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def html_of(mail: EmailMessage) -> str:
    """Its page."""
    body = mail.get_body(("html",))
    assert body
    return str(body.get_content())


@contextmanager
def an_office(folder: Path, monkeypatch: Any, post: Post) -> Iterator[Office]:
    """An office whose mail goes to ``post``."""
    from movilidad.model.settings import get_settings

    office = Office(folder / "avisos.yml", {"correo_avisos": mail_connection(post.port)})
    office.configure()
    monkeypatch.setenv("MOVILIDAD_AVISOS", str(office.file))
    get_settings.cache_clear()
    yield office
