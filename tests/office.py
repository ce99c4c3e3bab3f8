"""An office that publishes one period after the other, and an attacker who has read them all."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pandas as pd
from invented_people import PLACED, counted

from movilidad.disclosure.cells import Verdicts
from movilidad.disclosure.decisions import ledger_rows
from movilidad.disclosure.history import Entry, History, entries_of
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.protection import protect_period
from movilidad.disclosure.to_date import year_to_date
from movilidad.model.periods import Month, Period
from movilidad.publishing.attack import attack
from movilidad.statistics.tables import PeriodTables

RULES = Rules(frecuencia_minima=3, empleadores_minimos=2, ancho_minimo=3)
CONFIGURATION = {"frecuencia_minima": 3, "ancho_minimo": 3}


@dataclass
class Office:
    """Publishes periods of the placed and keeps the ledger.

    Attributes:
        to_date: with each month it publishes the year to date, as the product does; the attack takes longer then.
    """

    to_date: bool = False
    entries: list[Entry] = field(default_factory=list)
    order: dict[str, int] = field(default_factory=dict)
    rows: dict[str, pd.DataFrame] = field(default_factory=dict)  # the newest published of each month
    tables: dict[str, PeriodTables] = field(default_factory=dict)

    def publish(self, month: str, rows: pd.DataFrame, *, forgetful: bool = False) -> list[Entry]:
        """Decide on a month, enter in the ledger, give what was entered.

        Args:
            forgetful: decide as if nothing had been published before.
        """
        self.rows[month] = rows
        return self._publish(Period.of_month(Month.parse(month)), [rows], [], History() if forgetful else None)

    def publish_longer(self, period: str, *, forgetful: bool = False) -> list[Entry]:
        """The same for four months or a year, of the months as they were published last."""
        whole = Period.parse(period)
        months = {str(month) for month in whole.months}
        shorter = [
            tables
            for tables in self.tables.values()
            if str(tables.period) != period and {str(month) for month in tables.period.months} <= months
        ]
        rows = [self.rows[month] for month in sorted(months)]
        return self._publish(whole, rows, [] if forgetful else shorter, History() if forgetful else None)

    def _publish(
        self, period: Period, rows: list[pd.DataFrame], shorter: list[PeriodTables], history: History | None
    ) -> list[Entry]:
        tables = counted(period, rows)
        year = [entry for entry in self.entries if entry.periodo.startswith(str(period.last.year))]
        past = history or History(tuple(year))
        decided = protect_period(tables, shorter, RULES, past)
        self.tables[str(period)] = tables
        revision = 1 + sum(name.startswith(f"{period}/r") for name in self.order)
        name = f"{period}/r{revision}"
        found = list(entries_of(decided.decisions, name, revision))
        if self.to_date and period.kind == "mes":
            found += entries_of(self._to_date(tables, found, past), name, revision)
        self.entries += found
        self.order[name] = len(self.order)
        return found

    def _to_date(self, month: PeriodTables, found: list[Entry], past: History) -> pd.DataFrame:
        """What is decided about the year to date as of a month that has just been decided."""
        period = Period.to_date(month.period.last)
        published = [self.rows[str(each)] for each in period.months if str(each) in self.rows]
        cuadros = {**month.cuadros, **counted(period, published).cuadros}
        both: Any = SimpleNamespace(month=month.period.last, cuadros=cuadros)
        hidden = {entry.cell: entry.state for entry in found if not entry.shown}
        unlisted = {entry.cell for entry in found if not entry.has_row}
        verdicts = {PLACED: Verdicts(hidden, unlisted, total_hidden=() in hidden)}
        return ledger_rows(year_to_date(both, verdicts, past, RULES), [], str(period.last))

    def findings(self, year: str = "") -> list[str]:
        entries = [entry for entry in self.entries if entry.periodo.startswith(year)]
        return [str(finding) for finding in attack(entries, self.order, CONFIGURATION)]
