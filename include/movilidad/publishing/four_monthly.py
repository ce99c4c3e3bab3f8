"""The four-month release: what is particular to it; the stages do the rest.

It is made of the loads that its four monthly releases were made of, so the same records stand behind both.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, Engine

from movilidad.disclosure.history import History
from movilidad.disclosure.protection import protect_period
from movilidad.model.errors import NotYetError
from movilidad.model.periods import Month, Period
from movilidad.publishing.accountability import protect_accountability
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.editions import Ingredients
from movilidad.publishing.findings import Finding
from movilidad.publishing.four_month_check import months_agree
from movilidad.publishing.four_month_context_sheets import four_month_context_sheets
from movilidad.publishing.four_month_sheets import four_month_sheets
from movilidad.publishing.loads import frozen
from movilidad.publishing.past import Past, released_figures, revisions_until
from movilidad.publishing.people import PeopleEdition
from movilidad.publishing.register import Release, newest_public
from movilidad.publishing.sheets import Sheet
from movilidad.publishing.tables_read import PublishedTable
from movilidad.publishing.year_before import beside_year_before
from movilidad.reports.facts import ReleaseFacts
from movilidad.sources.contracts import sources_only_of_four_months
from movilidad.statistics.context import RELEASED, REVISABLE, released_totals
from movilidad.statistics.four_month_context import YEAR_TABLES, FourMonthContext, of_the_year, reconciled
from movilidad.statistics.four_month_headlines import four_month_headlines
from movilidad.statistics.four_months import FourMonths, compute_four_months
from movilidad.statistics.inputs import Load, current_loads
from movilidad.statistics.published import SUMMARY

if TYPE_CHECKING:
    from movilidad.reports.elements import Report

_DECEMBER = 12
_NOTES = {
    "cobertura": (
        "Se cuentan las personas que el Programa de Trabajo Temporal colocó. Quienes viajan por reclutadores"
        " privados registrados se cuentan aparte y no se suman. Estas cifras no son el total nacional."
    ),
    "personas_y_salidas": (
        "Personas y salidas son medidas distintas: quien sale dos veces en el cuatrimestre es una persona y dos"
        " salidas, y como persona cuenta con los datos de su primera salida. Por eso las personas del cuatrimestre"
        " pueden ser menos que la suma de las de sus meses; las salidas suman exactamente."
    ),
    "denuncias": (
        "Una denuncia se cuenta con el estado que tenía el último día del cuatrimestre. Cerrada es la que el"
        " ministerio resolvió o desestimó; la trasladada a otra autoridad no cuenta como cerrada."
    ),
    "capacitacion": (
        "Se cuentan inscripciones, no personas: las fuentes dan números por curso, y quien toma dos cursos cuenta"
        " dos veces."
    ),
    "presupuesto": (
        "Asignado y vigente son montos del año entero; devengado y pagado, del cuatrimestre o, donde se dice, de"
        " enero a su último mes. El devengado por persona colocada reparte todo el gasto del programa, también el"
        " que sirve a personas que viajarán después."
    ),
    "no_declarado": ("«No declarado o desconocido» es una categoría: por ella todo desglose suma el mismo total."),
}


class FourMonthlyEdition(PeopleEdition):
    """Releases of the series ``cuatrimestral``."""

    def ingredients(self, engine: Engine, period: Period, past: Past) -> Ingredients:
        """The loads of the newest monthly releases, and of the sources that only this report needs.

        A NotYetError names the months without a public monthly release, a DataError what was not delivered.
        """
        parts = _monthly_releases(period, past)
        loads = {month: _loads(engine, month, past.loads_of(release)) for month, release in parts.items()}
        demo = any(load.demostracion for own in loads.values() for load in own)
        before = Period.four_months(period.last.year - 1, period.last.month // 4)
        with engine.connect() as connection:
            found = newest_public(connection, "cuatrimestral", before)
        return Ingredients(
            inputs=frozen(engine, loads),
            parts=tuple(release.publicacion_id for release in parts.values()),
            earlier=past.loads_before(period.first),
            comparables=(found.publicacion_id,) if found and found.demostracion == demo else (),
        )

    def review(self, candidate: Candidate) -> None:
        """Nothing: the months were judged when they were published."""

    def count(self, engine: Engine, candidate: Candidate) -> FourMonths:
        return compute_four_months(engine, candidate.periodo, candidate.loads, candidate.earlier_loads)

    def read(self, folder: Path) -> FourMonths:
        return FourMonths.load(folder)

    def protect(
        self, counted: FourMonths, candidate: Candidate, history: History
    ) -> tuple[FourMonths, pd.DataFrame]:
        """Hide what must be hidden, in sight of the months as published; headlines follow."""
        counts = protect_period(counted.tablas, counted.meses, candidate.rules, history)
        accounts = protect_accountability(counted.cuentas, counts.tables, candidate.rules, history)
        safe = replace(counted, tablas=counts.tables, cuentas=accounts.figures, meses=(), notas=_NOTES)
        decisions = pd.concat([counts.decisions, accounts.decisions], ignore_index=True)
        return replace(safe, resumen=four_month_headlines(safe)), decisions

    def context(self, connection: Connection, candidate: Candidate, tables: FourMonths) -> FourMonthContext:
        """The months as they were published, and the same four months a year before."""
        months = released_figures(connection, candidate.partes, [SUMMARY])
        every = [name for part in candidate.partes for name in revisions_until(part)]
        totals = released_figures(connection, every, [SUMMARY])
        base = next(iter(candidate.comparables), "")
        return FourMonthContext(
            conciliacion=reconciled(months, tables.resumen, str(candidate.periodo)),
            comparaciones=beside_year_before(self.sheets(tables, candidate), base),
            base=base,
            revisiones=released_totals(totals.loc[totals["indicador"].isin(REVISABLE), RELEASED]),
            anio=of_the_year(released_figures(connection, _of_december(candidate), YEAR_TABLES, to_date=True)),
        )

    def sheets(self, tables: FourMonths, candidate: Candidate) -> list[Sheet]:
        return four_month_sheets(tables, candidate)

    def beside(self, context: FourMonthContext, candidate: Candidate) -> list[Sheet]:
        return four_month_context_sheets(context, candidate)

    def reports(self, tables: FourMonths, facts: ReleaseFacts, context: FourMonthContext) -> "list[Report]":
        # drawing libraries are heavy: only who draws pays for them
        from movilidad.reports.accountability.model import build

        return [build(tables, facts, context)]

    def agreement(self, tables: list[PublishedTable]) -> Finding:
        return months_agree(tables)


def _monthly_releases(period: Period, past: Past) -> dict[Month, Release]:
    newest = past.newest("mensual")
    missing = [month for month in period.months if month not in newest]
    if missing:
        raise NotYetError(
            f"sin publicación mensual: {', '.join(month.label for month in missing)}",
            period=period,
            remedy="publique primero el informe mensual de cada uno de esos meses y repita este informe",
        )
    return {month: newest[month] for month in period.months}


def _of_december(candidate: Candidate) -> tuple[str, ...]:
    """December's release, in the edition that it closes."""
    return candidate.partes[-1:] if candidate.periodo.last.month == _DECEMBER else ()


def _loads(engine: Engine, month: Month, monthly: tuple[Load, ...]) -> list[Load]:
    """Those of the monthly release, and the newest of the sources that it does not need."""
    published: Mapping[str, Load] = {load.fuente: load for load in monthly}
    own = sources_only_of_four_months()
    current = current_loads(engine, month, report="cuatrimestral")
    return sorted([*published.values(), *(load for load in current if load.fuente in own)])
