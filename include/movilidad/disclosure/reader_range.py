"""Bounds that a reader derives line by line, whatever is hidden: with every free cell hidden."""

import numpy as np
from scipy import sparse

from movilidad.disclosure.system import Flags, Floats, Indices

_ROUNDS = 50
_SLACK = 1e-6


def narrow(
    equations: sparse.csr_array, values: Floats, known: Flags, bounds: tuple[Floats, Floats], whole: bool
) -> tuple[Floats, Floats]:
    """Tighten bounds with each equation until nothing changes (or ``_ROUNDS`` times).

    Args:
        equations: one row per equation, ``equations @ values`` is zero.
        values: the true values, used only where ``known``.
        known: cells that the reader has.
        bounds: lower and upper bounds of the others.
        whole: whether bounds may be rounded inwards.

    Returns:
        Lower and upper bounds, equal for cells that the reader can compute.
    """
    lower = np.where(known, values, bounds[0])
    upper = np.where(known, values, bounds[1])
    entries = sparse.coo_array(equations)
    row, column, factor, rows = entries.row, entries.col, entries.data, equations.shape[0]
    for _ in range(_ROUNDS):
        least = np.where(factor > 0, factor * lower[column], factor * upper[column])
        most = np.where(factor > 0, factor * upper[column], factor * lower[column])
        largest = -_without(row, least, rows)  # of factor * value
        smallest = -_without(row, most, rows)
        above = np.where(factor > 0, largest, smallest) / factor
        below = np.where(factor > 0, smallest, largest) / factor
        if whole:
            above, below = np.floor(above + _SLACK), np.ceil(below - _SLACK)
        tighter_upper, tighter_lower = upper.copy(), lower.copy()
        np.minimum.at(tighter_upper, column, above)
        np.maximum.at(tighter_lower, column, below)
        if np.array_equal(tighter_upper, upper) and np.array_equal(tighter_lower, lower):
            break
        lower, upper = tighter_lower, tighter_upper
    return np.where(known, values, np.minimum(lower, values)), np.where(known, values, np.maximum(upper, values))


def _without(row: Indices, terms: Floats, rows: int) -> Floats:
    """Per entry, the sum of its row without the entry itself; infinite terms are counted apart."""
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    sums = np.bincount(row, finite, rows)
    counts = np.bincount(row, endless, rows)
    others = sums[row] - finite
    sign = np.where(np.bincount(row, np.where(endless, np.sign(terms), 0.0), rows)[row] < 0, -1.0, 1.0)
    return np.where(counts[row] - endless > 0, sign * np.inf, others)
