"""The monthly release: what is particular to it; the stages do the rest."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, Engine

from movilidad.disclosure.history import History
from movilidad.disclosure.protection import protect
from movilidad.model.periods import Period
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.context_check import comparisons
from movilidad.publishing.context_sheets import context_sheets
from movilidad.publishing.core_review import review_month
from movilidad.publishing.editions import Ingredients
from movilidad.publishing.findings import Finding
from movilidad.publishing.loads import frozen
from movilidad.publishing.past import Past, comparables_of, context_of
from movilidad.publishing.people import PeopleEdition
from movilidad.publishing.sheets import Sheet, data_sheets
from movilidad.publishing.tables_read import PublishedTable
from movilidad.reports.facts import ReleaseFacts
from movilidad.statistics.compute import compute
from movilidad.statistics.context import Context
from movilidad.statistics.inputs import current_loads
from movilidad.statistics.tables import MonthTables

if TYPE_CHECKING:
    from movilidad.reports.elements import Report


class MonthlyEdition(PeopleEdition):
    """Releases of the series ``mensual``."""

    def ingredients(self, engine: Engine, period: Period, past: Past) -> Ingredients:
        """The newest loads; a DataError names the sources that have not delivered the month."""
        month = period.last
        loads = current_loads(engine, month)
        demo = any(load.demostracion for load in loads)
        with engine.connect() as connection:
            comparables = comparables_of(connection, "mensual", month, demo=demo)
        return Ingredients(
            frozen(engine, {month: loads}), earlier=past.loads_before(month), comparables=comparables
        )

    def review(self, candidate: Candidate) -> None:
        review_month(candidate.mes, [each.carga_id for each in candidate.loads[candidate.mes]])

    def count(self, engine: Engine, candidate: Candidate) -> MonthTables:
        return compute(engine, candidate.mes, candidate.loads[candidate.mes], candidate.earlier_loads)

    def read(self, folder: Path) -> MonthTables:
        return MonthTables.load(folder)

    def protect(
        self, counted: MonthTables, candidate: Candidate, history: History
    ) -> tuple[MonthTables, pd.DataFrame]:
        protected = protect(counted, candidate.rules, history)
        return protected.tables, protected.decisions

    def context(self, connection: Connection, candidate: Candidate, tables: MonthTables) -> Context:
        return context_of(connection, candidate, tables)

    def sheets(self, tables: MonthTables, candidate: Candidate) -> list[Sheet]:
        return data_sheets(tables, candidate)

    def beside(self, context: Context, candidate: Candidate) -> list[Sheet]:
        return context_sheets(context, candidate)

    def reports(self, tables: MonthTables, facts: ReleaseFacts, context: Context) -> "list[Report]":
        # drawing libraries are heavy: only who draws pays for them
        from movilidad.reports.language import LANGUAGES
        from movilidad.reports.model import build

        return [build(tables, facts, context, code) for code in LANGUAGES]

    def agreement(self, tables: list[PublishedTable]) -> Finding:
        return comparisons(tables)
