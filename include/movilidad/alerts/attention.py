"""The periodic pass: what is due by now, which no event will bring about."""

from datetime import datetime, timedelta

from sqlalchemy import Connection as Warehouse

from movilidad.alerts import incidents, outbox
from movilidad.alerts.configuration import Configuration, load_configuration
from movilidad.alerts.delivery import Connections
from movilidad.alerts.incidents import Incident
from movilidad.alerts.outbox import Alert
from movilidad.alerts.reporting import current_configuration, escalate, recovered, send, settle_dead_letters
from movilidad.alerts.timing import earliest
from movilidad.sources.connection import Connection
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def attend(now: datetime, connections: Connections = Connection.from_environment) -> str:
    """Send held messages, reminders and retries, tell second persons, close what is over by itself.

    Twice is the same as once, and two processes at once do no more than one.

    Returns:
        A sentence about what is open and what could not be delivered.

    Raises:
        UsageError: the configuration is wrong; what is due went out nevertheless, to the operators.
    """
    configuration = current_configuration()
    recovered(_expired(now), now, None)
    with warehouse(Role.WATCH).begin() as connection:
        incidents.changing(connection)
        for incident in incidents.opened(connection):
            _follow_up(connection, configuration, incident, now)
    send(configuration, now, connections)
    settle_dead_letters(now, connections)
    load_configuration()
    return _summary()


def _expired(now: datetime) -> list[tuple[str, str, str]]:
    """Incidents that end by not being reported again."""
    with warehouse(Role.WATCH).connect() as connection:
        found = incidents.opened(connection)
    return [each.key for each in found if each.about.caduca and each.ultimo + each.about.caduca <= now]


def _follow_up(connection: Warehouse, configuration: Configuration, incident: Incident, now: datetime) -> None:
    """Remind who was told long ago, and tell the second persons of those."""
    alerts = outbox.of_incident(connection, incident.incidente_id)
    openings = [each for each in alerts if each.fase == outbox.OPENING and each.enviado]
    for each in openings:
        if _since(each, configuration.plazos.escalation, now):
            escalate(connection, configuration, incident, each, now)
    reminded = [each for each in openings if _since(each, configuration.plazos.reminder, now)]
    moment = earliest(configuration, now, critical=incident.critico)
    ways = [each.recipient for each in reminded]
    outbox.plan(connection, incident.incidente_id, outbox.REMINDER, ways, moment)


def _since(alert: Alert, term: timedelta, now: datetime) -> bool:
    return alert.enviado is not None and alert.enviado + term <= now


def _summary() -> str:
    with warehouse(Role.WATCH).connect() as connection:
        open_, dead = len(incidents.opened(connection)), len(outbox.dead(connection))
    return f"Incidentes abiertos: {open_:,}. Avisos sin entregar: {dead:,}."
