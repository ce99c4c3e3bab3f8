"""Risky by itself: the worked answers of the textbooks, and the rules for groups."""

import numpy as np
import pandas as pd
import pytest

from movilidad.disclosure.book import Book, Measure, withheld
from movilidad.disclosure.cells import Cell
from movilidad.disclosure.lines import GROUP, Shape
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.primary import below_frequency, concentrated, too_few, upper_protection


def dominated(total: float, largest: float, percent: float) -> bool:
    """The (n,k)-rule, which is not ours: the n largest together are more than ``percent`` of the total."""
    return largest > percent / 100 * total


def test_one_large_contributor_may_be_known_to_the_second_although_no_share_is_large() -> None:
    total, first, second = 100_000, 50_000, 49_000
    assert not dominated(total, first, 90)
    assert total - second == 51_000  # the second's bound, 2 % above the first
    assert concentrated(total, first, second, 10)
    assert upper_protection(total, first, second, 10) == 4_000


def test_two_large_contributors_may_be_safe_although_their_share_is_large() -> None:
    total, first, second = 110_000, 52_000, 50_000
    assert total - second == 60_000  # 15.4 % above the first
    assert not concentrated(total, first, second, 10)
    assert upper_protection(total, first, second, 10) == 0
    assert dominated(total, first + second, 90.9)


def test_how_far_the_upper_bound_of_a_risky_cell_must_reach() -> None:
    total, first, second = 330, 300, 20
    assert dominated(total, first, 85)
    assert 100 / 85 * first == pytest.approx(352.94, abs=0.005)  # where the (1,85)-rule would have it
    assert concentrated(total, first, second, 10)
    assert total + upper_protection(total, first, second, 10) == 350


def test_the_p_rule_passes_a_cell_that_is_exactly_safe() -> None:
    assert not concentrated(130, 100, 20, 10)


def test_a_cell_of_a_single_contributor_is_always_concentrated() -> None:
    assert concentrated(50, 50, 0, 10)


def test_small_counts_are_hidden_but_not_zeros() -> None:
    found = below_frequency(np.array([0.0, 1, 2, 3, 400]), 3)
    assert found.tolist() == [False, True, True, False, False]


def test_a_wage_needs_persons_and_employers() -> None:
    assert [too_few(*behind, 3, 2) for behind in ((2, 2), (9, 1), (9, 2), (3, 3))] == [True, True, False, False]


def withheld_of(*persons: int, codes: tuple[str, ...] = ("1", "5", "2"), inner: str = "pueblo") -> set[str]:
    """Why categories of one country's people have no row, beside a country with many of each."""
    shape = Shape(("pais", inner))
    cells: dict[Cell, int] = {
        (("pais", "CAN"), (inner, code)): count for code, count in zip(codes, persons, strict=False)
    }
    cells |= {(("pais", "USA"), (inner, code)): 50 for code in codes}
    for cell, count in list(cells.items()):
        margins: tuple[Cell, ...] = ((cell[0],), (cell[1],), ())
        for margin in margins:
            cells[margin] = cells.get(margin, 0) + count
    book = Book("2026-03", "colocados", "", {"colocados": Measure(cells, (shape,))}, pd.DataFrame())
    links = [frozenset({"pais", "tipo_visa"})]
    return set(withheld(book, Rules(3, 2, 3), links).cells.values())


def test_six_people_of_one_category_are_disclosed_and_the_zeros_with_them() -> None:
    assert withheld_of(6, 0, 0) == {GROUP}


def test_the_one_who_differs_learns_about_the_five() -> None:
    assert withheld_of(5, 1, 0) == {GROUP}


def test_four_and_three_disclose_no_group() -> None:
    assert withheld_of(4, 3, 0) == set()


def test_of_many_a_shared_category_describes_a_population() -> None:
    assert withheld_of(29, 0, 0) == {GROUP}
    assert withheld_of(30, 0, 0) == set()


def test_that_nobody_stated_a_category_tells_nothing() -> None:
    assert withheld_of(6, 0, codes=("ND", "5")) == set()
    assert withheld_of(0, 6, codes=("ND", "5")) == {GROUP}


def test_a_visa_within_its_country_is_exempt() -> None:
    assert withheld_of(6, 0, inner="tipo_visa") == set()


def test_an_empty_line_discloses_nothing() -> None:
    assert withheld_of(0, 0, 0) == set()
