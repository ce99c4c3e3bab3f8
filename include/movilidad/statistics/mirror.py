"""Mirror statistics: what others count of the same movement, beside our own published figures.

- United States: H-2A and H-2B visas issued to Guatemalans, by month (source ``visas_eeuu``).
- Canada: persons who travelled by any channel, as MINEX published them for some periods
  (``include/datos/cifras_publicadas.csv``). Canada's own open tables give permits of the agricultural stream for
  all nationalities together, on one day of the year: nothing that can stand beside departures of Guatemalans.

Only published figures of ours are compared; hidden ones give no ratio. What the two sides count differs on
purpose, and ``NOTES`` says how.
"""

import csv
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model import paths
from movilidad.model.codelists import code_list
from movilidad.model.periods import Month
from movilidad.statistics.comparisons import MONTHS, SMALL_BASE
from movilidad.statistics.inputs import Load, load_ids

COLUMNS = ["pais", "medida", "categoria", "periodo", "valor", "unidad", "fuente"]
VISAS, ALL_CHANNELS = "visas_emitidas", "personas_todos_los_canales"
EVERY_CATEGORY = "Total"
TITLES = {
    VISAS: "Visas emitidas a guatemaltecos por el país de destino",
    ALL_CHANNELS: "Personas que viajaron por cualquier vía, según el MINEX",
}
NOTES = {
    "cobertura": (
        "No se cuenta lo mismo: el país de destino y el MINEX cuentan todas las vías (empleadores, agencias, "
        "reclutadores y el programa); nuestras cifras, solo el Programa de Trabajo Temporal."
    ),
    "momento": (
        "La visa se cuenta el mes en que se emite y la salida el mes en que la persona viaja; entre una y otra "
        "pueden pasar semanas, y hay visas que no se usan y personas que viajan más de una vez con la misma."
    ),
    "preliminar": (
        "Las visas por mes son preliminares y no deben sumarse a un año oficial. Falta mayo de 2019, y una clase "
        "sin fila en un mes puede ser cero o no haberse publicado: no se toma por cero."
    ),
    "canada": (
        "Para el Canadá no hay cifras mensuales de guatemaltecos con licencia abierta. Se dan los totales por "
        "periodo que publicó el MINEX: vuelos y salidas que reportan agencias y el MINTRAB, no medidos en la "
        "frontera."
    ),
    "razon": (
        "La razón dice cuántas salidas del programa hay por cada cien de la otra cifra. No es una cuota: quien "
        "está en una no tiene que estar en la otra. No se da si la otra cifra es menor de "
        f"{SMALL_BASE} ni si la nuestra está protegida o falta."
    ),
}

# class of visa in the United States' tables → our code
_OURS = {"H2A": "H-2A", "H2B": "H-2B"}
_SOURCE_USA = "US Department of State, Monthly Nonimmigrant Visa Issuance Statistics"
_SERIES_MINEX = "MINEX all channels"
_COUNTRIES_MINEX = {"CA"}
_VISAS = """
SELECT categoria, periodo, valor FROM nucleo.cifras_espejo
WHERE carga_id = ANY(:cargas) AND pais = 'USA' AND medida = :medida AND categoria = ANY(:clases)
      AND periodo <= :mes AND valor IS NOT NULL
ORDER BY categoria, periodo
"""


def mirror_figures(connection: Connection, month: Month, loads: list[Load]) -> pd.DataFrame:
    """The counts of others, as they were known to the loads of ``month``: ``COLUMNS``, one row per figure.

    ``categoria`` is our code of visa, or ``Total``. ``periodo`` is a month, or ``2024-01/2024-06``; of the monthly
    visas those of the last 25 months that are known up to ``month``. A figure that is not known has no row.
    """
    parameters = {"cargas": load_ids(loads), "medida": VISAS, "clases": list(_OURS), "mes": str(month)}
    found = [(_OURS[visa], period, value) for visa, period, value in connection.execute(text(_VISAS), parameters)]
    newest = max((Month.parse(period) for _, period, _ in found), default=month)
    rows = [
        ("USA", VISAS, visa, period, value, "visas", _SOURCE_USA)
        for visa, period, value in found
        if Month.parse(period) > newest.plus(-MONTHS)
    ]
    rows += [row for row in _published_by_minex() if months_of(row[3])[-1] <= month]
    return as_mirror(rows)


def as_mirror(rows: list[tuple[str, str, str, str, int, str, str]]) -> pd.DataFrame:
    """Rows as the frame of ``mirror_figures``, also if there are none."""
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype({"valor": "Int64"})


def beside(mirror: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Each figure of others with our published departures of the same country, visa and period.

    Args:
        mirror: as ``mirror_figures`` gives it.
        published: ``periodo``, ``indicador``, ``celda`` (canonical JSON), ``valor`` (missing if hidden).

    Returns:
        ``COLUMNS`` and ``salidas`` (Float64: the sum of the period's months; missing if one is hidden or was never
        published) and ``razon``: departures of the programme for every hundred of theirs; missing where ours are,
        and on a figure of theirs under ``SMALL_BASE``.
    """
    ours = published[published["indicador"] == "salidas"]
    values = ours["valor"].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    by_place = dict(zip(zip(ours["periodo"], ours["celda"], strict=True), values, strict=True))
    places = zip(mirror["pais"], mirror["categoria"], mirror["periodo"], strict=True)
    departures = [
        sum(by_place.get((str(month), our_cell(country, category)), np.nan) for month in months_of(period))
        for country, category, period in places
    ]
    theirs = mirror["valor"].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    ratios = [ratio(own, other) for own, other in zip(departures, theirs, strict=True)]
    numbers = pd.DataFrame({"salidas": departures, "razon": ratios}, index=mirror.index, dtype="float64")
    return mirror.assign(**numbers.astype("Float64"))


def ratio(ours: float, theirs: float) -> float:
    """Departures for every hundred of theirs; NaN on fewer of theirs than ``SMALL_BASE``."""
    return round(100 * ours / theirs, 1) if theirs >= SMALL_BASE else float("nan")


def our_cell(country: str, category: str) -> str:
    """The cell of our departures that a figure of others stands beside."""
    return f'{{"pais": "{country}"}}' if category == EVERY_CATEGORY else f'{{"tipo_visa": "{category}"}}'


def months_of(period: str) -> list[Month]:
    """The months of ``2026-10`` or ``2024-01/2024-06``."""
    first, _, last = period.partition("/")
    return Month.parse(first).through(Month.parse(last or first))


def _published_by_minex() -> list[tuple[str, str, str, str, int, str, str]]:
    with (paths.DATA / "cifras_publicadas.csv").open(encoding="utf-8", newline="") as handle:
        found = [
            row
            for row in csv.DictReader(handle)
            if row["series"] == _SERIES_MINEX and row["country_of_work"] in _COUNTRIES_MINEX
        ]
    return [
        (
            code_list("paises").resolve(row["country_of_work"]) or row["country_of_work"],
            ALL_CHANNELS,
            EVERY_CATEGORY,
            f"{Month.of(date.fromisoformat(row['period_start']))}/{Month.of(date.fromisoformat(row['period_end']))}",
            int(row["value"]),
            "personas",
            f"MINEX, según {row['source_url']}",
        )
        for row in found
    ]
