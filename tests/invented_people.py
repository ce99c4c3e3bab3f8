"""Invented months of placed people, with the tiny cells of real ones, counted and ready for the protection."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from movilidad.model.codelists import code_list
from movilidad.model.periods import Period
from movilidad.statistics.cube import count_table, detail, encode
from movilidad.statistics.specs import load_specs
from movilidad.statistics.tables import PeriodTables

PLACED = "colocados"
_COUNTRIES = {"USA": 0.86, "CAN": 0.09, "ESP": 0.03, "MEX": 0.01, "ITA": 0.006, "DEU": 0.004}
_VISAS = {"CAN": "PTET-A", "ESP": "GECCO", "MEX": "TVTF", "ITA": "FLUSSI", "DEU": "FACHKRAFT"}
_JOBS = {
    "USA": ["9211", "8341", "9112", "5131"],
    "CAN": ["9211", "9212"],
    "ESP": ["9211"],
    "MEX": ["9211", "9313"],
}
_SECTORS = {"9211": "0113", "9212": "0141", "8341": "0161", "9112": "5510", "5131": "5610", "9313": "4100"}
_BANDS = ["Q5000-9999", "Q10000-14999", "Q15000-19999", "Q20000-24999", "ND"]
_AGES = ["18-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54"]


def people(seed: int, size: int) -> pd.DataFrame:
    """Who is placed in a year: a row per person with what stays the same."""
    rng = np.random.default_rng(seed)
    towns = list(code_list("municipios").codes)
    weights = rng.pareto(0.9, len(towns)) + 0.05
    town = rng.choice(towns, size, p=weights / weights.sum())
    pueblo = rng.choice(["1", "5", "3", "2", "ND"], size, p=[0.45, 0.5, 0.01, 0.01, 0.03])
    language = rng.choice(["10", "12", "11", "17", "04", "ND"], size, p=[0.35, 0.3, 0.2, 0.1, 0.01, 0.04])
    return pd.DataFrame(
        {
            "persona_id": [f"p{seed}-{number}" for number in range(size)],
            "sexo": rng.choice(["1", "2"], size, p=[0.87, 0.13]),
            "grupo_edad": rng.choice(_AGES, size, p=[0.25, 0.25, 0.2, 0.13, 0.09, 0.05, 0.03]),
            "municipio_origen": town,
            "departamento_origen": [code[:2] for code in town],
            "pueblo": pueblo,
            "comunidad_linguistica": np.where(pueblo == "1", language, np.where(pueblo == "ND", "ND", "99")),
        }
    )


def departures(folk: pd.DataFrame, month: str, size: int, seed: int, *, again: float = 0.0) -> pd.DataFrame:
    """A month's departures of these people.

    Args:
        again: share of those who leave a second time in the month.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(folk), size, replace=False)
    rows = folk.iloc[np.concatenate([chosen, chosen[: int(size * again)]])].reset_index(drop=True)
    count = len(rows)
    country = rng.choice(list(_COUNTRIES), count, p=list(_COUNTRIES.values()))
    job = np.array([rng.choice(_JOBS.get(one, ["9112"])) for one in country])
    return rows.assign(
        mes=month,
        colocacion_id=[f"{month}-{number:05d}" for number in range(count)],
        pais=country,
        tipo_visa=[_visa(one, work) for one, work in zip(country, job, strict=True)],
        ocupacion=job,
        sector=[_SECTORS[work] for work in job],
        banda_salarial=rng.choice(_BANDS, count, p=[0.2, 0.35, 0.3, 0.1, 0.05]),
    )


def _visa(country: str, job: str) -> str:
    return _VISAS.get(country) or ("H-2A" if job == "9211" else "H-2B")


def counted(period: Period, months: Iterable[pd.DataFrame]) -> PeriodTables:
    """Count the departures of a period's months as the product does."""
    specs = load_specs()
    rows = pd.concat(months, ignore_index=True)
    first = np.zeros(len(rows), dtype=bool)
    first[rows.sort_values(["mes", "colocacion_id"]).drop_duplicates("persona_id").index] = True
    encoded = encode(rows.assign(primera_salida=first), specs, PLACED)
    tables = {name: table for name, table in specs.of_kind(period.kind).items() if table.poblacion == PLACED}
    return PeriodTables(
        period,
        {name: count_table(encoded, specs, table) for name, table in tables.items()},
        {PLACED: detail(encoded, specs)},
    )
