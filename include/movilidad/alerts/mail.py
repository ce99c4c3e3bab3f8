"""Messages as e-mail, through the SMTP server of a connection.

The connection is read as Airflow's SMTP provider reads it, so its form in Airflow serves: TLS from the beginning
unless ``disable_ssl``, else STARTTLS unless ``disable_tls`` too. A connection of type ``file`` needs no server:
each mail becomes a file of its folder.
"""

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from movilidad.alerts.message import Message
from movilidad.alerts.rendering import as_html, as_text
from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.sources.connection import Connection

_SECONDS = 30.0
_IMPLICIT, _STARTTLS = 465, 587
_PLACE = "servidor de correo"


def compose(message: Message, sender: str, address: str, now: datetime, thread: tuple[str, ...]) -> EmailMessage:
    """The mail, in both forms.

    Args:
        thread: Message-IDs of its conversation, its own the last.
    """
    mail = EmailMessage()
    *before, own = thread
    mail["From"] = f"Estadísticas de movilidad laboral <{sender}>"
    mail["To"] = address
    mail["Subject"] = f"{'Re: ' if before else ''}{message.asunto}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = own
    if before:
        mail["In-Reply-To"] = before[-1]
        mail["References"] = " ".join(before)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.tono == "critico":
        mail["Importance"] = "high"
    mail.set_content(as_text(message))
    mail.add_alternative(as_html(message), subtype="html")
    return mail


def sender_of(connection: Connection, configured: str) -> str:
    """The address that signs; a UsageError if nobody said it."""
    sender = configured or str(connection.extra.get("from_email") or "") or connection.login or ""
    if "@" not in sender:
        raise UsageError(
            "no se sabe con qué dirección firmar los avisos",
            remedy="ponga «remitente» en avisos.yml o «from_email» en la conexión de correo",
        )
    return sender


def send(connection: Connection, mail: EmailMessage) -> None:
    """Hand a mail over.

    Raises:
        UnavailableError: the server does not answer or not now; trying again later may help.
        DataError: it refuses this address. UsageError: the connection cannot be used as it is.
    """
    if connection.conn_type == "file":
        _drop(connection, mail)
        return
    try:
        with _session(connection) as session:
            session.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            raise DataError(
                "rechaza la dirección",
                place=_PLACE,
                remedy="corrija la dirección en avisos.yml o en el contrato de la fuente",
            ) from None
        raise _silent("no acepta la dirección por ahora") from None
    except smtplib.SMTPAuthenticationError:
        raise _silent("rechaza al usuario o su clave") from None
    except ssl.SSLError:
        raise _silent("no presenta un certificado válido o no habla TLS en ese puerto") from None
    except smtplib.SMTPResponseException as error:
        raise _silent(f"no acepta el mensaje (código {error.smtp_code})") from None
    except (OSError, smtplib.SMTPException):
        raise _silent("no responde") from None


def _session(connection: Connection) -> smtplib.SMTP:
    if not connection.host:
        raise UsageError(
            "la conexión de correo no dice el servidor", remedy="corrija la conexión (docs/avisos.md)"
        )
    extra = connection.extra
    seconds = float(extra.get("timeout") or _SECONDS)
    context = _context(connection)
    if not extra.get("disable_ssl"):
        port = connection.port or _IMPLICIT
        session: smtplib.SMTP = smtplib.SMTP_SSL(connection.host, port, timeout=seconds, context=context)
    else:
        session = smtplib.SMTP(connection.host, connection.port or _STARTTLS, timeout=seconds)
    try:
        if extra.get("disable_ssl") and not extra.get("disable_tls"):
            session.starttls(context=context)
        if connection.login and connection.password:
            session.login(connection.login, connection.password.get_secret_value())
    except BaseException:
        with suppress(OSError):
            session.close()
        raise
    return session


def _context(connection: Connection) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=connection.extra.get("ca") or None)
    if connection.extra.get("ssl_context") == "none":  # as the provider names it; for servers of a closed network
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _drop(connection: Connection, mail: EmailMessage) -> None:
    folder = Path(connection.base_url().removeprefix("file://"))
    name = mail["Message-ID"].strip("<>").partition("@")[0]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.eml").write_bytes(mail.as_bytes())
    except OSError:
        raise _silent("no se puede escribir en su carpeta") from None


def _silent(what: str) -> UnavailableError:
    return UnavailableError(
        what, place=_PLACE, remedy="se reintenta solo; si sigue así, revise el servidor y la conexión de correo"
    )
