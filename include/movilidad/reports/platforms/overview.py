"""All platforms of a month side by side: the report at the top of an evaluation release."""

from collections.abc import Iterator, Sequence

from movilidad.monitoring.counts import APART, RECEIVED
from movilidad.monitoring.evaluation import Evaluation, answered_and_made
from movilidad.reports import numbers
from movilidad.reports.elements import Apart, Cell, Column, KeyFigure, Report, Row, Section, Table
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.identity import identity
from movilidad.reports.model import numbered, origin, revision_row, standing
from movilidad.reports.platforms import cells
from movilidad.reports.platforms.model import citation, figures_changed
from movilidad.reports.platforms.records import UNITS, before_and_now, share_of, solved, usable, what_was
from movilidad.reports.platforms.service import KINDS, section
from movilidad.reports.platforms.telling import Told
from movilidad.reports.platforms.wording import PlatformWording, load_platform_wording
from movilidad.reports.revisions import release_state, revision_reasons
from movilidad.reports.text import printable, sentence
from movilidad.reports.wording import load_wording

_MOST = 3  # opportunities of each platform; all of them are in its report


def build_overview(told: Sequence[Told], facts: ReleaseFacts) -> Report:
    """The report of a month, for who wants to compare platforms; each has a report of its own beside it."""
    words, shared = load_platform_wording(), load_wording()
    month = told[0].evaluacion.mes
    sections = [each for each in _sections(told, words) if each is not None]
    return Report(
        titulo=words.titulo_conjunto,
        periodo=month.label,
        mes=str(month),
        **identity(facts, shared),
        estado=release_state(facts, ""),
        puntos=tuple(sentence(each.titulo) for each in sections),
        cifras=tuple(_key_figures(told)),
        secciones=numbered(sections),
        cobertura=words.calidad,
        revisiones=tuple(revision_row(change) for change in figures_changed(facts)),
        origenes=tuple(origin(each) for each in facts.entradas),
        texto=standing(words, shared, facts, " ".join(revision_reasons(facts))),
        cita=citation(words.titulo_conjunto, shared, month.label, facts),
        partes=tuple(Apart(_title(each.evaluacion), each.evaluacion.fuente) for each in told),
    )


def _sections(told: Sequence[Told], words: PlatformWording) -> Iterator[Section | None]:
    yield _opportunities(told, words)
    yield _followed(told, words)
    yield _services(told, words)
    yield _records(told, words)
    yield _incidents(told, words)


def _opportunities(told: Sequence[Told], words: PlatformWording) -> Section:
    rows = [
        Row(
            f"{_title(each.evaluacion)}: {printable(chance.que)}",
            (Cell(f"{numbers.number(chance.parte)} {chance.unidad}", chance.parte), share_of(chance)),
        )
        for each in told
        for chance in each.oportunidades[:_MOST]
    ]
    count = sum(len(each.oportunidades) for each in told)
    concerned = sum(bool(each.oportunidades) for each in told)
    title = (
        f"Se {'propone' if count == 1 else 'proponen'} {_counted(count, 'mejora', 'mejoras')} en"
        f" {_counted(concerned, 'plataforma', 'plataformas')}"
    )
    if not rows:
        return section(words.conjunto["oportunidades"], "oportunidades", "")
    table = Table(
        nombre="oportunidades",
        titulo=f"Lo que más cuesta en cada plataforma, {told[0].evaluacion.mes.label}",
        primera="Plataforma y qué pasa",
        columnas=(Column("Cuánto"), Column("Parte")),
        filas=tuple(rows),
        datos="datos/oportunidades.csv",
    )
    return section(words.conjunto["oportunidades"], "oportunidades", title, table)


def _followed(told: Sequence[Told], words: PlatformWording) -> Section:
    followed = [(each.evaluacion, one) for each in told for one in each.seguimiento]
    if not followed:
        return section(words.conjunto["seguimiento"], "seguimiento", "")
    table = Table(
        nombre="seguimiento",
        titulo="Oportunidades de la evaluación anterior y su estado",
        primera="Plataforma y qué pasaba",
        columnas=(Column("Antes"), Column("Ahora"), Column("Resultado")),
        filas=tuple(
            Row(f"{_title(found)}: {what_was(one)}", (*before_and_now(one), cells.words(one.resultado)))
            for found, one in followed
        ),
        notas=(UNITS,),
        datos="datos/seguimiento.csv",
    )
    return section(words.conjunto["seguimiento"], "seguimiento", solved(one for _, one in followed), table)


def _services(told: Sequence[Told], words: PlatformWording) -> Section:
    rows = tuple(
        Row(
            _title(found),
            (
                cells.share(service.hechos, service.previstos),
                cells.share(service.responden, service.hechos),
                cells.milliseconds(service.mediana),
                cells.milliseconds(service.p95),
                cells.count(len(found.incidentes)),
                _late(found),
            ),
        )
        for found in (each.evaluacion for each in told)
        if (service := found.servicio)
    )
    table = Table(
        nombre="servicio",
        titulo=f"Servicio y entrega de cada plataforma, {told[0].evaluacion.mes.label}",
        primera="Plataforma",
        columnas=(
            Column("Medido"),
            Column("Respondió"),
            Column("Mediana"),
            Column("Percentil 95"),
            Column("Incidentes"),
            Column("Días de atraso"),
        ),
        filas=rows,
        datos="datos/servicio_por_plataforma.csv",
    )
    answered, made = answered_and_made(each.evaluacion for each in told)
    title = f"Respondieron en el {numbers.share(answered, made, 1)} de las mediciones" if made else ""
    return section(words.conjunto["disponibilidad"], "disponibilidad", title, table)


def _records(told: Sequence[Told], words: PlatformWording) -> Section:
    delivered = [each.evaluacion for each in told if each.evaluacion.conjuntos]
    if not delivered:
        return section(words.conjunto["registros"], "registros", "")
    table = Table(
        nombre="registros",
        titulo=f"Registros de cada plataforma, {told[0].evaluacion.mes.label}",
        primera="Plataforma",
        columnas=(Column("Recibidos"), Column("Apartados"), Column("Parte apartada"), Column("Completitud")),
        filas=tuple(
            Row(
                _title(found),
                (
                    cells.count(found.records(RECEIVED)),
                    cells.count(found.records(APART)),
                    cells.share(found.records(APART), found.records(RECEIVED)),
                    usable(found),
                ),
            )
            for found in delivered
        ),
        datos="datos/registros_por_conjunto.csv",
    )
    of = _counted(len(told), "plataforma", "plataformas")
    title = f"Entregaron registros {numbers.number(len(delivered))} de {of}"
    return section(words.conjunto["registros"], "registros", title, table)


def _incidents(told: Sequence[Told], words: PlatformWording) -> Section:
    found = [(each.evaluacion, one) for each in told for one in each.evaluacion.incidentes]
    if not found:
        measured = any(each.evaluacion.servicio.hechos for each in told)
        return section(
            words.conjunto["incidentes"], "incidentes", "" if measured else "No se midió ninguna plataforma"
        )
    table = Table(
        nombre="incidentes",
        titulo=f"Incidentes que tocan {told[0].evaluacion.mes.label}",
        primera="Plataforma",
        columnas=(
            Column("Desde", numerica=False),
            Column("Qué pasó", numerica=False),
            Column("Duración", numerica=False),
        ),
        filas=tuple(
            Row(
                _title(where),
                (
                    cells.moment(one.desde, ""),
                    cells.words(KINDS[one.clase]),
                    cells.length(one.length(where.mes.end)),
                ),
            )
            for where, one in found
        ),
        datos="datos/incidentes.csv",
    )
    title = f"Hubo {_counted(len(found), 'incidente', 'incidentes')}"
    return section(words.conjunto["incidentes"], "incidentes", title, table)


def _key_figures(told: Sequence[Told]) -> Iterator[KeyFigure]:
    answered, made = answered_and_made(each.evaluacion for each in told)
    yield KeyFigure("plataformas evaluadas", cells.count(len(told)), "plataformas")
    yield KeyFigure("disponibilidad", cells.share(answered, made), "de las mediciones")
    incidents = sum(len(each.evaluacion.incidentes) for each in told)
    yield KeyFigure("incidentes", cells.count(incidents), "incidentes")
    chances = sum(len(each.oportunidades) for each in told)
    yield KeyFigure("oportunidades de mejora", cells.count(chances), "oportunidades")


def _late(found: Evaluation) -> Cell:
    return cells.NOT_KNOWN if found.dias_de_atraso is None else cells.count(found.dias_de_atraso)


def _title(found: Evaluation) -> str:
    return printable(found.contrato.titulo)


def _counted(count: int, one: str, many: str) -> str:
    return f"{numbers.number(count)} {one if count == 1 else many}"
