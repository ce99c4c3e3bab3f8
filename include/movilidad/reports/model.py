"""From protected tables to the report: one model, from which page and PDF are made."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.reports import findings, language, numbers
from movilidad.reports.actors import actors_section, key_figures
from movilidad.reports.applicants import applicants_section
from movilidad.reports.breakdown import Breakdown, read_breakdown
from movilidad.reports.comparisons import comparison_point, comparison_section
from movilidad.reports.elements import (
    KeyFigure,
    Origin,
    Report,
    Revision,
    Section,
    Standing,
    Term,
)
from movilidad.reports.facts import Change, Input, ReleaseFacts
from movilidad.reports.identity import identity
from movilidad.reports.labels import dimension_title, indicator_title, label_of, source_title
from movilidad.reports.mirror import mirror_section
from movilidad.reports.notes import reader_notes
from movilidad.reports.quality import quality
from movilidad.reports.revisions import release_state, revision_reasons, revision_section
from movilidad.reports.sections import breakdown_section, places_section
from movilidad.reports.text import listed, printable, sentence, typographic
from movilidad.reports.wages import wage_notes, wage_section
from movilidad.reports.wording import SectionWords, Wording, load_wording, say, say_count
from movilidad.statistics.context import Context
from movilidad.statistics.specs import load_specs
from movilidad.statistics.tables import MonthTables

_MOST_POINTS = 6


class OwnWords(Protocol):
    """Words that each report has of its own."""

    @property
    def cuentan(self) -> tuple[str, ...]: ...

    @property
    def no_cuentan(self) -> tuple[str, ...]: ...

    @property
    def glosario(self) -> dict[str, str]: ...


# a breakdown of a breakdown with more rows than this gets a section of its own
_LONG = "departamento_origen"


def build(tables: MonthTables, facts: ReleaseFacts, context: Context | None = None, idioma: str = "es") -> Report:
    """The monthly report.

    Args:
        tables: the protected tables: ``valor`` is missing where hidden, and ``estado_conf`` says so.
        facts: what the release says of itself.
        context: the month beside other months and other counts; without it the report speaks of the month alone.
        idioma: the language of the edition, ``es`` or ``en``.

    Raises:
        DataError: the tables are not protected, lack a total, or use a code that no list has.
    """
    _require_protected(tables)
    with language.written_in(idioma):
        return _build(tables, facts, context)


def _build(tables: MonthTables, facts: ReleaseFacts, context: Context | None) -> Report:
    words = load_wording()
    period = numbers.period_name(tables.month)
    tables = replace(tables, notas=reader_notes(tables))
    breakdowns = _breakdowns(tables, words)
    figures = key_figures(tables.resumen)
    return Report(
        titulo=words.titulo,
        periodo=period,
        mes=str(tables.month),
        **identity(facts, words),
        estado=release_state(facts, words.estado_preliminar),
        puntos=tuple(_points(breakdowns, figures, words, tables.month, context)),
        cifras=tuple(figures.values()),
        secciones=numbered(
            [*_sections(tables, breakdowns, figures, words), *_beside(context, tables, facts, words)]
        ),
        cobertura=_coverage(tables),
        revisiones=tuple(revision_row(change) for change in facts.cambios),
        origenes=tuple(origin(each) for each in facts.entradas),
        texto=standing(words, words, facts, " ".join(revision_reasons(facts)) or words.estado_explicado),
        cita=_citation(words, tables, facts),
        calidad=quality(facts.entradas),
        idioma=language.current().codigo,
        ediciones=tuple(language.LANGUAGES),
    )


def _require_protected(tables: MonthTables) -> None:
    frames = {**tables.cuadros, **tables.salarios, "resumen": tables.resumen}
    for name, frame in frames.items():
        if len(frame) and "estado_conf" not in frame.columns:
            raise DataError(
                "el cuadro no ha pasado por la protección", place=f"cuadro {name}", period=tables.month
            )
        told = frame[frame["estado_conf"] == "C"] if len(frame) else frame
        if len(told) and told["valor"].notna().any():
            raise DataError("una cifra protegida trae su valor", place=f"cuadro {name}", period=tables.month)


def _breakdowns(tables: MonthTables, words: Wording) -> dict[str, Breakdown]:
    """The month's tables of the placed, in the order of ``cuadros.yml``; free crossings are data only."""
    specs = load_specs()
    order = {specs.cuadros[name].dimensiones[0]: entry.orden for name, entry in words.secciones.items()}
    return {
        name: read_breakdown(
            name, tables.cuadros[name], largest_first=order.get(table.dimensiones[0], "mayor") == "mayor"
        )
        for name, table in specs.of_kind("mes").items()
        if name in tables.cuadros and table.poblacion == "colocados" and not table.cruce
    }


def _sections(
    tables: MonthTables, breakdowns: dict[str, Breakdown], figures: dict[str, KeyFigure], words: Wording
) -> list[Section]:
    """One section per breakdown, then places, wages, those involved."""
    specs, period = load_specs(), numbers.period_name(tables.month)
    nested = {specs.cuadros[name].dimensiones[0]: each for name, each in breakdowns.items() if each.titulo_partes}
    sections: list[Section | None] = []
    for name, breakdown in breakdowns.items():
        if breakdown.titulo_partes:
            continue
        dimension = specs.cuadros[name].dimensiones[0]
        entry = words.secciones.get(name) or _plain_words(breakdown)
        inner = None if dimension == _LONG else nested.get(dimension)
        sections.append(breakdown_section(breakdown, inner, entry, period, dimension))
    sections.append(wage_section(tables.salarios, tables.notas, words.salarios, period))
    if _LONG in nested:
        sections.append(places_section(nested[_LONG], words.municipios, period))
    sections.append(applicants_section(tables.cuadros, figures, words.solicitudes, period))
    sections.append(actors_section(figures, tables.reclutadores, words.actores, period, tables.cuadros))
    return [section for section in sections if section is not None]


def _beside(context: Context | None, tables: MonthTables, facts: ReleaseFacts, words: Wording) -> list[Section]:
    """What goes beyond the month: other months, other counts, revisions."""
    if context is None:
        return []
    sections = (
        comparison_section(context, tables.month, words.comparaciones),
        mirror_section(context, words.espejo),
        revision_section(context, facts, words.revisiones),
    )
    return [section for section in sections if section is not None]


def _plain_words(breakdown: Breakdown) -> SectionWords:
    """A table that somebody added to ``cuadros.yml`` is printed without waiting for its sentences."""
    return SectionWords(nombre=breakdown.titulo, neutral=breakdown.titulo)


def numbered(sections: list[Section]) -> tuple[Section, ...]:
    """Sections, charts and tables with their numbers in the order of reading."""
    charts = tables = 0
    result = []
    for number, section in enumerate(sections, start=1):
        drawn = tuple(replace(chart, numero=charts + n) for n, chart in enumerate(section.graficos, start=1))
        printed = tuple(replace(table, numero=tables + n) for n, table in enumerate(section.cuadros, start=1))
        charts, tables = charts + len(drawn), tables + len(printed)
        result.append(replace(section, numero=number, graficos=drawn, cuadros=printed))
    return tuple(result)


def _points(
    breakdowns: dict[str, Breakdown],
    figures: dict[str, KeyFigure],
    words: Wording,
    month: Month,
    context: Context | None,
) -> Iterable[str]:
    """Up to six sentences, each with a figure that may be shown."""
    candidates: list[str | None] = [_placed(figures, numbers.period_name(month))]
    candidates.append(comparison_point(context, month) if context else None)
    candidates += [
        findings.main_point(breakdowns[name], words.secciones[name]) for name in words.puntos if name in breakdowns
    ]
    candidates += [_wage(figures), _involved(figures)]
    return [sentence(point) for point in candidates if point][:_MOST_POINTS]


def _known(figures: dict[str, KeyFigure], name: str) -> str | None:
    figure = figures.get(name)
    return figure.cifra.texto if figure and figure.cifra.valor is not None else None


def _placed(figures: dict[str, KeyFigure], period: str) -> str:
    persons, departures = _known(figures, "colocados"), _known(figures, "salidas")
    if persons is None:
        return say("punto_tan_pocas", periodo=period)
    if persons == "0":
        return say("punto_ninguna", periodo=period)
    trips = say("punto_salidas", n=departures) if departures else ""
    return say("punto_colocadas", periodo=period, n=persons, salidas=trips)


def _wage(figures: dict[str, KeyFigure]) -> str | None:
    wage = _known(figures, "salario_mensual_gtq_mediana")
    return say("punto_salario", mediana=wage) if wage else None


def _involved(figures: dict[str, KeyFigure]) -> str | None:
    told = [
        say_count(f"punto_{name}", figures[name].cifra.valor or 0)
        for name in ("aplicantes", "empleadores")
        if _known(figures, name)
    ]
    return say("punto_en_el_mes", partes=listed(told)) if told else None


def _coverage(tables: MonthTables) -> tuple[str, ...]:
    wages = wage_notes()
    return tuple(text for topic, text in tables.notas.items() if topic not in wages)


def revision_row(change: Change) -> Revision:
    """A changed figure as it is printed."""
    specs = load_specs()
    indicator = specs.indicadores.get(change.indicador)
    table = specs.find(change.cuadro)
    name = (
        say(
            "por_dimensiones",
            dimensiones=listed(
                [dimension_title(specs.dimensiones[each], table.poblacion).lower() for each in table.dimensiones]
            ),
        )
        if table
        else change.cuadro.replace("_", " ").capitalize()
    )
    return Revision(
        cuadro=typographic(name),
        celda=_cell_label(change.celda),
        indicador=indicator_title(indicator) if indicator else typographic(change.indicador.replace("_", " ")),
        antes=_changed(change.antes, change.indicador),
        ahora=_changed(change.ahora, change.indicador),
    )


def _cell_label(celda: str) -> str:
    """Labels for the codes of a cell, which comes as JSON; text that is no JSON stays text."""
    try:
        codes = json.loads(celda)
    except ValueError:
        return printable(celda)
    if not isinstance(codes, dict):
        return printable(celda)
    dimensions = load_specs().dimensiones
    labels = []
    for name, code in codes.items():
        known = dimensions.get(name)
        try:
            labels.append(label_of(known, code).texto if known else typographic(str(code)))
        except KeyError:
            labels.append(printable(str(code)))
    return " · ".join(label for label in labels if label != TOTAL) or TOTAL


def _changed(value: float | None, indicator: str) -> str:
    if value is None:
        return numbers.HIDDEN
    return numbers.quetzales(value) if indicator.startswith("salario_") else numbers.measured(value)


def origin(source: Input) -> Origin:
    """A source as it is printed."""
    title = source_title(source)
    return Origin(
        title.texto, source.snapshot_id, printable(source.licencia or ""), source.demostracion, title.idioma
    )


def symbols(words: Wording, facts: ReleaseFacts) -> tuple[Term, ...]:
    """The legend."""
    minimum = say("siempre_se_protegen", hasta=facts.frecuencia_minima - 1)
    return tuple(
        Term(name, f"{text} {minimum}" if name == numbers.HIDDEN else text)
        for name, text in words.simbolos.items()
    )


def standing(own: OwnWords, words: Wording, facts: ReleaseFacts, explained: str) -> Standing:
    """The words that do not depend on figures: a report's own, and those that all share.

    Args:
        explained: what the word beside the title means.
    """
    return Standing(
        cuentan=own.cuentan,
        no_cuentan=own.no_cuentan,
        simbolos=symbols(words, facts),
        glosario=tuple(Term(name, text) for name, text in own.glosario.items()),
        contacto=words.contacto,
        licencia=words.licencia,
        estado_explicado=explained,
        aviso_explicado=words.aviso_explicado,
        acceso_previo=_seen_before(facts.acceso_previo),
    )


def _seen_before(offices: tuple[str, ...]) -> str:
    named = listed([printable(each).rstrip(".") for each in offices])
    return say("acceso_previo", quienes=named) if offices else ""


def _citation(words: Wording, tables: MonthTables, facts: ReleaseFacts) -> str:
    cited = say(
        "cita",
        institucion=words.institucion,
        anio=facts.fecha_publicacion.year,
        titulo=words.titulo,
        periodo=numbers.period_name(tables.month),
        publicacion=facts.publicacion_id,
        fecha=numbers.long_date(facts.fecha_publicacion),
    )
    return f"{cited} {say('no_citar', aviso=words.aviso)}" if facts.demostracion else cited
