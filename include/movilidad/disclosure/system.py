"""What a reader can reason about: cells and the equations among them, as arrays.

The protection turns tables, periods and earlier releases into one ``System``; the suppression decides on it. The
attacker's audit has equations of its own and never imports this module.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]


class State(IntEnum):
    """What may be done with a cell.

    - ``FREE``: shown, unless it must help to hide another; hiding it costs its ``weight``.
    - ``PRIMARY``: must be hidden.
    - ``HELD``: hidden by an earlier release, or by hand: stays hidden, costs nothing.
    - ``FIXED``: a reader has its value for ever (published, or a zero that everybody knows).
    - ``LATENT``: never printed (finest crossing behind the tables); unknown to readers, costs nothing.
    """

    FREE = 0
    PRIMARY = 1
    HELD = 2
    FIXED = 3
    LATENT = 4


@dataclass(frozen=True)
class System:
    """Cells and equations. All arrays have one entry per cell.

    Attributes:
        values: the true values.
        equations: sparse, one row per equation; ``equations @ values`` is zero.
        state: a ``State`` each.
        lower: what a reader knows that the cell is at least while it is hidden.
        upper: what a reader knows that it is at most (``inf``).
        weight: cost of hiding a ``FREE`` cell.
        need: width of the interval that a hidden cell must leave to a reader; 0 asks for nothing. For a
            ``LATENT`` cell: 0, or the minimum frequency n: then it must not be certain that it holds
            1 to n - 1.
        lone: cells with a single contributor, who knows the value.
        sensitive: cells that must also withstand every lone contributor of another cell.
        bundle: cells with the same number (not negative) are hidden together; -1: none.
        whole: whether all values are whole numbers.
    """

    values: Floats
    equations: sparse.csr_array
    state: npt.NDArray[np.int8]
    lower: Floats
    upper: Floats
    weight: Floats
    need: Floats
    lone: Flags
    sensitive: Flags
    bundle: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    whole: bool = True

    @property
    def size(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Suppression:
    """``hidden``: per cell, whether readers do not see it (``LATENT`` cells never count as hidden)."""

    hidden: Flags
