"""Random tables, protected and then attacked by a linear programme that shares nothing with the protection."""

import itertools
from random import Random

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from suppression_support import attack, system_of

from movilidad.disclosure.suppression import Infeasible, suppress
from movilidad.disclosure.system import State, System

TOTAL = -1
shapes = st.sampled_from([(3,), (6,), (2, 3), (3, 3), (4, 5), (2, 2, 2), (2, 3, 3)])
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def margins(inner: np.ndarray) -> tuple[list[tuple[int, ...]], np.ndarray, sparse.csr_array]:
    """Keys, values and equations of a table with all its margins."""
    keys = list(itertools.product(*[[*range(size), TOTAL] for size in inner.shape]))
    place = {key: number for number, key in enumerate(keys)}
    values = [inner[tuple(slice(None) if code == TOTAL else code for code in key)].sum() for key in keys]
    rows = []
    for key in keys:
        for dimension in [number for number, code in enumerate(key) if code == TOTAL]:
            row = np.zeros(len(keys))
            row[place[key]] = -1
            for code in range(inner.shape[dimension]):
                row[place[(*key[:dimension], code, *key[dimension + 1 :])]] = 1
            rows.append(row)
    return keys, np.array(values, dtype=float), sparse.csr_array(np.array(rows))


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    shape = draw(shapes)
    cell = st.one_of(st.integers(0, 3), st.integers(0, 30), st.just(0), st.just(1))
    size = int(np.prod(shape))
    return np.array(draw(st.lists(cell, min_size=size, max_size=size))).reshape(shape)


class Same:
    """Whether a cell lies in, around or beside the lone cell of one contributor, by the keys of one table."""

    def __init__(self, keys: list[tuple[int, ...]], values: np.ndarray) -> None:
        self.keys, self.values = keys, values

    def __call__(self, cell: int, known: int) -> bool:
        return bool(self._persons(cell) & self._persons(known))

    def _persons(self, cell: int) -> set[tuple[int, ...]]:
        """Inner cells of those who alone make up a margin around the cell, so that they know it."""
        alone = set()
        for key, value in zip(self.keys, self.values, strict=True):
            if value == 1 and self._inside(self.keys[cell], key):
                alone |= {
                    inner
                    for inner, count in zip(self.keys, self.values, strict=True)
                    if count == 1 and TOTAL not in inner and self._inside(inner, key)
                }
        return alone

    def _inside(self, inner: tuple[int, ...], outer: tuple[int, ...]) -> bool:
        return all(b in {a, TOTAL} for a, b in zip(inner, outer, strict=True))


def hide(system: System, **options: int) -> np.ndarray | None:
    try:
        return suppress(system, **options).hidden
    except Infeasible as nothing:
        named = system.state[nothing.cells]
        everything = np.isin(system.state, (State.FREE, State.PRIMARY, State.HELD))
        narrow = {cell for cell, _ in attack(system, everything)}
        assert narrow or np.any(system.lone), "refused without a reason"
        assert np.isin(named, (State.PRIMARY, State.HELD, State.LATENT)).all()
        return None


@few
@given(tables(), st.integers(1, 5), st.booleans())
def test_no_hidden_cell_is_narrower_than_it_needs(inner: np.ndarray, width: int, exactly: bool) -> None:
    keys, values, equations = margins(inner)
    small = (values > 0) & (values < 3)
    assume(small.any())
    lone = values == 1
    system = system_of(
        values, equations, primary=small, need=width, lone=lone, sensitive=small, weight=np.maximum(values, 1)
    )
    hidden = hide(system, exact_up_to=100 if exactly else 0)
    if hidden is not None:
        assert hidden[small].all()
        assert not attack(system, hidden, same=Same(keys, values))


@few
@given(tables(), st.integers(1, 4), st.booleans(), st.randoms(use_true_random=False))
def test_published_and_latent_cells_are_reckoned_with(
    inner: np.ndarray, width: int, exactly: bool, random: Random
) -> None:
    keys, values, equations = margins(inner)
    state = np.full(len(values), State.FREE, dtype=np.int8)
    state[(values > 0) & (values < 3)] = State.PRIMARY
    for cell, key in enumerate(keys):
        if len(key) > 1 and TOTAL not in key:
            state[cell] = State.LATENT
        elif random.random() < 0.2:
            state[cell] = State.HELD if state[cell] == State.PRIMARY or random.random() < 0.3 else State.FIXED
    system = system_of(values, equations, state=state, need=width, weight=np.maximum(values, 1))
    hidden = hide(system, exact_up_to=100 if exactly else 0)
    if hidden is not None:
        assert hidden[np.isin(state, (State.PRIMARY, State.HELD))].all()
        assert not hidden[np.isin(state, (State.FIXED, State.LATENT))].any()
        assert not attack(system, hidden)


@few
@given(tables(), st.floats(0.5, 40))
def test_sums_of_money_are_protected_as_well_as_counts(inner: np.ndarray, width: float) -> None:
    _, values, equations = margins(inner * 7.25)
    small = (values > 0) & (values < 30)
    assume(small.any())
    system = system_of(values, equations, primary=small, need=width, whole=False, weight=np.maximum(values, 1))
    hidden = hide(system)
    if hidden is not None:
        assert hidden[small].all()
        assert not attack(system, hidden)


@few
@given(tables(), st.integers(1, 4))
def test_bundles_of_two_tables_are_hidden_together(inner: np.ndarray, width: int) -> None:
    _, persons, equations = margins(inner)
    _, departures, _ = margins(inner + (inner > 2))
    values, size = np.concatenate([persons, departures]), len(persons)
    small = (values > 0) & (values < 3)
    assume(small.any())
    system = system_of(
        values,
        sparse.csr_array(sparse.block_diag([equations, equations])),
        primary=small,
        need=width,
        weight=np.maximum(values, 1),
        bundle=np.tile(np.arange(size), 2),
    )
    hidden = hide(system)
    if hidden is not None:
        assert np.array_equal(hidden[:size], hidden[size:])
        assert not attack(system, hidden)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(2, 4))
def test_small_tables_are_hidden_at_the_least_loss(cells: list[int], width: int) -> None:
    """Against the model with a flow for each cell, solved whole by another solver interface."""
    _, values, equations = margins(np.array(cells).reshape(3, 3))
    small = (values > 0) & (values < 3)
    assume(small.any())
    system = system_of(values, equations, primary=small, need=width, weight=values + 1)
    hidden = hide(system)
    if hidden is not None:
        found = system.weight[hidden & ~small].sum()
        assert found <= least_loss(system) + 0.5


def least_loss(system: System) -> float:
    """One variable per cell for hiding it, and two flows (up, down) per cell that may be hidden."""
    size, primary = system.size, system.state == State.PRIMARY
    most = 4 * float(system.need.max())
    blocks, low, high = [], [], []

    def add(block: sparse.coo_array, lower: float, upper: float) -> None:
        blocks.append(block)
        low.extend([lower] * block.shape[0])
        high.extend([upper] * block.shape[0])

    def place(terms: list[tuple[int, sparse.sparray]]) -> sparse.coo_array:
        shape = (terms[0][1].shape[0], size * (1 + 2 * size))
        rows = [sparse.coo_array(matrix) for _, matrix in terms]
        return sparse.coo_array(
            (
                np.concatenate([matrix.data for matrix in rows]),
                (
                    np.concatenate([matrix.row for matrix in rows]),
                    np.concatenate(
                        [matrix.col + block * size for (block, _), matrix in zip(terms, rows, strict=True)]
                    ),
                ),
            ),
            shape=shape,
        )

    down = np.minimum(system.values - system.lower, most)
    for cell in range(size):
        up_block, down_block = 1 + 2 * cell, 2 + 2 * cell
        for block in (up_block, down_block):
            add(place([(block, system.equations)]), 0, 0)
            add(place([(block, sparse.eye_array(size)), (0, -most * sparse.eye_array(size))]), -np.inf, 0)
            add(place([(block, sparse.eye_array(size)), (0, sparse.diags_array(down))]), 0, np.inf)
        one = sparse.coo_array(np.eye(1, size, cell))
        add(place([(up_block, one), (down_block, -one), (0, -system.need[cell] * one)]), 0, np.inf)
    cost = np.concatenate([np.where(primary, 0, system.weight), np.zeros(2 * size * size)])
    whole = np.arange(len(cost)) < size
    found = milp(
        cost,
        constraints=LinearConstraint(sparse.csr_array(sparse.vstack(blocks)), low, high),
        integrality=whole,
        bounds=Bounds(
            np.where(whole, np.append(primary, np.zeros(2 * size * size)), -np.inf), np.where(whole, 1, np.inf)
        ),
    )
    assert found.status == 0
    return float(found.fun)
