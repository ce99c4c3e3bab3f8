"""From protected figures to the four-month report: one model, from which page and PDF are made."""

from collections.abc import Iterable

from movilidad.model.errors import DataError
from movilidad.reports import numbers
from movilidad.reports.accountability.budget import budget_section, goals_section
from movilidad.reports.accountability.complaints import complaints_section
from movilidad.reports.accountability.figures import cell
from movilidad.reports.accountability.milestones import milestones_section
from movilidad.reports.accountability.months import months_section, releases_section
from movilidad.reports.accountability.people import applicants_section, employers_section, recruiters_section
from movilidad.reports.accountability.points import main_points
from movilidad.reports.accountability.results import results_section
from movilidad.reports.accountability.training import training_section
from movilidad.reports.accountability.wording import FourMonthWording, load_four_month_wording
from movilidad.reports.accountability.year import year_section
from movilidad.reports.breakdown import read_breakdown
from movilidad.reports.elements import Cell, KeyFigure, Report, Section
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.identity import identity
from movilidad.reports.model import numbered, origin, revision_row, standing
from movilidad.reports.revisions import release_state, revision_reasons
from movilidad.reports.sections import breakdown_section
from movilidad.reports.text import printable
from movilidad.reports.wording import Wording, load_wording
from movilidad.statistics.four_month_context import FourMonthContext
from movilidad.statistics.four_months import FourMonths
from movilidad.statistics.specs import load_specs


def build(found: FourMonths, facts: ReleaseFacts, context: FourMonthContext) -> Report:
    """The report.

    Args:
        found: protected figures with their headlines.
        facts: what the release says of itself.
        context: the months and the year before.

    Raises:
        DataError: the figures are not protected, or use a code that no list has.
    """
    _require_protected(found)
    words, shared = load_four_month_wording(), load_wording()
    period = found.period
    return Report(
        titulo=words.titulo,
        periodo=period.label,
        mes=str(period),
        **identity(facts, shared),
        estado=release_state(facts, shared.estado_preliminar),
        puntos=main_points(found, context),
        cifras=tuple(_key_figures(found)),
        secciones=numbered(list(_sections(found, context, words, shared))),
        cobertura=tuple(printable(text) for text in found.notas.values()) + words.calidad,
        revisiones=tuple(revision_row(change) for change in facts.cambios),
        origenes=tuple(origin(each) for each in facts.entradas),
        texto=standing(words, shared, facts, " ".join(revision_reasons(facts)) or words.estado_explicado),
        cita=_citation(words, shared, found, facts),
    )


def _sections(
    found: FourMonths, context: FourMonthContext, words: FourMonthWording, shared: Wording
) -> Iterable[Section]:
    """Results, months, people, what was done for each milestone, money."""
    period, parts, accounts = found.period, words.secciones, found.cuentas
    tables, counts = found.cuadros, words.cuadros
    sections = (
        results_section(found.resumen, context, period, parts["resultados"]),
        months_section(context, period, parts["meses"]),
        *_placed(found, words, shared),
        applicants_section(tables, period, parts["aplicantes"], counts),
        employers_section(tables, period, parts["empleadores"], counts),
        recruiters_section(tables, found.reclutadores, period, parts["reclutadores"], counts),
        milestones_section(accounts, period, parts["acciones"]),
        releases_section(context, period, parts["informes"]),
        training_section(accounts, period, parts["capacitacion"]),
        complaints_section(accounts, period, parts["denuncias"], counts),
        budget_section(accounts.presupuesto, period, parts["presupuesto"]),
        goals_section(accounts.metas, period, parts["metas"]),
        year_section(context, period, parts["anio"]),
    )
    return [section for section in sections if section is not None]


def _placed(found: FourMonths, words: FourMonthWording, shared: Wording) -> Iterable[Section]:
    """One section per simple breakdown of the placed, with the words of the monthly report."""
    for name, table in load_specs().of_kind("cuatrimestre").items():
        if table.poblacion != "colocados" or len(table.dimensiones) > 1:
            continue
        entry = shared.secciones[name]
        entry = entry.model_copy(update={"aclara": words.aclara_colocados.get(name, entry.aclara)})
        read = read_breakdown(name, found.cuadros[name], largest_first=entry.orden == "mayor")
        yield breakdown_section(read, None, entry, found.period.label, table.dimensiones[0])


def _key_figures(found: FourMonths) -> Iterable[KeyFigure]:
    for row in found.resumen.to_dict("records"):
        shown = cell(row["valor"], row["unidad"], hidden=row["estado_conf"] == "C")
        if shown.valor is not None and row["unidad"] == "GTQ":
            shown = Cell(numbers.quetzales(shown.valor), shown.valor)  # cents take room that says nothing
        yield KeyFigure(printable(row["titulo"]), shown, printable(row["unidad"]))


def _require_protected(found: FourMonths) -> None:
    if found.meses or found.tablas.detalle or found.cuentas.cuadros.detalle:
        raise DataError("los cuadros no han pasado por la protección", period=found.period)
    for name, frame in found.cuadros.items():
        if len(frame) and "estado_conf" not in frame.columns:
            raise DataError(
                "el cuadro no ha pasado por la protección", place=f"cuadro {name}", period=found.period
            )


def _citation(words: FourMonthWording, shared: Wording, found: FourMonths, facts: ReleaseFacts) -> str:
    warning = f" {shared.aviso}: no citar como estadística oficial." if facts.demostracion else ""
    return (
        f"{shared.institucion} ({facts.fecha_publicacion.year}). {words.titulo}, {found.period.label}. "
        f"Publicación {facts.publicacion_id}, {numbers.long_date(facts.fecha_publicacion)}.{warning}"
    )
