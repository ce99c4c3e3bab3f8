"""Cells by name with their values and the equations among them; blocks of periods and measures can be joined."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from movilidad.disclosure.system import Flags, Floats
from movilidad.model.errors import DataError

# (dimension, code) pairs sorted by dimension, margins left out; () is the grand total
Key = tuple[tuple[str, str], ...]
Term = tuple[Hashable, float]

_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Block:
    """Cells and equations. A combination that is not here is zero and known to be.

    Attributes:
        keys: the canonical key of each cell (of joined blocks: label and key).
        values: true values.
        contributors: distinct contributors of each cell.
        printed: whether the cell is printed; the others are latent, known to no reader.
        equations: one row each, parts +1 and their sum -1; ``equations @ values`` is zero.
    """

    keys: list[Hashable]
    values: Floats
    contributors: Floats
    printed: Flags
    equations: sparse.csr_array

    @property
    def size(self) -> int:
        return len(self.keys)

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {key: place for place, key in enumerate(self.keys)}

    def index_of(self, key: Hashable) -> int | None:
        """The position of a cell; None for a combination that does not occur, a known zero."""
        return self._places.get(key)

    def value_of(self, key: Hashable) -> float:
        """The value of a cell, also of one that does not occur."""
        place = self.index_of(key)
        return 0.0 if place is None else float(self.values[place])

    def indices_of(self, keys: Iterable[Hashable]) -> npt.NDArray[np.intp]:
        """The positions of several cells, -1 for known zeros."""
        return np.array([self._places.get(key, -1) for key in keys], dtype=np.intp)

    def with_equations(self, equations: Iterable[Iterable[Term]]) -> "Block":
        """This block and further equations among its cells.

        Args:
            equations: of each, its (key, coefficient) pairs; their sum is zero. Known zeros drop out.

        Raises:
            DataError: an equation does not hold at the true values.
        """
        rows, columns, factors, count = [], [], [], 0
        for count, terms in enumerate(equations, start=1):
            for key, factor in terms:
                place = self.index_of(key)
                if place is not None:
                    rows.append(count - 1)
                    columns.append(place)
                    factors.append(factor)
        extra = sparse.csr_array((np.array(factors, dtype=float), (rows, columns)), shape=(count, self.size))
        wrong = int(np.count_nonzero(np.abs(extra @ self.values) > _TOLERANCE))
        if wrong:
            raise DataError("hay relaciones entre cuadros o periodos que las cifras no cumplen", rows=wrong)
        together = sparse.vstack([self.equations, extra], format="csr")
        return Block(self.keys, self.values, self.contributors, self.printed, together)


def loose_cells(keys: Sequence[Hashable], values: Sequence[float], *, printed: bool = False) -> Block:
    """Cells without equations, such as the unknown rest in *part + rest = whole*."""
    count = len(keys)
    amounts = np.asarray(values, dtype=float)
    return Block(list(keys), amounts, amounts, np.full(count, printed), sparse.csr_array((0, count)))


def concatenate(blocks: Mapping[Hashable, Block]) -> Block:
    """Blocks side by side; the keys become (label, key)."""
    parts = list(blocks.values())
    return Block(
        [(label, key) for label, block in blocks.items() for key in block.keys],
        np.concatenate([block.values for block in parts]),
        np.concatenate([block.contributors for block in parts]),
        np.concatenate([block.printed for block in parts]),
        sparse.block_diag([block.equations for block in parts], format="csr"),
    )
