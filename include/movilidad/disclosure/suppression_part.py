"""One connected part of a system, without the cells that a reader has anyway: what the solvers work on.

Everything is written in *moves*: differences from the true values. A move is possible for a reader if it solves
the equations with zero right-hand side, stays within ``down`` and ``up`` and is zero on shown cells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from movilidad.disclosure.reader_range import narrow
from movilidad.disclosure.suppression_owners import Owners
from movilidad.disclosure.system import Flags, Floats, Indices, State, System


@dataclass(frozen=True)
class Part:
    """Arrays over the cells of the part, in the order of ``cells``.

    Attributes:
        cells: their places in the system.
        matrix: the equations among them.
        down, up: how far a reader can move each at most (not infinite; ``up`` is cut far beyond any need).
        group: number of the group in which a free cell is hidden; -1 for a cell that is hidden in any case.
        cost: per group. Sums of costs order by the sum of weights, then by the number of cells.
        need: width to be left; 0 where nothing is asked.
        short, far: for latent cells with a need: how far down, or how far up, the reader must be able to move;
            infinite where it cannot help. Zero elsewhere.
        lone, sensitive, latent: as in the system.
        owners: per cell, the contributors who know it anyway.
        whole: whether moves must be whole numbers.
    """

    cells: Indices
    matrix: sparse.csr_array
    down: Floats
    up: Floats
    group: Indices
    cost: Floats
    need: Floats
    short: Floats
    far: Floats
    lone: Flags
    sensitive: Flags
    latent: Flags
    owners: Owners
    whole: bool

    @property
    def size(self) -> int:
        return len(self.cells)

    @cached_property
    def columns(self) -> sparse.csc_array:
        """The equations by cell."""
        return sparse.csc_array(self.matrix)

    @cached_property
    def members(self) -> list[Indices]:
        """Per group, its cells."""
        order = np.argsort(self.group, kind="stable")
        starts = np.searchsorted(self.group[order], np.arange(len(self.cost) + 1))
        return [order[begin:end] for begin, end in pairwise(starts)]

    def opened(self, groups: Flags) -> Flags:
        """Per cell, whether a reader does not see it when these groups are hidden."""
        return np.asarray(self.spread(groups, True))

    def spread(self, groups: Any, otherwise: Any) -> Any:
        """Per cell, what its group has; ``otherwise`` for cells hidden in any case."""
        return np.append(groups, otherwise)[self.group]  # group -1 is the entry appended


def forced(system: System) -> Flags:
    """Cells hidden in any case: primaries, held ones and what is bundled with them."""
    must = np.isin(system.state, (State.PRIMARY, State.HELD))
    if len(system.bundle):
        bundles = np.unique(system.bundle[must & (system.bundle >= 0)])
        must |= np.isin(system.bundle, bundles) & (system.state == State.FREE)
    return must


def parts(system: System, must: Flags, barred: Flags, known_by: Owners) -> Iterator[Part]:
    """The connected parts in which something is hidden or asked for.

    Args:
        system: the whole.
        must: cells hidden in any case.
        barred: free cells that may not be hidden.
        known_by: as ``owners`` tells.
    """
    known = (system.state == State.FIXED) | barred
    low, high = narrow(system.equations, system.values, known, (system.lower, system.upper), system.whole)
    moving = high - low > 0
    count, label = connected_components(_links(system, moving), directed=False)
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(count + 1))
    for begin, end in pairwise(starts):
        cells = order[begin:end]
        cells = cells[moving[cells]]
        latent = system.state[cells] == State.LATENT
        if len(cells) and np.any((must[cells] | latent) & (system.need[cells] > 0)):
            yield replace(_part(system, cells, must, (low, high)), owners=[known_by[cell] for cell in cells])


def computable(system: System, must: Flags, barred: Flags) -> Flags:
    """Cells that every reader can compute even if every free cell is hidden, by single equations."""
    known = (system.state == State.FIXED) | barred
    low, high = narrow(system.equations, system.values, known, (system.lower, system.upper), system.whole)
    return np.asarray((high - low <= 0) & ~known)


def _links(system: System, moving: Flags) -> sparse.csr_array:
    """Cells linked when an equation or a bundle has both."""
    used = sparse.coo_array(system.equations)
    keep = moving[used.col]
    row, column = used.row[keep], used.col[keep]
    if len(system.bundle):
        bundled = np.flatnonzero((system.bundle >= 0) & moving)
        _, numbers = np.unique(system.bundle[bundled], return_inverse=True)
        row, column = np.append(row, system.equations.shape[0] + numbers), np.append(column, bundled)
    if not len(row):
        return sparse.csr_array((system.size, system.size))
    order = np.argsort(row, kind="stable")
    row, column = row[order], column[order]
    first = column[np.searchsorted(row, row)]  # a star around the first cell of each equation
    return sparse.csr_array((np.ones(len(row)), (first, column)), shape=(system.size, system.size))


def _part(system: System, cells: Indices, must: Flags, bounds: tuple[Floats, Floats]) -> Part:
    values, need = system.values[cells], system.need[cells]
    down, up = values - bounds[0][cells], bounds[1][cells] - values
    latent = system.state[cells] == State.LATENT
    matrix = sparse.csr_array(sparse.csc_array(system.equations)[:, cells])
    matrix = sparse.csr_array(matrix[np.diff(matrix.indptr) > 0])
    asked = latent & (values > 0) & (values < need)
    free = ~latent & ~must[cells]
    group, cost = _groups(system, cells, free)
    far_off = 20 * max(1.0, float(need.max()), float(np.max(down, initial=0.0, where=down < np.inf)))
    part = Part(
        cells=cells,
        matrix=matrix,
        down=np.minimum(down, far_off),
        up=np.minimum(up, far_off),
        group=group,
        cost=cost,
        need=np.where(latent, 0.0, need),
        short=np.where(asked, values, 0.0),
        far=np.where(asked, need - values, 0.0),
        lone=system.lone[cells] & ~latent,
        sensitive=system.sensitive[cells] & ~latent,
        latent=latent,
        owners=[],
        whole=system.whole,
    )
    return replace(
        part,
        short=np.where(part.short > part.down, np.inf, part.short),
        far=np.where(part.far > part.up, np.inf, part.far),
    )


def _groups(system: System, cells: Indices, free: Flags) -> tuple[Indices, Floats]:
    """Group numbers of the free cells, and what each group costs."""
    own = -1 - cells  # a number of its own for a cell without bundle
    numbers = own if not len(system.bundle) else np.where(system.bundle[cells] >= 0, system.bundle[cells], own)
    _, index = np.unique(numbers[free], return_inverse=True)
    group = np.full(len(cells), -1, dtype=np.intp)
    group[free] = index
    weight = np.bincount(index, np.maximum(system.weight[cells][free], 0.0)).astype(np.float64)
    number = np.bincount(index)
    return group, weight + _count_share(weight) * number


def _count_share(weight: Floats) -> float:
    """What one cell more may cost: all cells together less than one step of the weights."""
    if np.array_equal(weight, np.rint(weight)):
        return 0.5 / max(len(weight), 1)
    return 1e-6 * float(weight.max(initial=1.0))
