"""Delivering what is due: each message for itself, tried again, and at last a dead letter that can be seen."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection as Warehouse
from sqlalchemy import Engine

from movilidad.alerts import channels, incidents, mail, outbox
from movilidad.alerts.audience import MAIL, Recipient
from movilidad.alerts.configuration import Configuration
from movilidad.alerts.message import Message, message
from movilidad.alerts.outbox import Alert
from movilidad.alerts.timing import earliest
from movilidad.model.errors import DataError, MovilidadError, UnavailableError
from movilidad.sources.connection import Connection

Connections = Callable[[str], Connection]

_AT_ONCE = 200  # messages of one call
_WAITS = [timedelta(minutes=minutes) for minutes in (5, 15, 30, 60)]
_NEVER = timedelta(days=36_500)


def deliver_due(
    engine: Engine, configuration: Configuration, now: datetime, connections: Connections
) -> list[Alert]:
    """Send what is due by now; give what became a dead letter.

    Each message is a transaction of its own: others are taken by other processes, and a crash repeats at most one.
    """
    dead = []
    for _ in range(_AT_ONCE):
        with engine.begin() as warehouse:
            alert = outbox.take_due(warehouse, now)
            if alert is None:
                break
            if _deliver(warehouse, configuration, alert, now, connections):
                dead.append(alert)
    return dead


def alone(name: str, domain: str) -> tuple[str, ...]:
    """A conversation of one message."""
    return (f"<{name}@{domain}>",)


def hand_over(
    recipient: Recipient,
    told: Message,
    thread: Callable[[str], tuple[str, ...]],
    configuration: Configuration,
    now: datetime,
    connections: Connections,
) -> None:
    """Send one message to one recipient; errors as ``mail.send`` and ``channels.send`` raise them.

    Args:
        thread: Message-IDs of the conversation, given the domain of the sender.
    """
    if recipient.canal != MAIL:
        channels.send(recipient.canal, connections(recipient.canal), told)
        return
    connection = connections(configuration.conexion_correo)
    sender = mail.sender_of(connection, configuration.remitente)
    identifiers = thread(sender.rpartition("@")[2])
    mail.send(connection, mail.compose(told, sender, recipient.direccion, now, identifiers))


def _deliver(
    warehouse: Warehouse, configuration: Configuration, alert: Alert, now: datetime, connections: Connections
) -> bool:
    """Send one message and keep what became of it; whether it became a dead letter just now."""
    incident = incidents.find(warehouse, alert.incidente_id)
    moment = earliest(configuration, now, critical=incident.critico)(alert.recipient)
    if moment > now:  # it was due before these quiet hours, when nobody sent it
        outbox.postpone(warehouse, alert, moment)
        return False
    before = [each for each in outbox.of_incident(warehouse, alert.incidente_id) if _precedes(each, alert)]

    def thread(domain: str) -> tuple[str, ...]:
        name = f"movilidad.{incident.incidente_id}.{int(incident.abierto.timestamp())}"
        return tuple(f"<{name}.{each.aviso_id}@{domain}>" for each in [*before, alert])

    told = message(warehouse, incident, alert, now)
    try:
        hand_over(alert.recipient, told, thread, configuration, now, connections)
    except MovilidadError as error:
        return _keep_failure(warehouse, configuration, alert, incident.critico, error, now)
    except Exception as error:  # a message that cannot be sent for an unforeseen reason must not stop the others
        unforeseen = MovilidadError(f"fallo inesperado ({type(error).__name__})", remedy="avise al equipo técnico")
        return _keep_failure(warehouse, configuration, alert, incident.critico, unforeseen, now)
    outbox.sent(warehouse, alert, now)
    return False


def _keep_failure(
    warehouse: Warehouse,
    configuration: Configuration,
    alert: Alert,
    critical: bool,
    error: MovilidadError,
    now: datetime,
) -> bool:
    tried = alert.intentos + 1
    # what a person has to put right is told at once; only a refused address is not tried again
    gone = tried > len(_WAITS) or not isinstance(error, UnavailableError)
    wait = _NEVER if isinstance(error, DataError) else _WAITS[-1] if gone else _WAITS[tried - 1]
    again = earliest(configuration, now + wait, critical=critical)(alert.recipient)
    outbox.failed(warehouse, alert, str(error), again, gone=gone)
    return gone and alert.estado != outbox.DEAD


def _precedes(other: Alert, alert: Alert) -> bool:
    same = (other.canal, other.direccion) == (alert.canal, alert.direccion)
    return same and other.estado == outbox.SENT and other.aviso_id < alert.aviso_id
