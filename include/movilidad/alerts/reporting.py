"""Reporting what goes wrong and what is over: incident and messages in one transaction, then the sending."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection as Warehouse
from sqlalchemy.exc import OperationalError

from movilidad.alerts import incidents, outbox
from movilidad.alerts.audience import Recipient, audience, contract_of, name_of, seconds
from movilidad.alerts.configuration import Configuration, load_configuration, standing_in
from movilidad.alerts.delivery import Connections, deliver_due
from movilidad.alerts.emergency import tell_operators
from movilidad.alerts.impact import concerned, is_urgent
from movilidad.alerts.incidents import Incident
from movilidad.alerts.notice import Key, Notice
from movilidad.alerts.outbox import Alert, DeadLetter
from movilidad.alerts.timing import earliest
from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.sources.connection import Connection
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def report(
    notice: Notice, now: datetime, connections: Connections | None = Connection.from_environment
) -> Incident:
    """Tell the room that something goes wrong: the first time opens an incident, others are counted.

    Args:
        connections: gives address and secret of a connection by its name; None leaves the sending to ``attend``.

    Raises:
        UnavailableError: the warehouse does not answer; the operators were told so, if connections were given.
    """
    configuration = current_configuration()
    try:
        with warehouse(Role.WATCH).begin() as connection:
            incident = _note(connection, configuration, notice, now)
        if connections:
            send(configuration, now, connections)
    except OperationalError:
        problems = _without_warehouse(notice, configuration, now, connections) if connections else []
        raise UnavailableError(
            "la bodega no responde y el aviso no se pudo guardar" + (f"; {problems[0]}" if problems else ""),
            remedy="ponga en marcha la base de datos",
        ) from None
    return incident


def recovered(
    keys: Sequence[Key],
    now: datetime,
    connections: Connections | None = Connection.from_environment,
    how: str = "",
) -> list[Incident]:
    """Tell the room that something is over: what is open of these keys is closed, and who was told is told so.

    Args:
        how: what happened, where it is known better than the kind knows.
    """
    with warehouse(Role.WATCH).connect() as connection:
        if not incidents.open_of(connection, keys):
            return []
    configuration = current_configuration()
    with warehouse(Role.WATCH).begin() as connection:
        incidents.changing(connection)
        found = incidents.open_of(connection, keys)
        closed = [_close(connection, configuration, each, how or each.about.resuelto, now) for each in found]
    if closed and connections:
        send(configuration, now, connections)
    return closed


def open_incidents() -> list[Incident]:
    """What is going on, critical first."""
    with warehouse(Role.WATCH).connect() as connection:
        return incidents.opened(connection)


def recovered_within(key: Key, now: datetime, connections: Connections | None) -> list[Incident]:
    """Like ``recovered``, of a subject and of its parts (``dag`` and ``dag/task``)."""
    with warehouse(Role.WATCH).connect() as connection:
        found = incidents.within(connection, key)
    return recovered([each.key for each in found], now, connections)


def dead_letters() -> list[DeadLetter]:
    """The messages that nobody got, oldest first."""
    with warehouse(Role.WATCH).connect() as connection:
        return outbox.dead(connection)


def require_delivered() -> str:
    """A sentence, or a DataError about the messages that nobody got."""
    letters = dead_letters()
    if letters:
        ways = sorted({letter.canal for letter in letters})
        raise DataError(
            f"hay {len(letters):,} avisos que no llegaron, por: {', '.join(ways)}. {letters[0].problema}",
            remedy="corrija la vía, compruebe con «movilidad alerts test» y repita con «movilidad alerts retry»",
        )
    return "Todos los avisos llegaron."


def retry(now: datetime, connections: Connections, *, discard: bool = False) -> int:
    """Send dead letters again, or give them up; how many there were."""
    with warehouse(Role.WATCH).begin() as connection:
        count = outbox.revive(connection, now, discard=discard)
    send(current_configuration(), now, connections)
    settle_dead_letters(now, connections)
    return count


def send(configuration: Configuration, now: datetime, connections: Connections) -> None:
    """Send what is due; what nobody got is an incident of its own, told by the ways that are left."""
    dead = deliver_due(warehouse(Role.WATCH), configuration, now, connections)
    if not dead:
        return
    with warehouse(Role.WATCH).begin() as connection:
        known = {alert.incidente_id: incidents.find(connection, alert.incidente_id) for alert in dead}
        # of a message about a lost message no further one is made
        lost = [alert for alert in dead if known[alert.incidente_id].clase != "aviso_fallido"]
        for alert in lost:
            _note(connection, configuration, _of_dead_letter(configuration, alert, known[alert.incidente_id]), now)
            if alert.fase == outbox.OPENING:
                escalate(connection, configuration, known[alert.incidente_id], alert, now)
    if lost:
        deliver_due(warehouse(Role.WATCH), configuration, now, connections)


def escalate(
    connection: Warehouse, configuration: Configuration, incident: Incident, alert: Alert, now: datetime
) -> None:
    """Have the second person of whoever got ``alert`` be told, unless that happened."""
    found = seconds(alert.persona, configuration, name_of(alert.persona, configuration))
    told = {(each.canal, each.direccion.lower()) for each in outbox.of_incident(connection, incident.incidente_id)}
    new = [each for each in found if (each.canal, each.direccion.lower()) not in told]
    moment = earliest(configuration, now, critical=incident.critico)
    outbox.plan(connection, incident.incidente_id, outbox.ESCALATION, new, moment)


def settle_dead_letters(now: datetime, connections: Connections) -> None:
    """Incidents about lost messages are over when none is left by that way."""
    ways = {letter.canal for letter in dead_letters()}
    over = [each.key for each in open_incidents() if each.clase == "aviso_fallido" and each.asunto not in ways]
    recovered(over, now, connections)


def current_configuration() -> Configuration:
    """The configuration; while its file is wrong, what stands in for it: alerts go out in any case."""
    try:
        return load_configuration()
    except UsageError:
        return standing_in()


def _note(connection: Warehouse, configuration: Configuration, notice: Notice, now: datetime) -> Incident:
    incidents.changing(connection)
    contract = contract_of(notice.source)
    series = notice.series or (contract.informes if contract else ())
    waiting = series if notice.about.espera else ()
    publications = concerned(connection, waiting, [notice.period] if notice.period else [])
    critical = (
        notice.about.critico or notice.critical or is_urgent(publications, now, configuration.plazos.urgency)
    )
    last = incidents.last_of(connection, notice.key)
    if last and (last.cerrado is None or outbox.take_back_recovery(connection, last.incidente_id)):
        incident = incidents.repeat(connection, last, notice, critical, now)
        if incident.critico:
            outbox.hurry(connection, incident.incidente_id, now)
        return incident
    incident = incidents.add(connection, notice, series, critical, now)
    moment = earliest(configuration, now, critical=critical)
    outbox.plan(connection, incident.incidente_id, outbox.OPENING, audience(notice, configuration), moment)
    return incident


def _close(
    connection: Warehouse, configuration: Configuration, incident: Incident, how: str, now: datetime
) -> Incident:
    closed = incidents.close(connection, incident, how, now)
    outbox.drop_waiting(connection, incident.incidente_id)
    told = [each for each in outbox.of_incident(connection, incident.incidente_id) if each.estado == outbox.SENT]
    calm = incidents.calm_of(connection, closed)
    moment: Callable[[Recipient], datetime] = earliest(configuration, now + calm, critical=incident.critico)
    ways = {(each.canal, each.direccion): each.recipient for each in told}
    outbox.plan(connection, incident.incidente_id, outbox.RECOVERY, ways.values(), moment)
    return closed


def _of_dead_letter(configuration: Configuration, alert: Alert, incident: Incident) -> Notice:
    person = name_of(alert.persona, configuration)
    return Notice(
        kind="aviso_fallido",
        subject=alert.canal,
        title="correo electrónico" if alert.canal == "correo" else f"canal «{alert.canal}»",
        what=f"No se pudo avisar a {person} de «{incident.about.titulo}: {incident.titulo}»;"
        " consulte «movilidad alerts list»",
        critical=incident.critico,
    )


def _without_warehouse(
    notice: Notice, configuration: Configuration, now: datetime, connections: Connections
) -> list[str]:
    operators = [
        Recipient(name, way, address, "opera el sistema")
        for name, person in configuration.operators()
        for way, address in [("correo", person.correo), *((each, each) for each in person.canales)]
        if address
    ]
    return tell_operators(notice, operators, configuration, now, connections)
