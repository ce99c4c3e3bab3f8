"""A block and the decisions about its cells, as the ``System`` that the suppression solves."""

import numpy as np
import numpy.typing as npt

from movilidad.disclosure.block import Block
from movilidad.disclosure.system import Flags, State, System

States = npt.NDArray[np.int8]


def states_of(block: Block, primary: Flags) -> States:
    """Latent cells latent, printed zeros fixed, the primary ones primary (also zeros), the others free."""
    state = np.full(block.size, State.FREE, dtype=np.int8)
    state[block.values == 0] = State.FIXED
    state[primary] = State.PRIMARY
    state[~block.printed] = State.LATENT
    return state


def assemble(block: Block, state: States, *, width: float, frequency: int = 0) -> System:
    """The system of a block of counts. What it does not know, the caller replaces.

    Readers know of a hidden count that it is at least 0. Hiding a cell costs its value and one more: of two
    patterns with the same sum the one with fewer cells is better.

    Args:
        state: a ``State`` per cell.
        width: least width of the interval of every hidden cell.
        frequency: the minimum frequency, if a latent count below it must not become certain either.
    """
    unseen = state == State.LATENT
    small = (block.values > 0) & (block.values < frequency)
    single = (block.contributors == 1) & (block.values > 0) & ~unseen & (state != State.FIXED)
    return System(
        values=block.values,
        equations=block.equations,
        state=state,
        lower=np.zeros(block.size),
        upper=np.full(block.size, np.inf),
        weight=block.values + 1,
        need=np.where(unseen, np.where(small, float(frequency), 0.0), width),
        lone=single,
        sensitive=state == State.PRIMARY,
        bundle=np.full(block.size, -1, dtype=np.int64),
    )
