"""A whole point with the true values, chosen month by month while all that ended earlier stands.

Over all months at once the programme is slow, and its answer seldom whole.
"""

from collections.abc import Iterable

import numpy as np

from movilidad.disclosure.audit.blocks import Block
from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.solver import Floats, Places, interior_optimum, lp_model, rounded, whole_optimum


def month_by_month(
    part: Part, months: Iterable[Block], columns: Places, values: Floats, cap: float, seconds: float
) -> Floats | None:
    """A whole point at which some unknowns have certain values.

    None if it was not found so: an earlier choice can leave a later month without any.

    Args:
        cap: no unknown is greater.
        seconds: for the whole numbers of one month.
    """
    low, high = part.column_low.copy(), np.full(len(part.columns), cap)
    low[columns] = high[columns] = values
    point = np.zeros(len(low))
    for month in months:
        chosen = _chosen(month.at(point), low[month.own], high[month.own], seconds)
        if chosen is None:
            return None
        point[month.own] = chosen
    return point if part.holds(point) else None


def _chosen(inner: Part, low: Floats, high: Floats, seconds: float) -> Floats | None:
    """A whole point of one month; by the interior-point method, which hardly ever needs whole-number search."""
    found = interior_optimum(lp_model(inner.matrix, inner.row_low, inner.row_high, low, high))
    if found is None:
        return None
    whole = rounded(found)
    if whole is not None:
        return whole
    model = lp_model(inner.matrix, inner.row_low, inner.row_high, low, high)
    return whole_optimum(model, np.zeros(len(high)), seconds).point
