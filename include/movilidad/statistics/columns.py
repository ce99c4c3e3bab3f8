"""Columns of codes, whether text or categorical."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def coded(column: pd.Series) -> tuple[npt.NDArray[np.intp], list[str]]:
    """The column as positions in its distinct values; -1 where missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), [str(value) for value in column.cat.categories]
    positions, values = pd.factorize(column)
    return positions, [str(value) for value in values]
