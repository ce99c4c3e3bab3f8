"""What people are told when something goes wrong: incidents, the messages about them, and their delivery.

The face of the room, for whoever has something to tell::

    alerts.report(Notice(kind="destino_caido", subject="ckan", title="Catálogo", what="…"), now, connections)
    alerts.recovered([("destino_caido", "ckan", "")], now, connections)
    alerts.open_incidents()   # what is going on
    alerts.dead_letters()     # whom nobody could reach
    alerts.attend(now, connections)   # the periodic pass: what is due by now
"""

from movilidad.alerts.attention import attend
from movilidad.alerts.incidents import Incident
from movilidad.alerts.kinds import KINDS, Kind
from movilidad.alerts.notice import Link, Notice
from movilidad.alerts.outbox import DeadLetter
from movilidad.alerts.reporting import (
    dead_letters,
    open_incidents,
    recovered,
    recovered_within,
    report,
    require_delivered,
    retry,
)

__all__ = [
    "KINDS",
    "DeadLetter",
    "Incident",
    "Kind",
    "Link",
    "Notice",
    "attend",
    "dead_letters",
    "open_incidents",
    "recovered",
    "recovered_within",
    "report",
    "require_delivered",
    "retry",
]
