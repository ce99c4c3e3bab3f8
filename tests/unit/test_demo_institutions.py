"""What the other simulated institutions give: exchange rates, budgets, recruiters."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from movilidad.demo import budget, rates, registry
from movilidad.demo.layout import PREFIX
from movilidad.demo.seeding import SEED
from movilidad.model.identifiers import is_valid_nit
from movilidad.model.periods import Month


def test_there_is_a_rate_for_every_day_and_it_moves_slowly_around_7_75() -> None:
    found = rates.daily(SEED, Month(2026, 10))
    assert [found[0][0], found[-1][0], len(found)] == [date(2019, 1, 1), date(2026, 10, 31), 2861]
    purchases = [buy for _, buy, _ in found]
    assert min(purchases) >= 7.6
    assert max(sell for _, _, sell in found) <= 7.9
    assert max(abs(a - b) for a, b in pairwise(purchases)) < 0.02
    assert all(sell > buy for _, buy, sell in found)


def test_rates_of_a_day_do_not_depend_on_the_last_month() -> None:
    assert rates.daily(SEED, Month(2026, 10))[:365] == rates.daily(SEED, Month(2019, 12))


def test_the_fallback_files_hold_the_same_rates(tmp_path: Path) -> None:
    rates.write_fallback(tmp_path, [Month(2024, 2)], SEED)
    lines = (tmp_path / "tipo_cambio_banguat_2024-02.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "fecha,compra,venta"
    assert [line[:10] for line in lines[1:]] == [f"{day:02d}/02/2024" for day in range(1, 30)]


def test_the_budget_has_its_header_in_the_fourth_row_a_title_above_and_a_note_below(tmp_path: Path) -> None:
    budget.write(tmp_path, [Month(2026, 9), Month(2026, 10)], SEED)
    assert len(list(tmp_path.iterdir())) == 2
    book = openpyxl.load_workbook(tmp_path / "ejecucion_presupuestaria_2026-10.xlsx")
    rows = list(book["Ejecución"].iter_rows(values_only=True))
    assert rows[0][0]
    assert rows[3] == ("Documento", "Mes", "Renglón", "Descripción", "Asignado", "Vigente", "Devengado", "Pagado")
    lines = [row for row in rows[4:] if row[0]]
    assert len(lines) == 10
    for document, month, _, _, _, current, accrued, paid in lines:
        assert document.startswith(PREFIX)
        assert month == "2026-10"
        assert 0 < paid <= accrued <= current
    assert any("demostración" in str(cell) for cell in rows[-1])


@pytest.fixture(scope="module")
def recruiters() -> list[dict[str, str]]:
    return registry._recruiters(SEED, Month(2026, 10))


def test_44_recruiters_have_valid_tax_numbers_of_their_own(recruiters: list[dict[str, str]]) -> None:
    assert len(recruiters) == 44
    assert len({each["nit"] for each in recruiters}) == 44
    assert all(is_valid_nit(each["nit"]) for each in recruiters)
    assert (
        sum(each["fecha_solicitud"] <= "2023-06-30" for each in registry._recruiters(SEED, Month(2023, 6))) == 30
    )


def test_authorisations_last_three_years_and_some_have_expired(recruiters: list[dict[str, str]]) -> None:
    for each in recruiters:
        lasts = date.fromisoformat(each["vigente_hasta"]) - date.fromisoformat(each["vigente_desde"])
        assert lasts.days == 3 * 365
    expired = [each for each in recruiters if each["vigente_hasta"] < "2026-10-31"]
    assert 3 <= len(expired) <= 15


def test_most_requests_are_resolved_within_ten_days_and_a_few_are_not(recruiters: list[dict[str, str]]) -> None:
    took = [
        (date.fromisoformat(each["fecha_resolucion"]) - date.fromisoformat(each["fecha_solicitud"])).days
        for each in recruiters
    ]
    late = sum(days > 10 for days in took)
    assert min(took) > 0
    assert 1 <= late <= 12


def test_165_workers_are_reported_in_2023() -> None:
    assert sum(registry._size(month, 1) for month in Month(2023, 1).through(Month(2023, 12))) == 165
    assert registry._size(Month(2022, 6), 1) == 0
    assert registry._size(Month(2026, 10), 1) > 0
