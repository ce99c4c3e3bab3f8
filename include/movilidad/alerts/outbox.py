"""The messages of incidents, table ``control.avisos``: each to one person by one channel, kept until delivered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from movilidad.alerts.audience import Recipient

OPENING, REMINDER, ESCALATION, RECOVERY = "apertura", "recordatorio", "relevo", "recuperacion"
WAITING, SENT, DEAD, DROPPED = "pendiente", "enviado", "fallido", "descartado"

_COLUMNS = (
    "aviso_id, incidente_id, fase, numero, persona, canal, direccion, razon, estado, no_antes, intentos, enviado,"
    " problema"
)


@dataclass(frozen=True)
class Alert:
    """One message, as the table holds it."""

    aviso_id: int
    incidente_id: int
    fase: str
    numero: int
    persona: str
    canal: str
    direccion: str
    razon: str
    estado: str
    no_antes: datetime
    intentos: int
    enviado: datetime | None
    problema: str | None

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.persona, self.canal, self.direccion, self.razon)


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be delivered: of which incident, to whom, by what, and why not."""

    aviso_id: int
    incidente_id: int
    titulo: str
    clase: str
    persona: str
    canal: str
    problema: str


def plan(
    connection: Connection,
    incident: int,
    phase: str,
    recipients: Iterable[Recipient],
    not_before: Callable[[Recipient], datetime],
    number: int = 1,
) -> None:
    """Have a message go to each recipient; what is planned or was sent already stays as it is."""
    query = text(
        "INSERT INTO control.avisos (incidente_id, fase, numero, persona, canal, direccion, razon, no_antes)"
        " VALUES (:incident, :phase, :number, :persona, :canal, :direccion, :razon, :moment)"
        " ON CONFLICT (incidente_id, fase, numero, canal, direccion) DO NOTHING"
    )
    for each in recipients:
        given = {"incident": incident, "phase": phase, "number": number, "moment": not_before(each)}
        connection.execute(query, {**vars(each), **given})


def of_incident(connection: Connection, incident: int) -> list[Alert]:
    """The messages of an incident, in the order in which they were planned."""
    query = text(f"SELECT {_COLUMNS} FROM control.avisos WHERE incidente_id = :id ORDER BY aviso_id")
    return [Alert(**row) for row in connection.execute(query, {"id": incident}).mappings()]


def take_due(connection: Connection, now: datetime) -> Alert | None:
    """One message that is due, critical first, and nobody else's until the transaction ends."""
    query = text(
        f"SELECT {', '.join(f'a.{name}' for name in _COLUMNS.split(', '))} FROM control.avisos a"
        " JOIN control.incidentes i USING (incidente_id) WHERE a.estado IN ('pendiente', 'fallido')"
        " AND a.no_antes <= :now"
        " ORDER BY i.critico DESC, a.aviso_id LIMIT 1 FOR UPDATE OF a SKIP LOCKED"
    )
    row = connection.execute(query, {"now": now}).mappings().first()
    return Alert(**row) if row else None


def sent(connection: Connection, alert: Alert, now: datetime) -> None:
    """It was delivered."""
    connection.execute(
        text(
            "UPDATE control.avisos SET estado = 'enviado', enviado = :now, intentos = intentos + 1,"
            " problema = NULL WHERE aviso_id = :id"
        ),
        {"now": now, "id": alert.aviso_id},
    )


def failed(connection: Connection, alert: Alert, problem: str, again: datetime, *, gone: bool) -> None:
    """It was not delivered and is tried again at ``again``; meanwhile it may be a dead letter (``gone``)."""
    connection.execute(
        text(
            "UPDATE control.avisos SET estado = :state, intentos = intentos + 1, problema = :problem,"
            " no_antes = :again WHERE aviso_id = :id"
        ),
        {"state": DEAD if gone else WAITING, "problem": problem, "again": again, "id": alert.aviso_id},
    )


def postpone(connection: Connection, alert: Alert, moment: datetime) -> None:
    """It may not be sent yet."""
    connection.execute(
        text("UPDATE control.avisos SET no_antes = :moment WHERE aviso_id = :id"),
        {"moment": moment, "id": alert.aviso_id},
    )


def drop_waiting(connection: Connection, incident: int) -> None:
    """What was not sent of an incident need not be sent any more."""
    connection.execute(
        text(
            "UPDATE control.avisos SET estado = 'descartado' WHERE incidente_id = :id AND estado = 'pendiente'"
            " AND fase <> 'recuperacion'"
        ),
        {"id": incident},
    )


def take_back_recovery(connection: Connection, incident: int) -> bool:
    """Take back a recovery that nobody was told; whether there was one.

    Who was not told of the opening, since it seemed over, is told now.
    """
    untold = text(
        "DELETE FROM control.avisos WHERE incidente_id = :id AND fase = 'recuperacion' AND estado = :state"
    )
    told = text("SELECT count(*) FROM control.avisos WHERE incidente_id = :id AND fase = 'recuperacion'")
    deleted = connection.execute(untold, {"id": incident, "state": WAITING}).rowcount
    if not deleted or connection.execute(told, {"id": incident}).scalar_one():
        return False
    connection.execute(
        text(
            "UPDATE control.avisos SET estado = 'pendiente' WHERE incidente_id = :id AND fase = 'apertura'"
            " AND estado = 'descartado'"
        ),
        {"id": incident},
    )
    return True


def hurry(connection: Connection, incident: int, now: datetime) -> None:
    """What waits for the end of quiet hours waits no longer."""
    connection.execute(
        text(
            "UPDATE control.avisos SET no_antes = :now WHERE incidente_id = :id AND estado = 'pendiente'"
            " AND intentos = 0 AND no_antes > :now"
        ),
        {"now": now, "id": incident},
    )


def dead(connection: Connection) -> list[DeadLetter]:
    """The messages that could not be delivered, oldest first."""
    query = text(
        "SELECT a.aviso_id, a.incidente_id, i.titulo, i.clase, a.persona, a.canal, a.problema"
        " FROM control.avisos a JOIN control.incidentes i USING (incidente_id) WHERE a.estado = 'fallido'"
        " ORDER BY a.aviso_id"
    )
    return [DeadLetter(**row) for row in connection.execute(query).mappings()]


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Since when the oldest message that is due waits; None if none does."""
    query = text("SELECT min(no_antes) FROM control.avisos WHERE estado = 'pendiente' AND no_antes <= :now")
    found: datetime | None = connection.execute(query, {"now": now}).scalar()
    return found


def revive(connection: Connection, now: datetime, *, discard: bool) -> int:
    """Try dead letters again from the beginning, or give them up; how many there were."""
    query = text(
        "UPDATE control.avisos SET estado = :state, intentos = 0, no_antes = :now WHERE estado = 'fallido'"
    )
    return connection.execute(query, {"state": DROPPED if discard else WAITING, "now": now}).rowcount
