"""Cutting numbers into the bands of a code list (``desde`` included, ``hasta`` excluded, empty is open)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from movilidad.model.codelists import UNKNOWN, rows


def banded(values: npt.NDArray[np.float64], name: str) -> pd.Categorical:
    """The band of each value by the list ``name``; ``ND`` where the value is missing or in no band.

    Args:
        values: numbers in the unit of the list (completed years, quetzales); NaN where unknown.
        name: a code list with the columns ``codigo``, ``desde`` and ``hasta``, bands in ascending order.
    """
    bands = rows(name)
    starts = np.array([float(band["desde"]) for band in bands])
    ends = np.array([float(band["hasta"] or "inf") for band in bands])
    position = np.searchsorted(starts, values, side="right") - 1
    inside = (position >= 0) & (values < ends[position])  # NaN compares false
    codes = np.where(inside, position, len(bands))
    return pd.Categorical.from_codes(codes, [*(band["codigo"] for band in bands), UNKNOWN])
