"""A block and the decisions about its cells, as the ``System`` that the suppression solves."""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

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
    same = _same_cells(block, state)
    return System(
        values=block.values,
        equations=block.equations,
        state=state,
        lower=np.zeros(block.size),
        upper=np.full(block.size, np.inf),
        weight=block.values + 1,
        need=np.where(unseen, np.where(small, float(frequency), 0.0), width),
        lone=_finest(block, single) & _deepest_of(same, single),
        sensitive=(state == State.PRIMARY) & _deepest_of(same, state == State.PRIMARY),
        bundle=np.full(block.size, -1, dtype=np.int64),
    )


def _same_cells(block: Block, state: States) -> npt.NDArray[np.int32]:
    """A number per cell; cells that are one and the same, as a margin of one cell, have the same number.

    Whoever is alone in such a cell knows the others trivially: nothing can and need protect them from each other.
    """
    known = sparse.diags_array((state != State.FIXED).astype(float), format="csr")
    unknown = sparse.csr_array(block.equations @ known)
    unknown.eliminate_zeros()
    pairs = unknown[np.diff(unknown.indptr) == 2]
    first, second = pairs.indices[::2], pairs.indices[1::2]
    links = sparse.coo_array((np.ones(len(first)), (first, second)), shape=(block.size, block.size))
    return connected_components(links, directed=False)[1]


def _deepest_of(groups: npt.NDArray[np.int32], flags: Flags) -> Flags:
    """Of the flagged cells the last in each group: blocks begin with margins, so the last is the most detailed."""
    places = np.flatnonzero(flags)
    last = np.full(len(flags), -1)
    last[groups[places]] = places
    chosen = np.zeros(len(flags), dtype=bool)
    chosen[last[last >= 0]] = True
    return chosen


def _finest(block: Block, single: Flags) -> Flags:
    """Single cells that are not a sum of another single cell: there the same person is alone in both."""
    parts = block.equations.maximum(0) @ single.astype(float)
    sums = (block.equations < 0).astype(float)
    return single & ~(sums.T @ (parts > 0).astype(float) > 0)
