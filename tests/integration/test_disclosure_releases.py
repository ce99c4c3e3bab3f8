"""Releases published one after the other: the protection decides, the attacker tries, and can succeed."""

from dataclasses import dataclass, field, replace

import pandas as pd
from invented_people import PLACED, counted, departures, people

from movilidad.disclosure.history import Entry, History, entries_of
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.protection import protect_period
from movilidad.model.periods import Month, Period
from movilidad.publishing.attack import attack
from movilidad.statistics.tables import PeriodTables

RULES = Rules(frecuencia_minima=3, empleadores_minimos=2, ancho_minimo=3)
CONFIGURATION = {"frecuencia_minima": 3, "ancho_minimo": 3}


@dataclass
class Office:
    """Publishes periods of the placed and keeps the ledger."""

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
        decided = protect_period(tables, shorter, RULES, history or History(tuple(year)))
        self.tables[str(period)] = tables
        revision = 1 + sum(name.startswith(f"{period}/r") for name in self.order)
        name = f"{period}/r{revision}"
        found = list(entries_of(decided.decisions, name, revision))
        self.entries += found
        self.order[name] = len(self.order)
        return found

    def findings(self, year: str = "") -> list[str]:
        entries = [entry for entry in self.entries if entry.periodo.startswith(year)]
        return [str(finding) for finding in attack(entries, self.order, CONFIGURATION)]


def month_of(month: str, size: int, seed: int) -> pd.DataFrame:
    return departures(people(1, 3000), month, size, seed, again=0.02)


def late(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """The month as it is known later, with people registered late."""
    return pd.concat(
        [
            rows,
            month_of(rows["mes"].iloc[0], count, 999).assign(
                persona_id=lambda found: "t" + found["persona_id"],
                colocacion_id=lambda found: "t" + found["colocacion_id"],
            ),
        ],
        ignore_index=True,
    )


def test_months_and_their_revisions_reveal_nothing_at_any_step() -> None:
    office = Office()
    months = {
        f"2026-{number:02d}": month_of(f"2026-{number:02d}", 40 + 60 * number, number) for number in (1, 2, 3)
    }
    for month, rows in months.items():
        found = office.publish(month, rows)
        assert any(entry.shown and len(entry.cell) == 2 for entry in found), "a crossing says something"
        assert any(not entry.shown for entry in found)
        assert office.findings() == []
    for month, count in (("2026-02", 1), ("2026-02", 7)):
        months[month] = late(months[month], count)
        office.publish(month, months[month])
        assert office.findings() == []


def test_what_was_hidden_once_stays_hidden_and_small_changes_do_not_show() -> None:
    office, rows = Office(), month_of("2026-02", 150, 5)
    first = {(e.cuadro, e.indicador, e.cell): e for e in office.publish("2026-02", rows)}
    second = office.publish("2026-02", late(rows, 2))
    for entry in second:
        before = first.get((entry.cuadro, entry.indicador, entry.cell))
        if before and not before.shown:
            assert not entry.shown
        elif before and entry.shown and entry.cell and "Resto" not in dict(entry.cell).values():
            assert before.value == entry.value or abs(before.value - entry.value) >= 3


def test_a_revision_that_forgets_the_first_release_is_caught() -> None:
    office, rows = Office(), month_of("2026-02", 150, 5)
    office.publish("2026-02", rows)
    office.publish("2026-02", late(rows, 2), forgetful=True)
    assert any("la diferencia entre dos versiones" in finding for finding in office.findings())


def test_showing_a_cell_that_only_protects_another_is_caught() -> None:
    office = Office()
    office.publish("2026-02", month_of("2026-02", 150, 5))
    place = next(
        number
        for number, entry in enumerate(office.entries)
        if entry.state == "secundaria" and len(entry.cell) == 1 and entry.indicador == PLACED
    )
    cell = office.entries[place].cell
    office.entries = [
        replace(entry, state="publicada") if entry.cell == cell else entry for entry in office.entries
    ]
    assert office.findings() != []
