"""Messages by any channel that Apprise knows; the address, which holds a secret, is in a connection."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from movilidad.alerts.message import Message
from movilidad.alerts.rendering import as_text
from movilidad.model.errors import UnavailableError, UsageError
from movilidad.sources.connection import Connection

_TYPES = {"critico": "failure", "normal": "warning", "resuelto": "success"}


def send(name: str, connection: Connection, message: Message) -> None:
    """Hand a message to a channel.

    Raises:
        UnavailableError: it was not taken; trying again later may help.
        UsageError: the connection holds no address of Apprise.
    """
    import apprise

    with _silenced():
        channel = apprise.Apprise()
        addresses = list(_addresses(connection))
        if not addresses or not all(channel.add(address) for address in addresses):
            raise UsageError(
                f"la conexión «{name}» no tiene una dirección de Apprise válida",
                remedy="póngala en la contraseña de la conexión (docs/avisos.md)",
            )
        taken = channel.notify(
            title=message.encabezado,
            body=as_text(message).partition("\n")[2].strip(),
            notify_type=_TYPES[message.tono],
            body_format=apprise.NotifyFormat.TEXT,
        )
    if not taken:
        raise UnavailableError(
            "no recibió el mensaje",
            place=f"canal «{name}»",
            remedy="se reintenta solo; si sigue así, compruebe la dirección de la conexión",
        )


def _addresses(connection: Connection) -> Iterator[str]:
    """In the password, or in ``config`` of the extra as Airflow's Apprise provider keeps them."""
    if connection.password:
        yield connection.password.get_secret_value()
        return
    configured = connection.extra.get("config") or []
    for each in configured if isinstance(configured, list) else [configured]:
        yield str(each.get("path") if isinstance(each, dict) else each)


@contextmanager
def _silenced() -> Iterator[None]:
    """Apprise's own log may repeat addresses with their secrets."""
    log = logging.getLogger("apprise")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
