"""What a message says: an incident as it stands now, for the person who reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from movilidad.alerts.impact import Publication, concerned
from movilidad.alerts.incidents import Incident
from movilidad.alerts.notice import Link, one_line
from movilidad.alerts.outbox import ESCALATION, OPENING, RECOVERY, REMINDER, Alert
from movilidad.alerts.words import listed, moment, sentence, span, times
from movilidad.model.errors import UsageError
from movilidad.model.periods import Period

_PUBLICATIONS, _PERIODS = 3, 4  # named in a message
_JUST_NOW = timedelta(minutes=2)
_HEADINGS = {
    OPENING: "",
    REMINDER: "Sigue abierto. ",
    ESCALATION: "Ahora le toca a usted. ",
    RECOVERY: "Resuelto. ",
}
_RESOLVED, _CRITICAL, _ORDINARY = "resuelto", "critico", "normal"


@dataclass(frozen=True)
class Section:
    """A question that every message answers."""

    titulo: str
    lineas: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """One message, before it is written as mail or as text.

    Attributes:
        asunto: the same in the whole conversation, so that mail programs keep it together.
        etiqueta: the state in a word or two; ``tono`` its colour.
        resumen: one line for the list of messages.
        razon: why the reader gets it.
    """

    asunto: str
    etiqueta: str
    tono: str
    encabezado: str
    resumen: str
    secciones: tuple[Section, ...]
    enlaces: tuple[Link, ...]
    razon: str
    referencia: str


def message(connection: Connection, incident: Incident, alert: Alert, now: datetime) -> Message:
    """What this alert says at ``now``."""
    over = incident.cerrado is not None
    heading = f"{_HEADINGS[alert.fase]}{_headline(incident)}"
    return Message(
        asunto=_headline(incident),
        etiqueta="Resuelto" if over else "Crítico" if incident.critico else incident_state(alert.fase),
        tono=_RESOLVED if over else _CRITICAL if incident.critico else _ORDINARY,
        encabezado=heading,
        resumen=sentence((incident.resuelto or "") if over else incident.que),
        secciones=tuple(_over(incident, alert, now) if over else _open(connection, incident, now)),
        enlaces=tuple(incident.links),
        razon=alert.razon,
        referencia=f"Incidente {incident.incidente_id}",
    )


def incident_state(phase: str) -> str:
    """The state of an open incident in a word."""
    return {REMINDER: "Recordatorio", ESCALATION: "Relevo"}.get(phase, "Aviso")


def period_label(text: str) -> str:
    """``octubre de 2026``; what is no period stays."""
    try:
        return Period.parse(text).label
    except UsageError:
        return text


def _headline(incident: Incident) -> str:
    period = f", {period_label(incident.periodo)}" if incident.periodo else ""
    return one_line(f"{incident.about.titulo}: {incident.titulo}{period}")


def _open(connection: Connection, incident: Incident, now: datetime) -> Iterator[Section]:
    yield Section("Qué pasó", (sentence(incident.que),))
    yield Section("Desde cuándo", tuple(_since(incident, now)))
    series = incident.series if incident.about.espera else []
    publications = concerned(connection, series, incident.periodos)
    yield Section("Qué significa", (incident.about.significa, *_expected(publications, now)))
    yield Section("Qué hacer primero", (sentence(incident.hacer),))


def _over(incident: Incident, alert: Alert, now: datetime) -> Iterator[Section]:
    ended = incident.cerrado or now
    late = "" if alert.fase == RECOVERY else " Este aviso no se le pudo entregar antes."
    yield Section("Qué pasó", (sentence(incident.resuelto or ""),))
    begun, closed = moment(incident.desde, now), moment(ended, now)
    yield Section(
        "Cuánto duró", (f"{span(ended - incident.desde).capitalize()}: desde {begun} hasta {closed}.{late}",)
    )
    yield Section("Qué había pasado", (sentence(incident.que), *_gathered(incident)))


def _since(incident: Incident, now: datetime) -> Iterator[str]:
    ago = now - incident.desde
    yield sentence(moment(incident.desde, now) + (f", hace {span(ago)}" if ago >= _JUST_NOW else ""))
    if incident.veces > 1:
        yield f"Se ha repetido {times(incident.veces - 1)}; la última, {moment(incident.ultimo, now)}."
    yield from _gathered(incident)


def _gathered(incident: Incident) -> Iterator[str]:
    if len(incident.periodos) > 1 or (incident.periodos and not incident.periodo):
        names = [period_label(each) for each in sorted(incident.periodos)]
        yield f"Periodos afectados: {listed(names, _PERIODS)}."


def _expected(publications: list[Publication], now: datetime) -> Iterator[str]:
    waiting = [each for each in publications if each.is_awaited(now)]
    # the next one first; of those that are late, the newest
    awaited = [each for each in waiting if each.entry.momento > now]
    awaited += [each for each in reversed(waiting) if each.entry.momento <= now]
    for each in awaited[:_PUBLICATIONS]:
        due = moment(each.entry.momento, now)
        left = each.entry.momento - now
        when = f"debe salir {due}; faltan {span(left)}" if left.total_seconds() > 0 else f"debió salir {due}"
        yield f"{each.entry.label}: {when}."
    if len(awaited) > _PUBLICATIONS:
        yield f"Y otras publicaciones: {len(awaited) - _PUBLICATIONS}."
    for each in [each for each in publications if each.public][:_PUBLICATIONS]:
        yield f"{each.entry.label}: ya es pública; si cambian sus cifras, saldrá una revisión."
