"""From the protected evaluation of a platform to its report: one model, from which page and PDF are made."""

from collections.abc import Iterator

from movilidad.monitoring.counts import APART, RECEIVED
from movilidad.monitoring.evaluation import Evaluation
from movilidad.reports import numbers
from movilidad.reports.elements import KeyFigure, Report, Section
from movilidad.reports.facts import Change, ReleaseFacts
from movilidad.reports.identity import identity
from movilidad.reports.model import numbered, origin, revision_row, standing
from movilidad.reports.platforms import cells
from movilidad.reports.platforms.records import (
    completeness_section,
    follow_section,
    opportunities_section,
    quarantine_section,
    usable,
)
from movilidad.reports.platforms.service import (
    Part,
    availability_section,
    deadline_section,
    drift_section,
    incidents_section,
    timeliness_section,
)
from movilidad.reports.platforms.telling import Told
from movilidad.reports.platforms.wording import PlatformWording, load_platform_wording
from movilidad.reports.revisions import release_state, revision_reasons
from movilidad.reports.text import printable, sentence
from movilidad.reports.wording import Wording, load_wording

_POINTS = 6
_ASKED = {"oportunidades", "disponibilidad", "incidentes"}
# changed entries of lists are in cambios.csv alone: a whole entry is no figure
_LISTED = "anotado"


def build(told: Told, facts: ReleaseFacts) -> Report:
    """The report of one platform and month, which stands in a folder of its own."""
    found, words, shared = told.evaluacion, load_platform_wording(), load_wording()
    title = words.titulo.format(plataforma=printable(found.contrato.titulo))
    sections = [section for section in _sections(told, words) if section is not None]
    own = f'"plataforma": "{found.fuente}"'
    return Report(
        titulo=title,
        periodo=found.mes.label,
        mes=str(found.mes),
        **identity(facts, shared),
        estado=release_state(facts, ""),
        puntos=_points(sections),
        cifras=tuple(_key_figures(found)),
        secciones=numbered(sections),
        cobertura=words.calidad,
        revisiones=tuple(revision_row(change) for change in figures_changed(facts) if own in change.celda),
        origenes=tuple(origin(each) for each in facts.entradas if each.fuente == found.fuente),
        texto=standing(words, shared, facts, " ".join(revision_reasons(facts))),
        cita=citation(title, shared, found.mes.label, facts),
        carpeta=found.fuente,
    )


def figures_changed(facts: ReleaseFacts) -> tuple[Change, ...]:
    """The figures that a revision changes."""
    return tuple(each for each in facts.cambios if each.indicador != _LISTED)


def citation(title: str, shared: Wording, period: str, facts: ReleaseFacts) -> str:
    """How a report is cited."""
    warning = f" {shared.aviso}: no citar como información oficial." if facts.demostracion else ""
    return (
        f"{shared.institucion} ({facts.fecha_publicacion.year}). {title}, {period}."
        f" Publicación {facts.publicacion_id}, {numbers.long_date(facts.fecha_publicacion)}.{warning}"
    )


def _sections(told: Told, words: PlatformWording) -> Iterator[Section | None]:
    def part(name: str) -> Part:
        return Part(told.evaluacion, words.secciones[name])

    yield opportunities_section(part("oportunidades"), told)
    yield follow_section(part("seguimiento"), told.seguimiento)
    yield availability_section(part("disponibilidad"))
    yield incidents_section(part("incidentes"), told.evaluacion.mes.end)
    yield timeliness_section(part("oportunidad"))
    yield completeness_section(part("completitud"), told)
    yield quarantine_section(part("cuarentena"))
    yield drift_section(part("deriva"))
    yield deadline_section(part("plazo"))


def _points(sections: list[Section]) -> tuple[str, ...]:
    """What the sections found: those that have something to show, and what everybody asks first."""
    told = [each for each in sections if each.cuadros or each.nombre in _ASKED]
    return tuple(sentence(each.titulo) for each in told)[:_POINTS]


def _key_figures(found: Evaluation) -> Iterator[KeyFigure]:
    service = found.servicio
    yield KeyFigure("disponibilidad", cells.share(service.responden, service.hechos), "de las mediciones")
    yield KeyFigure("percentil 95 de respuesta", cells.milliseconds(service.p95), "tiempo")
    yield KeyFigure("celdas que se pueden usar", usable(found), "de las celdas")
    apart = cells.share(found.records(APART), found.records(RECEIVED)) if found.conjuntos else cells.NOT_KNOWN
    yield KeyFigure("registros apartados", apart, "de los registros")
