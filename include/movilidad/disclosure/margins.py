"""Margins that come with the data must be what their cells add up to."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from movilidad.disclosure.crossings import crossing_of
from movilidad.disclosure.hierarchies import Hierarchy
from movilidad.disclosure.scales import scale_of
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.statistics.cube import CONTRIBUTORS

AMOUNTS = ["valor", CONTRIBUTORS]

_MOST_NAMED = 5


def require_agreement(
    detail: pd.DataFrame, sums: pd.DataFrame, dimensions: list[str], hierarchies: Mapping[str, Hierarchy]
) -> None:
    """Compare every margin and every sum of a hierarchy with the inner cells.

    Args:
        detail: the inner cells, with ``valor`` and ``contribuyentes``.
        sums: the same columns; ``Total`` or the code of a sum in at least one dimension.

    Raises:
        DataError: values differ, or contributors are more than those of the parts together; names the margins.
    """
    wrong: list[Hashable] = []
    for totals, rows in sums.groupby([sums[name] == TOTAL for name in dimensions], sort=False):
        names = [name for name, is_total in zip(dimensions, totals, strict=True) if not is_total]
        wrong += _disagreeing(rows, _true_sums(detail, names, hierarchies), names)
    if wrong:
        named = [", ".join(f"{name}={sums.at[row, name]}" for name in dimensions) for row in wrong[:_MOST_NAMED]]
        raise DataError(
            f"hay márgenes que no son la suma de sus celdas: {'; '.join(named)}",
            rows=len(wrong),
            remedy="corrija esos márgenes o quítelos: se calculan de las celdas",
        )


def _true_sums(detail: pd.DataFrame, names: list[str], hierarchies: Mapping[str, Hierarchy]) -> pd.DataFrame:
    """The cells over ``names`` with their codes and what the inner cells add up to."""
    coded = [scale_of(detail[name], hierarchies.get(name)) for name in names]
    amounts = detail[AMOUNTS].to_numpy(dtype=float)
    true = crossing_of([scale for scale, _ in coded], [column for _, column in coded], amounts).with_sums()
    codes = {
        scale.name: np.array(scale.codes, dtype=object)[column]
        for scale, column in zip(true.scales, true.columns, strict=True)
    }
    return pd.DataFrame({**codes, "_valor": true.amounts[:, 0], "_contribuyentes": true.amounts[:, 1]})


def _disagreeing(rows: pd.DataFrame, true: pd.DataFrame, names: list[str]) -> list[Hashable]:
    """The labels of the rows that differ; a code without inner cells adds up to nothing."""
    beside = rows.merge(true, how="left", on=names) if names else rows.merge(true, how="cross")
    beside = beside.fillna({"_valor": 0.0, "_contribuyentes": 0.0})
    differs = (beside["valor"] != beside["_valor"]) | (beside[CONTRIBUTORS] > beside["_contribuyentes"])
    return list(rows.index[differs.to_numpy()])
