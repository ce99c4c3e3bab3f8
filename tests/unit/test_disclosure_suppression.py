"""Published examples of secondary suppression: every hidden cell keeps its width, at the least loss known."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from suppression_support import attack, ranges, system_of

from movilidad.disclosure.suppression import Infeasible, suppress
from movilidad.disclosure.system import State, System
from movilidad.model.errors import DataError

MONTHS = ["enero", "febrero", "marzo", "abril"]
COUNTRIES = ["CAN", "USA", "MEX"]
DEPARTURES = np.array([[41, 9, 2], [38, 12, 4], [45, 11, 1], [50, 10, 6]])


def table(inner: np.ndarray) -> tuple[np.ndarray, sparse.csr_array]:
    """Values of a two-way table with its margins, row by row, and the equations among them."""
    rows, columns = inner.shape
    full = np.block(
        [[inner, inner.sum(1, keepdims=True)], [inner.sum(0, keepdims=True), np.atleast_2d(inner.sum())]]
    )
    place = np.arange(full.size).reshape(full.shape)
    equations = np.zeros((rows + columns + 2, full.size))
    for number, line in enumerate([*place, *place.T]):
        equations[number, line] = [*[1] * (len(line) - 1), -1]
    return full.ravel().astype(float), sparse.csr_array(equations)


def protected(system: System, **options: int) -> np.ndarray:
    """The hidden cells, after an attack has found all of them wide enough."""
    hidden = suppress(system, **options).hidden
    assert not attack(system, hidden)
    return hidden


def loss(system: System, hidden: np.ndarray) -> tuple[int, float]:
    secondary = hidden & (system.state == State.FREE)
    return int(secondary.sum()), float(system.values[secondary].sum())


def test_two_hidden_cells_in_every_line_are_not_enough() -> None:
    inner = np.array([[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]])
    values, equations = table(inner)
    primary = np.zeros(25, dtype=bool)
    primary[[0, 1, 2, 5, 7, 11, 13, 16, 18]] = True
    system = system_of(values, equations, primary=primary, need=3)
    assert ranges(system, primary)[1] == (47, 47)
    hidden = protected(system)
    assert hidden[primary].all()
    assert loss(system, hidden) <= (1, 124)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_linked_tables_need_the_one_cell_that_both_of_them_lack(width: int) -> None:
    a, b, i, j, k, l, m, n, total, first, second, pair, rest = range(13)  # noqa: E741
    values = np.array([2, 2, 8, 8, 3, 3, 3, 7, 36, 20, 16, 6, 30], dtype=float)
    equations = np.zeros((6, 13))
    for number, (whole, parts) in enumerate(
        [
            *[(first, [a, b, i, j]), (second, [k, l, m, n]), (total, [first, second])],
            *[(pair, [l, m]), (rest, [a, b, i, j, k, n]), (total, [pair, rest])],
        ]
    ):
        equations[number, parts], equations[number, whole] = 1, -1
    primary = np.isin(np.arange(13), [a, b, k, l, m])
    system = system_of(values, sparse.csr_array(equations), primary=primary, need=width)
    assert ranges(system, primary)[k] == (3, 3)
    hidden = protected(system)
    assert np.flatnonzero(hidden & ~primary).tolist() == [n]
    found = ranges(system, hidden)
    assert [found[cell] for cell in (k, n, a, b, l, m)] == [(0, 10), (0, 10), (0, 4), (0, 4), (0, 6), (0, 6)]


def four_months() -> tuple[np.ndarray, sparse.csr_array]:
    return table(DEPARTURES)


def test_published_months_leave_only_one_pair_of_four_month_cells() -> None:
    values, equations = four_months()
    state = np.full(20, State.FIXED, dtype=np.int8)
    state[16:20] = State.FREE
    state[[9, 10]] = State.HELD  # March: United States beside Mexico
    system = system_of(values, equations, state=state, need=3)
    hidden = protected(system)
    assert np.flatnonzero(hidden & (state == State.FREE)).tolist() == [17, 18]
    assert loss(system, hidden) == (2, 55)
    assert ranges(system, hidden)[10] == (0, 12)


@pytest.mark.parametrize(("width", "least"), [(1, 22), (3, 22), (4, 27), (7, 27), (8, 66), (12, 66)])
def test_months_and_their_total_are_protected_together_with_the_fewest_cells(width: int, least: int) -> None:
    values, equations = four_months()
    number_first = 1000 + values
    system = system_of(values, equations, primary=np.arange(20) == 10, need=width, weight=number_first)
    assert loss(system, protected(system)) == (3, least)


@pytest.mark.parametrize(("width", "least"), [(3, 22), (7, 27), (8, 38)])
def test_the_least_sum_may_need_more_cells(width: int, least: int) -> None:
    values, equations = four_months()
    system = system_of(values, equations, primary=np.arange(20) == 10, need=width)
    assert loss(system, protected(system))[1] == least


def test_two_lone_contributors_in_one_line_do_not_read_each_other() -> None:
    values = np.array([1, 1, 5, 8, 15], dtype=float)
    equations = sparse.csr_array([[1.0, 1, 1, 1, -1]])
    lone = values == 1
    system = system_of(values, equations, primary=lone, lone=lone, sensitive=lone, need=2)
    assert loss(system, protected(system)) == (1, 5)
    outsiders = system_of(values, equations, primary=lone, need=2)
    assert loss(outsiders, protected(outsiders)) == (0, 0)


def test_the_only_person_of_a_row_is_not_protected_from_himself() -> None:
    values, equations = table(np.array([[1, 0], [6, 7]]))
    lone = values == 1
    system = system_of(values, equations, primary=lone, lone=lone, sensitive=lone, need=2)
    assert suppress(system).hidden[lone].all()


def test_bundled_cells_are_hidden_together_and_only_there_where_both_are_cheap() -> None:
    values = np.array([1, 5, 6, 12, 2, 50, 7, 59], dtype=float)
    equations = sparse.csr_array([[1.0, 1, 1, -1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, -1]])
    bundle = np.array([0, 1, 2, -1, 0, 1, 2, -1])
    primary = np.arange(8) == 0
    system = system_of(values, equations, primary=primary, need=3, bundle=bundle)
    assert np.flatnonzero(protected(system)).tolist() == [0, 2, 4, 6]


def test_a_cell_that_nothing_can_protect_is_named() -> None:
    values = np.array([1, 4, 5], dtype=float)
    state = np.array([State.PRIMARY, State.FIXED, State.FIXED], dtype=np.int8)
    with pytest.raises(Infeasible) as failure:
        suppress(system_of(values, sparse.csr_array([[1.0, 1, -1]]), state=state, need=3))
    assert failure.value.cells == [0]


def test_a_width_that_no_pattern_gives_is_refused() -> None:
    values = np.array([1, 4, 5], dtype=float)
    state = np.array([State.PRIMARY, State.FREE, State.FIXED], dtype=np.int8)
    system = system_of(values, sparse.csr_array([[1.0, 1, -1]]), state=state, need=6)
    with pytest.raises(Infeasible) as failure:
        suppress(system)
    assert failure.value.cells == [0]


def test_a_cell_never_printed_may_not_be_certain_either() -> None:
    """Two shown margins of 4 and 3 over three latent cells: the first of them is 1 or more."""
    values = np.array([1, 3, 4, 3, 3, 7], dtype=float)  # two latent parts of a shown total, and a row beside it
    equations = sparse.csr_array([[1.0, 1, -1, 0, 0, 0], [0, 1, 0, -1, 0, 0], [0, 0, 1, 0, 1, -1]])
    state = np.array([State.LATENT, State.LATENT, *[State.FREE] * 4], dtype=np.int8)
    system = system_of(values, equations, state=state, need=3)
    hidden = protected(system)
    assert loss(system, hidden) == (1, 3)
    assert hidden[3]


def test_figures_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(DataError):
        suppress(
            system_of(np.array([1.0, 2, 4]), sparse.csr_array([[1.0, 1, -1]]), primary=np.arange(3) == 0, need=3)
        )


def test_the_same_question_has_the_same_answer_and_nothing_is_printed() -> None:
    program = """
import numpy as np
from test_disclosure_suppression import four_months, suppress, system_of
values, equations = four_months()
system = system_of(values, equations, primary=values < 5, need=4)
first, again = (suppress(system, exact_up_to=limit).hidden for limit in (0, 0))
assert np.array_equal(first, again)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
