"""All that the desk tells of one release."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts import incidents
from movilidad.alerts.desk_pages import release_page, source_page
from movilidad.alerts.notice import Link
from movilidad.desk.airflow import Airflow
from movilidad.desk.audit import AuditTold, audit_told
from movilidad.desk.counts import count
from movilidad.desk.differences import Differences, differences
from movilidad.desk.documents import Document, documents, may_see
from movilidad.desk.findings import Found, told
from movilidad.desk.matters import ways_to_decide
from movilidad.desk.names import series_title
from movilidad.desk.standing import Standing, decision_about, standing_of
from movilidad.desk.viewer import Viewer
from movilidad.model.periods import Period
from movilidad.publishing.candidate import Candidate, FrozenInput
from movilidad.publishing.decisions import Decision, decisions_about
from movilidad.publishing.examined import examined_for
from movilidad.publishing.register import Release, find, releases
from movilidad.publishing.release_state import files_of, made_of
from movilidad.publishing.schedule import announced_for
from movilidad.publishing.targets.state import Delivery, deliveries_of
from movilidad.publishing.tombstone import Withdrawal, withdrawals
from movilidad.quality.findings import OpenFinding
from movilidad.quality.findings.warnings import findings_about
from movilidad.reports.numbers import HIDDEN, NOT_KNOWN, number, share

_SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class InputRow:
    """A source behind the figures: records, those set apart, how complete, how late, exceptions in force."""

    titulo: str
    pagina: str
    filas: str
    apartadas: str
    completitud: str
    tarde: str
    excepciones: str
    carga: str


@dataclass(frozen=True)
class Other:
    """Another revision of the same period."""

    titulo: str
    estado: Standing
    pagina: str


@dataclass(frozen=True)
class ReleasePage:
    """What the page shows.

    Attributes:
        visible: whether the viewer may see its figures and files; there are none of them on the page if not.
        acciones: where somebody acts about it, the first the most likely.
        motivo: why there is this revision, and the office that approved it.
    """

    publicacion_id: str
    titulo: str
    estado: Standing
    anunciada: datetime | None
    publicada: datetime | None
    demostracion: bool
    motivo: str
    retiro: Withdrawal | None
    acciones: tuple[Link, ...]
    avisos: tuple[Found, ...]
    anotados: tuple[Found, ...]
    entradas: tuple[InputRow, ...]
    auditoria: AuditTold
    visible: bool
    diferencias: Differences | None
    informes: tuple[Document, ...]
    tablas: tuple[Document, ...]
    decisiones: tuple[Decision, ...]
    entregas: tuple[Delivery, ...]
    otras: tuple[Other, ...]
    programa: str


def release_told(
    connection: Connection, publicacion_id: str, airflow: Airflow, viewer: Viewer, now: datetime
) -> ReleasePage:
    """Everything about a release; a UsageError if there is none of this id."""
    release = find(connection, publicacion_id)
    candidate = made_of(release)
    visible = may_see(release, viewer)
    reports, tables = documents(release) if visible else ([], [])
    found = _open_findings(connection, release, candidate)
    return ReleasePage(
        publicacion_id=publicacion_id,
        titulo=series_title(release.serie, release.periodo, release.revision),
        estado=standing_of(connection, release, now),
        anunciada=announced_for(connection, publicacion_id),
        publicada=release.publicada,
        demostracion=release.demostracion,
        motivo=_reason(candidate),
        retiro=next(iter(withdrawals(connection, [publicacion_id])), None),
        acciones=_actions(connection, release, airflow),
        avisos=tuple(told((each for each in found if each.hallazgo.gravedad != "info"), viewer)),
        anotados=tuple(told((each for each in found if each.hallazgo.gravedad == "info"), viewer)),
        entradas=tuple(_inputs(candidate, viewer)) if candidate else (),
        auditoria=audit_told(connection, release, candidate),
        visible=visible,
        diferencias=differences(candidate, files_of(release)) if visible and candidate else None,
        informes=tuple(reports),
        tablas=tuple(tables),
        decisiones=tuple(decisions_about(connection, publicacion_id)),
        entregas=tuple(deliveries_of(connection, publicacion_id)),
        otras=tuple(_others(connection, release, now)),
        programa=f"{candidate.programa.version} ({candidate.programa.sha256[:12]})" if candidate else "",
    )


def _open_findings(connection: Connection, release: Release, candidate: Candidate | None) -> list[OpenFinding]:
    """What is open of the months counted, and asks about a release that readers do not have yet."""
    if release.was_seen or candidate is None:
        return []
    return findings_about(connection, candidate.periodo, _SEVERITIES, examined_for(candidate))


def _actions(connection: Connection, release: Release, airflow: Airflow) -> tuple[Link, ...]:
    runs = airflow.report_runs(release.serie, release.periodo)
    decision = None if release.was_seen else decision_about(connection, release)
    if decision is None or decision.publishes:
        return (runs,)
    asked = incidents.open_of(connection, [("visto_bueno_pendiente", release.publicacion_id, release.periodo)])
    ways = ways_to_decide(release, next(iter(asked), None), airflow, pending=not decision.objects)
    return ways if runs in ways else (*ways, runs)


def _reason(candidate: Candidate | None) -> str:
    why = candidate.explicacion if candidate else None
    if why is None or not why.motivo:
        return ""
    approved = f" Aprobó: {why.aprobada_por}." if why.aprobada_por else ""
    kind = "Corrección" if why.is_correction else "Revisión"
    return f"{kind}: {why.motivo.rstrip('.')}.{approved}"


def _inputs(candidate: Candidate, viewer: Viewer) -> list[InputRow]:
    return [
        InputRow(
            titulo=candidate.titled(each),
            pagina=source_page(each.fuente),
            filas=_counted(each, "filas", viewer),
            apartadas=_counted(each, "en_cuarentena", viewer),
            completitud=_completeness(each),
            tarde=_known(each.dias_tarde),
            excepciones=_known(each.excepciones),
            carga=each.carga_id,
        )
        for each in candidate.entradas
    ]


def _counted(source: FrozenInput, name: str, viewer: Viewer) -> str:
    value: int | None = getattr(source, name)
    return _absent(source, name) if value is None else count(value, viewer)


def _completeness(source: FrozenInput) -> str:
    part = source.completitud
    return _absent(source, "completitud") if part is None else share(round(part * 10_000), 10_000, 1)


def _absent(source: FrozenInput, name: str) -> str:
    return HIDDEN if name in source.ocultos else NOT_KNOWN


def _known(value: int | None) -> str:
    return NOT_KNOWN if value is None else number(value)


def _others(connection: Connection, release: Release, now: datetime) -> list[Other]:
    return [
        Other(f"r{each.revision}", standing_of(connection, each, now), release_page(each.publicacion_id))
        for each in releases(connection, release.serie, Period.parse(release.periodo))
        if each.publicacion_id != release.publicacion_id
    ]
