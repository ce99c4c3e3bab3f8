"""Measures of groups of rows, where the group of a row is a small integer: counts, distinct ids, quantiles.

No function sorts by value: numbers are ranked once, and every grouping after that is a counting sort.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

Integers = npt.NDArray[np.integer]
Counts = npt.NDArray[np.int64]

_LARGEST_BITMAP = 1 << 26  # bytes


def flatten(positions: Sequence[Integers], sizes: Sequence[int]) -> Integers:
    """One integer per row for its combination of positions; the last position varies fastest."""
    wide = np.int32 if int(np.prod(sizes)) < 2**31 else np.int64
    flat: npt.NDArray[np.signedinteger] = positions[0].astype(wide)
    for position, size in zip(positions[1:], sizes[1:], strict=True):
        np.multiply(flat, size, out=flat)
        np.add(flat, position, out=flat, casting="unsafe")
    return flat


def count(groups: Integers, number: int) -> Counts:
    """Rows of each of ``number`` groups."""
    return np.bincount(groups, minlength=number)


def count_distinct(groups: Integers, number: int, ids: Integers) -> Counts:
    """Distinct ``ids`` (from 0; below 0: none) in each of ``number`` groups."""
    if len(ids) and ids.min() < 0:
        groups, ids = groups[ids >= 0], ids[ids >= 0]
    width = int(ids.max()) + 1 if len(ids) else 1
    pairs = groups.astype(np.int64) * width + ids
    if number * width <= _LARGEST_BITMAP:
        seen = np.zeros(number * width, dtype=bool)
        seen[pairs] = True
        return np.asarray(np.count_nonzero(seen.reshape(number, width), axis=1), dtype=np.int64)
    pairs.sort()
    new = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
    return np.bincount(pairs[new] // width, minlength=number)


@dataclass(frozen=True)
class Ranked:
    """Numbers in ascending order: ``rows`` are their places in the column they came from, NaN left out."""

    rows: npt.NDArray[np.intp]
    values: npt.NDArray[np.float64]

    @classmethod
    def of(cls, column: npt.NDArray[np.float64]) -> "Ranked":
        known = np.flatnonzero(~np.isnan(column))
        rows = known[np.argsort(column[known])]
        return cls(rows, column[rows])


def quantiles(groups: Integers, number: int, ranked: Ranked, shares: Sequence[float]) -> npt.NDArray[np.float64]:
    """Linear quantiles (type 7 of Hyndman and Fan, 1996) of each group's known numbers.

    Args:
        groups: the group of each row of the column that was ranked.
        shares: between 0 and 1.

    Returns:
        One row per group, one column per share; NaN where the group has no known number.
    """
    order, ends = _grouped(groups[ranked.rows], number)
    sizes = np.diff(ends)
    result = np.full((number, len(shares)), np.nan)
    filled = np.flatnonzero(sizes)
    for column, share in enumerate(shares):
        place = (sizes[filled] - 1) * share
        below = place.astype(np.intp)
        low = ranked.values[order[ends[filled] + below]]
        high = ranked.values[order[ends[filled] + np.minimum(below + 1, sizes[filled] - 1)]]
        result[filled, column] = low + (high - low) * (place - below)
    return result


def _grouped(groups: Integers, number: int) -> tuple[Integers, Integers]:
    """Rows by group, in their own order within it; and where each group begins (with the end of the last)."""
    rows = np.arange(len(groups), dtype=np.int32)
    matrix = coo_array((np.ones(len(groups), dtype=np.int8), (groups, rows)), shape=(number, max(len(groups), 1)))
    compressed = matrix.tocsr()  # a counting sort
    return compressed.indices, compressed.indptr
