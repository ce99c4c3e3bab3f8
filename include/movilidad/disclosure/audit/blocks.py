"""A part month by month: what ends with a month, and the rows that speak of nothing later.

Whoever chooses one month after the other has chosen the whole part, and each choice has one month's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.reduction import Floats, Part, Places


@dataclass(frozen=True)
class Block:
    """The cells of a month and of the longer periods up to it.

    Attributes:
        own: its unknowns.
        inner: the rows over these, as if all earlier unknowns were 0.
        outer: the same rows over the earlier unknowns.
    """

    own: Places
    inner: Part
    outer: sparse.csr_array

    def at(self, point: Floats) -> Part:
        """Its rows over its own unknowns, while the earlier ones stand as at a point of the whole part."""
        said, inner = self.outer @ point, self.inner
        return Part(
            inner.columns, inner.rows, inner.matrix, inner.row_low - said, inner.row_high - said, inner.column_low
        )


def blocks(part: Part, names: Sequence[Name]) -> list[Block]:
    """The months of a part, the earliest first.

    Args:
        names: of the part's unknowns.
    """
    _, number = np.unique([name.months[-1] for name in names], return_inverse=True)
    entries = part.matrix.tocoo()
    latest = np.zeros(part.matrix.shape[0], dtype=np.int64)
    np.maximum.at(latest, entries.row, number[entries.col])
    return [_block(part, number == place, latest == place) for place in range(number.max() + 1)]


def _block(part: Part, mine: npt.NDArray[np.bool_], saying: npt.NDArray[np.bool_]) -> Block:
    own, rows = np.flatnonzero(mine), np.flatnonzero(saying)
    said = part.matrix[rows].tocsr()
    inner = Part(own, rows, said[:, own].tocsr(), part.row_low[rows], part.row_high[rows], part.column_low[own])
    return Block(own, inner, (said @ sparse.diags_array((~mine).astype(float))).tocsr())
