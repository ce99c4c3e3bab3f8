"""Comparable monthly wages in quetzales.

A wage keeps its own currency, period and hours; beside it stands a derived figure::

    salario_mensual_gtq = salario × pays per month × quetzales per unit of its currency

Pays per month come from ``include/codelists/factores_periodo.csv`` (an hourly wage: hours per week × 52 / 12).
Quetzales per unit: quetzales per US dollar (mean over the month's days of the mean of ``compra`` and ``venta``,
Bank of Guatemala) divided by the currency's units per US dollar (monthly mean). The rate is that of the month of
departure, or the last one known before it, at most twelve months old. No figure is derived from a piece rate, a
wage that the quality gate doubts, an hourly wage without hours or a currency without a rate.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.codelists import TOTAL, UNKNOWN, code_list, rows
from movilidad.model.periods import Month
from movilidad.statistics.bands import banded
from movilidad.statistics.inputs import Load, load_ids

OLDEST_RATE = 12  # months
MEDIAN = "salario_mensual_gtq_mediana"
QUANTILES = {MEDIAN: 0.5, "salario_mensual_gtq_p25": 0.25, "salario_mensual_gtq_p75": 0.75}
UNIT = "GTQ por mes"


@dataclass(frozen=True)
class Rate:
    """Units of ``moneda`` per US dollar, mean of ``mes``."""

    moneda: str
    mes: Month
    por_usd: float


@dataclass(frozen=True)
class Rates:
    """The rates that apply to departures of ``month``, by currency; GTQ is the quetzal itself."""

    month: Month
    by_currency: dict[str, Rate]

    def gtq_per_unit(self) -> dict[str, float]:
        """Quetzales per unit of each currency; empty while the quetzal has no rate, but for itself."""
        quetzal = self.by_currency.get("GTQ")
        if quetzal is None:
            return {"GTQ": 1.0}
        known = {currency: quetzal.por_usd / rate.por_usd for currency, rate in self.by_currency.items()}
        return {**known, "USD": quetzal.por_usd, "GTQ": 1.0}

    def sentence(self) -> str:
        """Which rates were used and of which month, for the notes."""
        if "GTQ" not in self.by_currency:
            return f"No hay tipo de cambio del quetzal para {self.month.label} ni para los doce meses anteriores."
        quetzal = self.by_currency["GTQ"]
        parts = [f"1 USD = {quetzal.por_usd:,.4f} GTQ ({self._when(quetzal)}, Banco de Guatemala)"]
        parts += [
            f"1 USD = {rate.por_usd:,.4f} {currency} ({self._when(rate)})"
            for currency, rate in sorted(self.by_currency.items())
            if currency != "GTQ"
        ]
        return f"Tipos de cambio usados: {'; '.join(parts)}."

    def _when(self, rate: Rate) -> str:
        when = f"promedio de {rate.mes.label}"
        return when if rate.mes == self.month else f"{when}, el último conocido"


_MONTHLY = """
SELECT DISTINCT ON (moneda) moneda, periodo, unidades_por_usd::float8
FROM nucleo.tipos_cambio
WHERE carga_id = ANY(:cargas) AND periodo BETWEEN :oldest AND :month AND unidades_por_usd > 0 AND moneda <> 'GTQ'
ORDER BY moneda, periodo DESC
"""
_DAILY = """
SELECT moneda, to_char(fecha, 'YYYY-MM') AS periodo, avg((compra + venta) / 2)::float8
FROM nucleo.tipos_cambio_diarios
WHERE carga_id = ANY(:cargas) AND moneda = 'GTQ' AND compra > 0 AND venta > 0
      AND to_char(fecha, 'YYYY-MM') BETWEEN :oldest AND :month
GROUP BY 1, 2 ORDER BY 2 DESC LIMIT 1
"""


def read_rates(connection: Connection, month: Month, loads: list[Load]) -> Rates:
    """The rates of ``month`` among the rows of ``loads``, or the last known, at most a year old."""
    parameters = {"cargas": load_ids(loads), "oldest": str(month.plus(-OLDEST_RATE)), "month": str(month)}
    found = [row for query in (_MONTHLY, _DAILY) for row in connection.execute(text(query), parameters)]
    return Rates(month, {currency: Rate(currency, Month.parse(when), rate) for currency, when, rate in found})


def with_wages(departures: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Add ``salario_mensual_gtq`` (rounded to cents; NaN where not comparable) and ``banda_salarial``."""
    monthly = comparable_wages(departures, rates)
    band = banded(monthly.to_numpy(), "bandas_salariales")
    return departures.assign(salario_mensual_gtq=monthly, banda_salarial=band)


def comparable_wages(departures: pd.DataFrame, rates: Rates) -> pd.Series:
    """Comparable monthly quetzales per departure, rounded to cents; NaN where nothing may be derived.

    Args:
        departures: ``salario``, ``salario_estado``, ``moneda``, ``periodo_pago``, ``horas_semana``.
    """
    wage = departures["salario"].astype("float64")
    usable = (departures["salario_estado"] == "ok") & (wage > 0)
    unit_value = departures["moneda"].map(rates.gtq_per_unit()).astype("float64")
    return (wage * _pays_per_month(departures) * unit_value).where(usable).round(2)


def _pays_per_month(departures: pd.DataFrame) -> pd.Series:
    factors = rows("factores_periodo")
    fixed = {row["periodo_pago"]: float(row["veces_por_mes"]) for row in factors if row["veces_por_mes"]}
    hourly = departures["periodo_pago"].isin([row["periodo_pago"] for row in factors if row["horas"]])
    hours = departures["horas_semana"].astype("float64")
    return departures["periodo_pago"].map(fixed).astype("float64").mask(hourly, hours.where(hours > 0) * 52 / 12)


def wage_summary(population: pd.DataFrame) -> pd.DataFrame:
    """Median and quartiles by country and for all, persons by their first departure.

    Args:
        population: with ``primera_salida``, ``pais``, ``empleador_id``, ``salario_mensual_gtq``.

    Returns:
        ``pais`` (``Total`` first, then in the order of the list, ``ND`` last), ``indicador``, ``unidad``,
        ``valor`` (whole quetzales, linear quantiles; missing where no wage is known), ``personas`` and
        ``empleadores``: how many stand behind the figure.
    """
    columns = population[["pais", "empleador_id", "salario_mensual_gtq"]]
    persons = columns[population["primera_salida"].to_numpy(dtype=bool)]
    known = persons[persons["salario_mensual_gtq"].notna()]
    present = set(persons["pais"].unique())
    countries = [code for code in (*code_list("paises").codes, UNKNOWN) if code in present]
    groups = [(TOTAL, known), *((code, known[known["pais"] == code]) for code in countries)]
    return pd.DataFrame(
        [row for code, group in groups for row in _figures(code, group)],
        columns=["pais", "indicador", "unidad", "valor", "personas", "empleadores"],
    ).astype({"valor": "Float64", "personas": "Int64", "empleadores": "Int64"})


def _figures(code: str, group: pd.DataFrame) -> list[tuple[str, str, str, float | None, int, int]]:
    wages: npt.NDArray[np.float64] = group["salario_mensual_gtq"].to_numpy(dtype="float64")
    employers = int(group["empleador_id"].nunique())
    return [
        (
            code,
            name,
            UNIT,
            float(np.round(np.quantile(wages, share))) if len(wages) else None,
            len(wages),
            employers,
        )
        for name, share in QUANTILES.items()
    ]
