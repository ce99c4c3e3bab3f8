"""The cells of one set of dimensions, each a number: the place of its codes in the crossing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod

import numpy as np
import numpy.typing as npt
import pandas as pd

from movilidad.disclosure.block import Key
from movilidad.disclosure.scales import Codes, Scale
from movilidad.model.errors import DataError

_LARGEST = 2**62
_MOST_CELLS = 4_000_000

Amounts = npt.NDArray[np.float64]  # cells × (value, contributors)


@dataclass(frozen=True, eq=False)
class Crossing:
    """Cells in rising order of ``ids``, with their amounts."""

    scales: list[Scale]
    ids: Codes
    amounts: Amounts

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(scale.name for scale in self.scales)

    @property
    def size(self) -> int:
        return len(self.ids)

    @cached_property
    def columns(self) -> list[Codes]:
        """The codes of each dimension."""
        columns, rest = [], self.ids
        for scale in reversed(self.scales):
            rest, code = np.divmod(rest, len(scale.codes))
            columns.append(code)
        return columns[::-1]

    def column(self, name: str) -> Codes:
        return self.columns[self.names.index(name)]

    @cached_property
    def is_leaf(self) -> npt.NDArray[np.bool_]:
        """Cells without a sum of a hierarchy among their codes."""
        pairs = zip(self.columns, self.scales, strict=True)
        return reduce(np.logical_and, (column < scale.leaves for column, scale in pairs), np.ones(self.size, bool))

    def flat(self, columns: Sequence[Codes]) -> Codes:
        """The ids of cells by their codes."""
        return flat_ids(self.scales, columns)

    def find(self, columns: Sequence[Codes], count: int) -> Codes:
        """The positions of ``count`` cells by their codes; all must be here."""
        wanted = self.flat(columns) if columns else np.zeros(count, dtype=np.int64)
        return np.searchsorted(self.ids, wanted)

    def contains(self, columns: Sequence[Codes], count: int) -> npt.NDArray[np.bool_]:
        """Whether each of ``count`` combinations of codes is here."""
        return np.isin(self.flat(columns) if columns else np.zeros(count, dtype=np.int64), self.ids)

    def canonical_keys(self) -> list[Key]:
        """The key of each cell: its (dimension, code) pairs."""
        if not self.scales:
            return [()] * self.size
        labels = []
        for scale, column in zip(self.scales, self.columns, strict=True):
            pairs = np.empty(len(scale.codes), dtype=object)
            pairs[:] = [(scale.name, code) for code in scale.codes]
            labels.append(pairs[column])
        return list(zip(*labels, strict=True))

    def each_once(self, columns: Sequence[Codes], scattered: Codes) -> "Crossing":
        """The same cells, with contributors who have several rows counted once in each of them.

        Args:
            columns: the codes of the rows that were added up.
            scattered: of each row, the number of such a contributor, or 0.
        """
        rows = np.flatnonzero(scattered)
        if not len(rows):
            return self
        places = self.find([column[rows] for column in columns], len(rows))
        several = np.bincount(places, minlength=self.size)
        pairs = np.unique(np.column_stack([places, scattered[rows]]), axis=0)
        amounts = self.amounts.copy()
        amounts[:, 1] -= several - np.bincount(pairs[:, 0], minlength=self.size)
        return Crossing(self.scales, self.ids, amounts)

    def only_leaves(self) -> "Crossing":
        return Crossing(self.scales, self.ids[self.is_leaf], self.amounts[self.is_leaf])

    def with_zeros(self, ids: Codes) -> "Crossing":
        """Also these cells, with nothing in them if they are new."""
        return self.restricted_to(np.union1d(self.ids, ids))

    def restricted_to(self, ids: Codes) -> "Crossing":
        """Exactly the cells ``ids`` (rising), with nothing in those that are not here."""
        amounts = np.zeros((len(ids), 2))
        place = np.minimum(np.searchsorted(self.ids, ids), max(self.size - 1, 0))
        here = self.ids[place] == ids if self.size else np.zeros(len(ids), dtype=bool)
        amounts[here] = self.amounts[place[here]]
        return Crossing(self.scales, ids, amounts)

    def with_sums(self) -> "Crossing":
        """Also the cells of the sums in the dimensions' hierarchies."""
        columns, origin = self.columns, np.arange(self.size)
        for position, scale in enumerate(self.scales):
            if not scale.is_flat:
                repeated, codes = scale.expanded.expand(columns[position])
                columns = [
                    codes if place == position else column[repeated] for place, column in enumerate(columns)
                ]
                origin = origin[repeated]
        return self if len(origin) == self.size else crossing_of(self.scales, columns, self.amounts[origin])


def flat_ids(scales: Sequence[Scale], columns: Sequence[Codes]) -> Codes:
    """The numbers of combinations of codes; a DataError if there are more than numbers."""
    if prod(len(scale.codes) for scale in scales) > _LARGEST:
        raise _too_large([scale.name for scale in scales])
    flat: Codes = np.zeros(len(columns[0]), dtype=np.int64)
    for scale, column in zip(scales, columns, strict=True):
        flat = flat * len(scale.codes) + column
    return flat


def crossing_of(scales: list[Scale], columns: list[Codes], amounts: Amounts) -> Crossing:
    """The combinations that occur, their amounts added up."""
    if not scales:
        return Crossing([], np.zeros(1, dtype=np.int64), amounts.sum(axis=0, keepdims=True))
    flat = flat_ids(scales, columns)
    space = prod(len(scale.codes) for scale in scales)
    if space <= 4 * len(flat) + 2**16:  # counting beats sorting as long as the crossing is not sparse
        ids = np.flatnonzero(np.bincount(flat, minlength=space))
        sums = [np.bincount(flat, weights=column, minlength=space)[ids] for column in amounts.T]
    else:
        ids, place = np.unique(flat, return_inverse=True)
        sums = [np.bincount(place, weights=column, minlength=len(ids)) for column in amounts.T]
    return Crossing(scales, ids.astype(np.int64), np.column_stack(sums))


def joined(scales: list[Scale], seen: list[Crossing]) -> Codes:
    """The combinations that no printed zero excludes: each part of them occurs in what readers see of it.

    Raises:
        DataError: there are millions of them.
    """
    frames = [pd.DataFrame(dict(zip(one.names, one.columns, strict=True))) for one in seen]
    rows, waiting = frames[0], frames[1:]
    while waiting:
        # what shares most with the rows so far comes next, so that they grow least
        waiting.sort(key=lambda frame: (-len(set(frame.columns) & set(rows.columns)), len(frame)))
        following = waiting.pop(0)
        shared = [name for name in following.columns if name in rows.columns]
        if _joined_size(rows, following, shared) > _MOST_CELLS:
            raise _too_large([scale.name for scale in scales])
        rows = rows.merge(following, on=shared) if shared else rows.merge(following, how="cross")
    return np.sort(flat_ids(scales, [rows[scale.name].to_numpy(dtype=np.int64) for scale in scales]))


def _joined_size(rows: pd.DataFrame, following: pd.DataFrame, shared: list[str]) -> int:
    if not shared:
        return len(rows) * len(following)
    counts = following.groupby(shared).size().rename("veces")
    return int(rows[shared].merge(counts.reset_index(), on=shared)["veces"].sum())


def _too_large(names: list[str]) -> DataError:
    return DataError(
        f"el cruce de {', '.join(names)} tiene demasiadas celdas para protegerlo",
        remedy="proteja menos dimensiones juntas, o use categorías más amplias",
    )
