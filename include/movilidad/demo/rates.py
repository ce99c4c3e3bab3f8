"""Simulated reference exchange rates of the quetzal: **invented**, not those of the Bank of Guatemala.

Between about 7.60 and 7.90 quetzales per dollar, slowly moving, one pair for every calendar day.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from movilidad.demo.plan import FIRST, LAST
from movilidad.demo.randomness import stream
from movilidad.model.periods import Month

_MIDDLE, _PULL, _STEP, _SPREAD = 7.73, 0.004, 0.0035, 0.0125
_LOW, _HIGH = 7.6, 7.9


def daily(seed: int, until: Month) -> list[tuple[date, float, float]]:
    """Day, purchase and sale, from January 2019 to the end of ``until``."""
    rng = stream(seed, "tipos_cambio")
    count = (LAST.last_day - FIRST.first_day).days + 1
    rate, rates = _MIDDLE, []
    for step in rng.normal(0, _STEP, count):
        rate = float(np.clip(rate + _PULL * (_MIDDLE - rate) + step, _LOW, _HIGH - 0.02))
        rates.append(rate)
    days = (until.last_day - FIRST.first_day).days + 1
    return [
        (FIRST.first_day + timedelta(day), round(rate, 5), round(rate + _SPREAD, 5))
        for day, rate in enumerate(rates[:days])
    ]


def write_fallback(folder: Path, months: list[Month], seed: int) -> None:
    """The same rates as one CSV file per month, ``tipo_cambio_banguat_2026-10.csv``: fecha, compra, venta."""
    found = daily(seed, months[-1])
    for month in months:
        lines = [f"{day:%d/%m/%Y},{buy:.5f},{sell:.5f}" for day, buy, sell in found if Month.of(day) == month]
        file = folder / f"tipo_cambio_banguat_{month}.csv"
        file.write_text("\n".join(["fecha,compra,venta", *lines, ""]), encoding="utf-8")
