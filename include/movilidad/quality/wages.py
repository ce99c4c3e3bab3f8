"""Is a wage credible in its currency and pay period? The limits are those of ``limites_salario.csv``."""

from functools import lru_cache

import pandas as pd

from movilidad.model.codelists import rows
from movilidad.quality.columns import Cleaned
from movilidad.quality.states import State


def judge_wages(wages: Cleaned, currencies: pd.Series, periods: pd.Series) -> Cleaned:
    """Mark wages outside the limits, and any that is not above zero, as ``dudoso``; the amount is kept.

    Where a combination of currency and period has no limits nothing can be said beyond that.
    """
    limits = _limits()
    pairs = pd.MultiIndex.from_arrays([currencies, periods])
    codes, once = pd.factorize(pairs)
    nothing = (0.0, float("inf"))
    bounds = pd.DataFrame([limits.get(pair, nothing) for pair in once], columns=["low", "high"], dtype="float64")
    low = pd.Series(bounds["low"].to_numpy()[codes], index=wages.values.index)
    high = pd.Series(bounds["high"].to_numpy()[codes], index=wages.values.index)
    credible = (wages.values > 0) & (wages.values >= low) & (wages.values <= high)
    doubtful = (wages.states == State.OK) & ~credible
    return Cleaned(wages.values, wages.states.mask(doubtful, str(State.DOUBTFUL)))


@lru_cache
def _limits() -> dict[tuple[str, str], tuple[float, float]]:
    return {
        (row["moneda"], row["periodo_pago"]): (float(row["minimo"]), float(row["maximo"]))
        for row in rows("limites_salario")
    }
