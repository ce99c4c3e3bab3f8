"""Cells that can only move together are found, and nothing is said of others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.linalg import null_space

from movilidad.disclosure.suppression_together import together

ROWS = st.lists(st.lists(st.sampled_from([-1, 0, 0, 0, 1]), min_size=7, max_size=7), min_size=1, max_size=8)


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_every_move_keeps_a_class_together_and_meets_the_equations_among_classes(rows: list[list[int]]) -> None:
    matrix = np.array(rows, dtype=float)
    found = together(sparse.csr_array(matrix))
    moves = null_space(matrix)
    still = found.number < 0
    assert np.allclose(moves[still], 0)
    assert (found.sign[still] == 0).all()
    for number in range(found.size):
        cells = np.flatnonzero(found.number == number)
        steps = moves[cells] * found.sign[cells, None]
        assert len(cells)
        assert np.allclose(steps, steps[0])
    leaders = [int(np.flatnonzero(found.number == number)[0]) for number in range(found.size)]
    assert np.allclose(found.matrix @ (moves[leaders] * found.sign[leaders, None]), 0)
    assert found.size - np.linalg.matrix_rank(found.matrix.toarray()) == moves.shape[1]


def test_where_all_but_two_stand_still_one_gives_the_other() -> None:
    """x + y = 0, y + z - w = 0 and w = 0: all of x, y, z move as one, w not at all."""
    found = together(sparse.csr_array(np.array([[1.0, 1, 0, 0], [0, 1, 1, -1], [0, 0, 0, 1]])))
    assert found.number.tolist() == [0, 0, 0, -1]
    assert (found.sign[:3] * found.sign[0]).tolist() == [1, -1, 1]
    assert found.matrix.shape[0] == 0


def test_a_class_goes_as_far_as_each_of_its_cells() -> None:
    found = together(sparse.csr_array(np.array([[1.0, 1.0]])))
    up, down = found.least(np.array([5.0, 7.0]), np.array([2.0, 3.0]))
    ahead, back = (up, down) if found.sign[0] > 0 else (down, up)
    assert (ahead.tolist(), back.tolist()) == ([3.0], [2.0])
    assert found.sums(np.array([1.0, 10.0])).tolist() == [pytest.approx(11.0)]
