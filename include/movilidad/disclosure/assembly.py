"""A block and the decisions about its cells, as the ``System`` that the suppression solves."""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from movilidad.disclosure.block import Block
from movilidad.disclosure.system import Flags, State, System

States = npt.NDArray[np.int8]
Groups = npt.NDArray[np.int32]


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
    finest = _finest(block, single)
    same = _same_cells(block, state)
    return System(
        values=block.values,
        equations=block.equations,
        state=state,
        lower=np.zeros(block.size),
        upper=np.full(block.size, np.inf),
        weight=block.values + 1,
        need=np.where(unseen, np.where(small, float(frequency), 0.0), width),
        lone=finest & _one_of_each(same, single, finest),
        sensitive=_one_of_each(same, state == State.PRIMARY, finest),
        bundle=_bundles(same, unseen),
    )


def _same_cells(block: Block, state: States) -> Groups:
    """A number per cell; cells that are one and the same, as a margin of one cell, have the same number.

    Whoever is alone in such a cell knows the others trivially: nothing can and need protect them from each other.
    """
    open_cells = sparse.diags_array((state != State.FIXED).astype(float), format="csr")
    unknown = sparse.csr_array(block.equations @ open_cells)
    unknown.eliminate_zeros()
    equal = (np.diff(unknown.indptr) == 2) & (unknown.sum(axis=1) == 0) & (unknown @ block.values == 0)
    pairs = unknown[np.flatnonzero(equal)].indices.reshape(-1, 2)
    links = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(block.size, block.size))
    groups: Groups = connected_components(links, directed=False)[1]
    return groups


def _bundles(groups: Groups, unseen: Flags) -> npt.NDArray[np.int64]:
    """The group of printed cells that are one and the same, otherwise -1."""
    together = np.bincount(groups[~unseen], minlength=len(groups)) > 1
    return np.where(~unseen & together[groups], groups, -1).astype(np.int64)


def _one_of_each(groups: Groups, flags: Flags, preferred: Flags) -> Flags:
    """Of the flagged cells one in each group, a preferred one if there is any."""
    places = np.flatnonzero(flags)
    places = places[np.argsort(preferred[places], kind="stable")]
    last = np.full(len(flags), -1)
    last[groups[places]] = places
    chosen = np.zeros(len(flags), dtype=bool)
    chosen[last[last >= 0]] = True
    return chosen


def _finest(block: Block, single: Flags) -> Flags:
    """Single cells that are not a sum of another single cell, whose person is the same."""
    parts = block.equations.maximum(0) @ single.astype(float)
    sums = (block.equations < 0).astype(float)
    inherited: Flags = sums.T @ (parts > 0).astype(float) > 0
    return single & ~inherited
