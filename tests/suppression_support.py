"""A reader with a linear programme: what hidden cells can be, and which of them are too narrow."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from movilidad.disclosure.system import State, System


def system_of(values: np.ndarray, equations: sparse.csr_array, *, need: float, **given: Any) -> System:
    """A system in which all cells have the same need and weigh what they hold."""
    size = len(values)
    primary = given.pop("primary", np.zeros(size, dtype=bool))
    return System(
        values=values,
        equations=sparse.csr_array(equations),
        state=given.pop("state", np.where(primary, State.PRIMARY, State.FREE).astype(np.int8)),
        lower=np.zeros(size),
        upper=np.full(size, np.inf),
        weight=given.pop("weight", values.copy()),
        need=np.full(size, float(need)),
        lone=given.pop("lone", np.zeros(size, dtype=bool)),
        sensitive=given.pop("sensitive", np.zeros(size, dtype=bool)),
        **given,
    )


def interval(system: System, hidden: np.ndarray, cell: int, known: int = -1) -> tuple[float, float]:
    """Smallest and largest value that a reader must allow for."""
    secret = hidden | (system.state == State.LATENT)
    secret[known if known >= 0 else []] = False
    low = np.where(secret, system.lower, system.values)
    high = np.where(secret, system.upper, system.values)
    ends = []
    for sign in (1, -1):
        aim = sign * np.eye(1, system.size, cell)[0]
        found = linprog(
            aim,
            A_eq=system.equations,
            b_eq=np.zeros(system.equations.shape[0]),
            bounds=np.c_[low, high],
            method="highs",
        )
        if found.status == 3:
            ends.append(-sign * np.inf)
            continue
        assert found.status == 0
        if system.whole:
            found = milp(
                aim,
                constraints=LinearConstraint(system.equations, 0, 0),
                integrality=np.ones(system.size),
                bounds=Bounds(low, high),
            )
            assert found.status == 0
        ends.append(sign * found.fun)
    return round(ends[0], 6), round(ends[1], 6)


def ranges(system: System, hidden: np.ndarray) -> dict[int, tuple[float, float]]:
    """Per hidden cell, what a reader must allow for."""
    return {int(cell): interval(system, hidden, int(cell)) for cell in np.flatnonzero(hidden)}


def attack(
    system: System, hidden: np.ndarray, *, same: Callable[[int, int], bool] | None = None
) -> list[tuple[int, int]]:
    """Cells that are too narrow, each with the lone cell whose contributor reads it (-1: anybody).

    ``same``: whether a cell is known anyway to the contributor of another.
    """
    found = []
    for cell in np.flatnonzero(hidden).tolist():
        knowers = [int(known) for known in np.flatnonzero(hidden & system.lone) if known != cell]
        for known in [-1, *(knowers if system.sensitive[cell] else [])]:
            low, high = interval(system, hidden, cell, known)
            if high - low < system.need[cell] - 1e-6 and not (known >= 0 and same and same(cell, known)):
                found.append((cell, known))
    for cell in np.flatnonzero((system.state == State.LATENT) & (system.need > 0)).tolist():
        low, high = interval(system, hidden, cell)
        if low >= 1 and high < system.need[cell]:
            found.append((cell, -1))
    return found
