"""Releases published one after the other: the protection decides, the attacker tries, and can succeed."""

from dataclasses import replace

import pandas as pd
from invented_people import PLACED, departures, people
from office import Office

from movilidad.disclosure.history import Entry
from movilidad.model.codelists import REMAINDER


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
    assert not all(entry.shown for entry in first.values())
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


def test_a_month_published_again_unchanged_shows_and_hides_the_same() -> None:
    for seed in (2, 4, 5):  # with lines that are withheld
        office, rows = Office(), month_of("2026-02", 60 + 40 * seed, seed)
        first, again = (
            {(e.cuadro, e.indicador, e.cell): (e.shown, e.has_row) for e in office.publish("2026-02", rows)}
            for _ in range(2)
        )
        assert first == again


def test_a_late_record_costs_hardly_more_than_the_tables_in_which_everybody_is_in_one_category() -> None:
    """Whoever is added is known by the totals: a table of men alone would tell that it is a man."""
    office, rows = Office(), month_of("2026-02", 60, 5).assign(sexo="1")
    first = office.publish("2026-02", rows)
    second = office.publish("2026-02", late(rows, 1).assign(sexo="1"))
    before, after = (
        {entry.cuadro: entry.dimensiones for entry in found if _is_inner(entry) and entry.has_row}
        for found in (first, second)
    )
    of_sex = {name for name, dimensions in before.items() if "sexo" in dimensions}
    assert of_sex
    lost = before.keys() - after.keys()
    assert of_sex <= lost
    assert len(lost - of_sex) <= 1, "what else cannot be protected beside the first release"
    assert office.findings() == []


def _is_inner(entry: Entry) -> bool:
    """Whether a cell is of the finest level of its table, and a category of its own."""
    return len(entry.cell) == len(entry.dimensiones) and REMAINDER not in dict(entry.cell).values()


def test_four_months_do_not_tell_who_is_in_two_months_that_list_nobody() -> None:
    office, folk = Office(to_date=True), people(6, 900)
    for number, size in enumerate((25, 25, 90, 90), 1):
        month = f"2025-{number:02d}"
        office.publish(month, departures(folk, month, size, 60 + number))
    office.publish_longer("2025-C1")
    assert office.findings() == []
