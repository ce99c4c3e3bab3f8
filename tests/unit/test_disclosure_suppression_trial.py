"""What a failed attempt found helps the next one, and whatever it found, the next pattern is safe."""

from random import Random
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse
from suppression_support import attack, system_of
from test_disclosure_suppression_attack import few, margins, tables

from movilidad.disclosure import suppression
from movilidad.disclosure.suppression import Infeasible, suppress
from movilidad.disclosure.suppression_model import MoveModel
from movilidad.disclosure.suppression_trial import Trial
from movilidad.disclosure.system import State, System

INNER = np.array([[1, 4, 9, 2], [5, 1, 7, 30], [12, 6, 2, 3]])


def _begun(system: System, start: Trial) -> np.ndarray | None:
    """What is hidden if the search begins where another ended, as large parts do."""
    with mock.patch.object(suppression, "_EFFORT", 0):
        try:
            return suppress(system, exact_up_to=0, start=start).hidden
        except Infeasible:
            return None


def _with_a_cell_that_nothing_protects(system: System) -> System:
    """The same system beside a hidden cell whose total and other part are shown."""
    return System(
        values=np.append(system.values, [1, 4, 5]),
        equations=sparse.csr_array(sparse.block_diag([system.equations, [[1, 1, -1]]])),
        state=np.append(system.state, [State.PRIMARY, State.FREE, State.FIXED]).astype(np.int8),
        lower=np.append(system.lower, [0, 0, 0]),
        upper=np.append(system.upper, [np.inf] * 3),
        weight=np.append(system.weight, [1, 4, 5]),
        need=np.append(system.need, [6, 3, 3]),
        lone=np.append(system.lone, [False] * 3),
        sensitive=np.append(system.sensitive, [False] * 3),
    )


def test_what_a_failed_attempt_found_is_not_looked_for_again() -> None:
    _, values, equations = margins(INNER)
    system = system_of(values, equations, primary=(values > 0) & (values < 3), need=3)
    with mock.patch.object(suppression, "_EFFORT", 0), pytest.raises(Infeasible) as failure:
        suppress(_with_a_cell_that_nothing_protects(system), exact_up_to=0)
    trial = failure.value.trial
    assert trial.moves
    with mock.patch.object(MoveModel, "cheapest", side_effect=AssertionError("looked for a move again")):
        found = _begun(system, trial)
    assert found is not None
    assert not attack(system, found)


@few
@given(tables(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_a_beginning_that_does_not_fit_harms_nobody(inner: np.ndarray, width: int, random: Random) -> None:
    _, values, equations = margins(inner)
    small = (values > 0) & (values < 3)
    assume(small.any())
    system = system_of(values, equations, primary=small, need=width, weight=np.maximum(values, 1))
    places = range(system.size + 5)  # some cells are not of this system
    wrong = Trial(
        set(random.sample(places, 3)),
        [{cell: random.choice([-3.0, -1.0, 2.0, 9.0]) for cell in random.sample(places, 4)} for _ in range(20)],
    )
    found = _begun(system, wrong)
    if found is not None:
        assert found[small].all()
        assert not attack(system, found)
