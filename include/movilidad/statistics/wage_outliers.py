"""Wages far from those of their country: counted and told, never taken out.

The fence is the median ± k · 1.4826 · MAD of the logarithms of the comparable monthly wages of one country (the
MAD: median of the absolute deviations from the median; 1.4826 makes it a standard deviation where wages are
log-normal; Iglewicz and Hoaglin 1993). On the log scale a wage twice the median and one half of it are equally
far. The parameters are in ``include/codelists/valores_atipicos.csv``.
"""

import numpy as np
import pandas as pd

from movilidad.model.codelists import rows

_NORMAL = 1.4826


def outside_fences(population: pd.DataFrame) -> pd.Series:
    """Which departures have a comparable wage outside the fence of their country.

    Args:
        population: ``pais`` and ``salario_mensual_gtq`` (NaN where not comparable).

    Countries with fewer wages than ``observaciones_minimas`` have no fence.
    """
    limits = {row["parametro"]: float(row["valor"]) for row in rows("valores_atipicos")}
    logs = np.log(population["salario_mensual_gtq"].astype("float64"))
    by_country = population["pais"].astype("str")
    away = (logs - logs.groupby(by_country).transform("median")).abs()
    # wages of one tariff have no spread: then a small one is assumed
    spread = (away.groupby(by_country).transform("median") * _NORMAL).clip(lower=limits["dispersion_minima"])
    enough = logs.groupby(by_country).transform("count") >= limits["observaciones_minimas"]
    return (away > limits["k"] * spread) & enough
