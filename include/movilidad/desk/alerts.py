"""Incidents, what was told of them to whom, and the messages that nobody got."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from movilidad.alerts import DeadLetter, Incident, incidents, outbox
from movilidad.alerts.audience import name_of
from movilidad.alerts.desk_pages import incident_page
from movilidad.alerts.message import period_label
from movilidad.alerts.notice import Link
from movilidad.alerts.outbox import Alert
from movilidad.alerts.reporting import current_configuration
from movilidad.alerts.words import span, times
from movilidad.desk.airflow import Airflow
from movilidad.desk.matters import Matter, of_incident
from movilidad.desk.viewer import Viewer

_RECENT, _MOST = timedelta(days=30), 100
_STATES = {
    "pendiente": "por enviar",
    "enviado": "enviado",
    "fallido": "no llegó",
    "descartado": "ya no hacía falta",
}
_PHASES = {"apertura": "Aviso", "recordatorio": "Recordatorio", "relevo": "Relevo", "recuperacion": "Resuelto"}


@dataclass(frozen=True)
class Going:
    """An open incident, with its page among the incidents."""

    numero: int
    asunto: Matter
    propia: str


@dataclass(frozen=True)
class Closed:
    """An incident that is over."""

    titulo: str
    cerrado: datetime
    duro: str
    resuelto: str
    pagina: str


@dataclass(frozen=True)
class Lost:
    """A message that nobody got; its person is named only to who acts."""

    titulo: str
    persona: str
    canal: str
    problema: str
    pagina: str


@dataclass(frozen=True)
class AlertsPage:
    """What is open, what nobody got, what was closed in the last thirty days (the newest hundred)."""

    abiertos: tuple[Going, ...]
    perdidos: tuple[Lost, ...]
    cerrados: tuple[Closed, ...]
    acciones: tuple[Link, ...]


@dataclass(frozen=True)
class Message:
    """One message of an incident."""

    fase: str
    persona: str
    canal: str
    estado: str
    fallido: bool
    momento: datetime
    problema: str


@dataclass(frozen=True)
class IncidentPage:
    """One incident and its messages; ``veces`` says how often it was repeated, empty if never."""

    numero: int
    asunto: Matter
    significa: str
    periodos: str
    veces: str
    cerrado: datetime | None
    resuelto: str
    mensajes: tuple[Message, ...]


def alerts_told(connection: Connection, airflow: Airflow, viewer: Viewer, now: datetime) -> AlertsPage:
    """The page of all incidents."""
    return AlertsPage(
        abiertos=tuple(
            Going(each.incidente_id, of_incident(each), incident_page(each.incidente_id))
            for each in incidents.opened(connection)
        ),
        perdidos=tuple(_lost(each, viewer) for each in outbox.dead(connection)),
        cerrados=tuple(_closed(each) for each in incidents.closed_since(connection, now - _RECENT, _MOST)),
        acciones=(airflow.alerting(),),
    )


def incident_told(connection: Connection, number: int, viewer: Viewer) -> IncidentPage:
    """The page of one incident; a UsageError if there is none of this number."""
    found = incidents.find(connection, number)
    return IncidentPage(
        numero=number,
        asunto=of_incident(found),
        significa=found.about.significa,
        periodos=", ".join(period_label(each) for each in found.periodos),
        veces=times(found.veces - 1) if found.veces > 1 else "",
        cerrado=found.cerrado,
        resuelto=found.resuelto or "",
        mensajes=tuple(_message(each, viewer) for each in outbox.of_incident(connection, number)),
    )


def _closed(each: Incident) -> Closed:
    ended = each.cerrado or each.ultimo
    return Closed(
        titulo=f"{each.about.titulo}: {of_incident(each).titulo}",
        cerrado=ended,
        duro=span(ended - each.desde),
        resuelto=each.resuelto or "",
        pagina=incident_page(each.incidente_id),
    )


def _lost(each: DeadLetter, viewer: Viewer) -> Lost:
    return Lost(
        each.titulo, _person(each.persona, viewer), each.canal, each.problema, incident_page(each.incidente_id)
    )


def _message(each: Alert, viewer: Viewer) -> Message:
    return Message(
        fase=_PHASES[each.fase],
        persona=_person(each.persona, viewer),
        canal=each.canal,
        estado=_STATES[each.estado],
        fallido=each.estado == outbox.DEAD,
        momento=each.enviado or each.no_antes,
        problema=each.problema or "",
    )


def _person(persona: str, viewer: Viewer) -> str:
    return name_of(persona, current_configuration()) if viewer.actua else "–"
