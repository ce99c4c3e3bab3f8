"""What waits for a person, each with where to see it and where to act."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts import DeadLetter, Incident, incidents, outbox
from movilidad.alerts.desk_pages import INCIDENTS, is_of_desk, page_about, release_page
from movilidad.alerts.message import period_label
from movilidad.alerts.notice import Link
from movilidad.alerts.words import sentence
from movilidad.desk.airflow import Airflow
from movilidad.desk.names import series_title
from movilidad.desk.standing import Tone, standing_of
from movilidad.publishing.register import DRAFT, Release, releases

_SIGN_OFF = "visto_bueno_pendiente"


@dataclass(frozen=True)
class Matter:
    """One thing that waits for a person.

    Attributes:
        etiqueta: its kind in a few words; ``pagina`` is the desk's page of it, if there is one.
        desde: since when, where that is known.
        enlaces: where something can be done about it.
    """

    tono: Tone
    etiqueta: str
    titulo: str
    que: str
    hacer: str
    desde: datetime | None
    pagina: str
    enlaces: tuple[Link, ...]


def matters(connection: Connection, airflow: Airflow, now: datetime) -> list[Matter]:
    """All of it: alerts that nobody got, what is critical, drafts, the other incidents."""
    found = incidents.opened(connection)
    drafts = list(_drafts(connection, found, airflow, now))
    told = {each.pagina for each in drafts}
    rest = [each for each in (of_incident(incident) for incident in found) if each.pagina not in told]
    lost = [_lost(letters, airflow)] if (letters := outbox.dead(connection)) else []
    return [*lost, *(m for m in rest if m.tono == "mal"), *drafts, *(m for m in rest if m.tono != "mal")]


def of_incident(incident: Incident) -> Matter:
    """An incident as something that waits."""
    series = incident.series[0] if len(incident.series) == 1 else ""
    period = incident.periodo or next(reversed(incident.periodos), "")
    _, page = page_about(incident.clase, incident.asunto, source=incident.fuente, series=series, period=period)
    named = f", {period_label(incident.periodo)}" if incident.periodo else ""
    return Matter(
        tono="mal" if incident.critico or incident.clase == "aviso_fallido" else "persona",
        etiqueta=incident.about.titulo,
        titulo=f"{incident.titulo}{named}",
        que=sentence(incident.que),
        hacer=sentence(incident.hacer),
        desde=incident.desde,
        pagina=page,
        enlaces=tuple(link for link in incident.links if not is_of_desk(link)),
    )


def _drafts(
    connection: Connection, found: Iterable[Incident], airflow: Airflow, now: datetime
) -> Iterator[Matter]:
    """Drafts that somebody has to decide about, or did hold or reject."""
    asked = {each.asunto: each for each in found if each.clase == _SIGN_OFF}
    for release in releases(connection):
        if release.estado != DRAFT or not (state := standing_of(connection, release, now)).waits:
            continue
        incident = asked.get(release.publicacion_id)
        pending = state.texto == "Espera visto bueno"
        yield Matter(
            tono=state.tono,
            etiqueta=state.texto,
            titulo=series_title(release.serie, release.periodo, release.revision),
            que=sentence(incident.que) if incident else state.detalle,
            hacer="" if pending else "Para decidir otra vez, limpie la tarea «Decidir» con las que le siguen.",
            desde=incident.desde if incident else None,
            pagina=release_page(release.publicacion_id),
            enlaces=ways_to_decide(release, incident, airflow, pending=pending),
        )


def ways_to_decide(
    release: Release, incident: Incident | None, airflow: Airflow, *, pending: bool
) -> tuple[Link, ...]:
    """Where somebody decides about a draft: the very task where it is known, or the runs of its period."""
    if not pending:
        return (airflow.report_runs(release.serie, release.periodo),)
    own = tuple(link for link in incident.links if not is_of_desk(link)) if incident else ()
    return own or (airflow.decisions(release.serie),)


def _lost(letters: list[DeadLetter], airflow: Airflow) -> Matter:
    ways = ", ".join(sorted({letter.canal for letter in letters}))
    many = len(letters) > 1
    return Matter(
        tono="mal",
        etiqueta="Avisos sin entregar",
        titulo=f"{len(letters):,} avisos no llegaron" if many else "Un aviso no llegó",
        que=f"Alguien no se ha enterado de lo que se le avisaba. Por: {ways}.",
        hacer="Avise por otra vía; corrija la dirección o el canal y repita con «movilidad alerts retry».",
        desde=None,
        pagina=INCIDENTS,
        enlaces=(airflow.alerting(),),
    )
