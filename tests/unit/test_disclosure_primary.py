"""Risky by itself: the worked answers of the textbooks, and the rules for groups and zeros."""

import numpy as np
import pytest

from movilidad.disclosure.primary import (
    below_frequency,
    concentrated,
    contributions,
    dominance_protection,
    dominated,
    group_disclosure,
    too_few,
    upper_protection,
    zeros_to_hide,
)


def numbers(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_one_large_contributor_may_be_known_to_the_second_although_no_share_is_large() -> None:
    total, first, second = numbers(100_000), numbers(50_000), numbers(49_000)
    assert not dominated(total, first, 90)
    assert (total - second)[0] == 51_000  # the second's bound, 2 % above the first
    assert concentrated(total, first, second, 10)
    assert upper_protection(total, first, second, 10)[0] == 4_000


def test_two_large_contributors_may_be_safe_although_their_share_is_large() -> None:
    total, first, second = numbers(110_000), numbers(52_000), numbers(50_000)
    assert (total - second)[0] == 60_000  # 15.4 % above the first
    assert not concentrated(total, first, second, 10)
    assert upper_protection(total, first, second, 10)[0] == 0
    assert dominated(total, first + second, 90.9)


def test_how_far_the_upper_bound_of_a_risky_cell_must_reach() -> None:
    total, first, second = numbers(330), numbers(300), numbers(20)
    assert dominated(total, first, 85)
    assert (total + dominance_protection(total, first, 85))[0] == pytest.approx(352.94, abs=0.005)
    assert concentrated(total, first, second, 10)
    assert (total + upper_protection(total, first, second, 10))[0] == 350


def test_the_p_rule_passes_a_cell_that_is_exactly_safe() -> None:
    assert not concentrated(numbers(130), numbers(100), numbers(20), 10)


def test_a_cell_of_a_single_contributor_is_always_concentrated() -> None:
    assert concentrated(numbers(50), numbers(50), numbers(0), 10)


def test_branches_of_one_owner_are_one_contributor() -> None:
    found = contributions(
        cells=np.array([0, 0, 0, 2, 2]),
        owners=np.array([7, 7, 9, 7, 8]),
        amounts=numbers(100, 200, 30, 5, 6),
        count=3,
    )
    assert found.total.tolist() == [330, 0, 11]
    assert found.first.tolist() == [300, 0, 6]
    assert found.second.tolist() == [30, 0, 5]
    assert found.contributors.tolist() == [2, 0, 2]


def test_merging_owners_can_make_a_cell_risky() -> None:
    cells, amounts = np.zeros(5, dtype=int), numbers(20, 20, 20, 20, 20)
    apart = contributions(cells, np.arange(5), amounts, 1)
    merged = contributions(cells, np.array([0, 0, 0, 0, 1]), amounts, 1)
    assert not concentrated(apart.total, apart.first, apart.second, 10)
    assert concentrated(merged.total, merged.first, merged.second, 10)


def test_small_counts_are_hidden_but_not_zeros() -> None:
    assert below_frequency(numbers(0, 1, 2, 3, 400), 3).tolist() == [False, True, True, False, False]


def test_a_wage_needs_persons_and_employers() -> None:
    persons, employers = numbers(0, 2, 9, 9, 3), numbers(0, 2, 1, 2, 3)
    assert too_few(persons, employers, 3, 2).tolist() == [False, True, True, False, False]


def found_in(
    *values: float, silent: int | None = None, exempt: bool = False
) -> tuple[bool, list[bool], list[bool]]:
    """Whether the line discloses, with the cells and the zeros to hide."""
    silences = np.arange(len(values)) == (-1 if silent is None else silent)
    found = group_disclosure(
        np.zeros(len(values), dtype=int), numbers(*values), 1, silent=silences, exempt=np.array([exempt])
    )
    return bool(found.lines[0]), found.cells.tolist(), found.zeros.tolist()


def test_six_people_of_one_category_are_disclosed_and_the_zeros_with_them() -> None:
    assert found_in(6, 0, 0) == (True, [True, False, False], [False, True, True])


def test_the_one_who_differs_learns_about_the_five() -> None:
    assert found_in(5, 1, 0) == (True, [True, False, False], [False, False, True])


def test_four_and_two_disclose_no_group() -> None:
    assert found_in(4, 2, 0) == (False, [False] * 3, [False] * 3)


def test_that_nobody_stated_a_category_tells_nothing() -> None:
    assert not found_in(6, 0, silent=0)[0]
    assert found_in(0, 6, silent=0)[0]


def test_a_visa_within_its_country_is_exempt() -> None:
    assert not found_in(6, 0, exempt=True)[0]


def test_an_empty_line_discloses_nothing() -> None:
    assert found_in(0, 0) == (False, [False, False], [False, False])


def test_zeros_are_shown_unless_they_complete_a_group_or_policy_protects_them() -> None:
    value = numbers(0, 0, 0, 4)
    structural = np.array([True, False, False, False])
    completing = np.array([True, True, False, False])
    assert zeros_to_hide(value, structural, completing, protect=False).tolist() == [False, True, False, False]
    assert zeros_to_hide(value, structural, completing, protect=True).tolist() == [False, True, True, False]
