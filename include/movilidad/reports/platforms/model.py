"""From an evaluation to its report: one model, from which page and PDF are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from movilidad.monitoring.evaluation import Evaluation
from movilidad.monitoring.opportunities import Followed, Opportunity
from movilidad.reports import numbers
from movilidad.reports.elements import KeyFigure, Report, Section
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.model import numbered, standing
from movilidad.reports.platforms import cells
from movilidad.reports.platforms.records import (
    completeness_section,
    follow_section,
    opportunities_section,
    overall,
    quarantine_section,
)
from movilidad.reports.platforms.service import (
    Part,
    availability_section,
    deadline_section,
    drift_section,
    incidents_section,
    timeliness_section,
)
from movilidad.reports.platforms.wording import PlatformWording, load_platform_wording
from movilidad.reports.text import sentence
from movilidad.reports.wording import Wording, load_wording

_POINTS = 6
_ASKED = {"oportunidades", "disponibilidad", "incidentes"}


@dataclass(frozen=True)
class Told:
    """What a report tells: the evaluation, what to improve, what became of what was proposed before."""

    evaluacion: Evaluation
    oportunidades: tuple[Opportunity, ...]
    seguimiento: tuple[Followed, ...] = ()


def build(told: Told, facts: ReleaseFacts) -> Report:
    """The report of one platform and month."""
    found, words, shared = told.evaluacion, load_platform_wording(), load_wording()
    title = words.titulo.format(plataforma=found.contrato.titulo)
    sections = [section for section in _sections(told, facts, words) if section is not None]
    return Report(
        titulo=title,
        periodo=found.mes.label,
        mes=str(found.mes),
        publicacion_id=facts.publicacion_id,
        revision=facts.revision,
        fecha=numbers.long_date(facts.fecha_publicacion),
        fecha_iso=facts.fecha_publicacion.isoformat(),
        epoca=int(datetime.combine(facts.fecha_publicacion, time(), tzinfo=UTC).timestamp()),
        estado="",
        aviso=shared.aviso if facts.demostracion else "",
        institucion=shared.institucion,
        puntos=_points(sections),
        cifras=tuple(_key_figures(found, facts.frecuencia_minima)),
        secciones=numbered(sections),
        cobertura=words.calidad,
        revisada=False,
        revisiones=(),
        origenes=(),
        texto=standing(words, shared, facts, ""),
        cita=_citation(title, shared, found, facts),
        programa=f"movilidad {facts.version} ({facts.codigo[:12]})",
    )


def _sections(told: Told, facts: ReleaseFacts, words: PlatformWording) -> Iterator[Section | None]:
    def part(name: str) -> Part:
        return Part(told.evaluacion, words.secciones[name], facts.frecuencia_minima)

    yield opportunities_section(part("oportunidades"), told.oportunidades)
    yield follow_section(part("seguimiento"), told.seguimiento)
    yield availability_section(part("disponibilidad"))
    yield incidents_section(part("incidentes"), told.evaluacion.mes.end)
    yield timeliness_section(part("oportunidad"))
    yield completeness_section(part("completitud"))
    yield quarantine_section(part("cuarentena"))
    yield drift_section(part("deriva"))
    yield deadline_section(part("plazo"))


def _points(sections: list[Section]) -> tuple[str, ...]:
    """What the sections found: those that have something to show, and what everybody asks first."""
    told = [each for each in sections if each.cuadros or each.nombre in _ASKED]
    return tuple(sentence(each.titulo) for each in told)[:_POINTS]


def _key_figures(found: Evaluation, minimum: int) -> Iterator[KeyFigure]:
    service, rows = found.servicio, sum(found.filas.values())
    yield KeyFigure("disponibilidad", cells.share(service.responden, service.hechos), "de las mediciones")
    yield KeyFigure("percentil 95 de respuesta", cells.milliseconds(service.p95), "tiempo")
    yield KeyFigure("celdas que se pueden usar", overall(found.campos.values()), "de las celdas")
    apart = sum(found.apartadas.values())
    yield KeyFigure("registros apartados", cells.share(apart, rows, minimum), "de los registros")


def _citation(title: str, shared: Wording, found: Evaluation, facts: ReleaseFacts) -> str:
    warning = f" {shared.aviso}: no citar como información oficial." if facts.demostracion else ""
    return (
        f"{shared.institucion} ({facts.fecha_publicacion.year}). {title}, {found.mes.label}."
        f" Publicación {facts.publicacion_id}, {numbers.long_date(facts.fecha_publicacion)}.{warning}"
    )
