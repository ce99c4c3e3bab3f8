"""Comparable wages: quetzales per month, and US dollars per hour.

A wage keeps its own currency, period and hours (``agreed_wages`` tells of it as it was agreed); beside it stand
two derived figures::

    salario_mensual_gtq = salario × pays per month × quetzales per unit of its currency
    salario_hora_usd = salario × pays per month × US dollars per unit of its currency / (hours per week × 52 / 12)

The second only where the hours per week are known: they are never assumed.

Pays per month come from ``include/codelists/factores_periodo.csv`` (an hourly wage: hours per week × 52 / 12).
Quetzales per unit: quetzales per US dollar (mean over the month's days of the mean of ``compra`` and ``venta``,
Bank of Guatemala) divided by the currency's units per US dollar (monthly mean). The rate is that of the month of
departure, or the last one known before it, at most twelve months old; ``Rates.sentence`` names rates, months and
sources. No figure is derived from a piece rate, a wage that the quality gate doubts, an hourly wage without hours
or a currency without a rate.
"""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.codelists import rows
from movilidad.model.periods import Month
from movilidad.statistics.bands import banded
from movilidad.statistics.inputs import Load, load_ids

OLDEST_RATE = 12  # months
MEDIAN = "salario_mensual_gtq_mediana"
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

    def usd_per_unit(self) -> dict[str, float]:
        """US dollars per unit of each currency."""
        return {**{currency: 1 / rate.por_usd for currency, rate in self.by_currency.items()}, "USD": 1.0}

    def sentence(self) -> str:
        """Which rates were used and of which month, for the notes."""
        if "GTQ" not in self.by_currency:
            return f"No hay tipo de cambio del quetzal para {self.month.label} ni para los doce meses anteriores."
        quetzal = self.by_currency["GTQ"]
        parts = [f"1 USD = {quetzal.por_usd:,.4f} GTQ ({self._when(quetzal)}, Banco de Guatemala)"]
        parts += [
            f"1 USD = {rate.por_usd:,.4f} {currency} ({self._when(rate)}, Reserva Federal de los Estados Unidos)"
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
    """Add ``salario_mensual_gtq``, ``salario_hora_usd`` (cents; NaN where not comparable), ``banda_salarial``."""
    monthly = comparable_wages(departures, rates)
    return departures.assign(
        salario_mensual_gtq=monthly,
        salario_hora_usd=hourly_wages(departures, rates),
        banda_salarial=banded(monthly.to_numpy(), "bandas_salariales"),
    )


def comparable_wages(departures: pd.DataFrame, rates: Rates) -> pd.Series:
    """Comparable quetzales per month of each departure, rounded to cents; NaN where nothing may be derived.

    Args:
        departures: ``salario``, ``salario_estado``, ``moneda``, ``periodo_pago``, ``horas_semana``.
    """
    return _monthly(departures, rates.gtq_per_unit()).round(2)


def hourly_wages(departures: pd.DataFrame, rates: Rates) -> pd.Series:
    """Comparable US dollars per hour, to cents; NaN where nothing may be derived or the hours are not known."""
    return (_monthly(departures, rates.usd_per_unit()) / _hours_per_month(departures)).round(2)


def _monthly(departures: pd.DataFrame, per_unit: dict[str, float]) -> pd.Series:
    wage = departures["salario"].astype("float64")
    usable = (departures["salario_estado"] == "ok") & (wage > 0)
    unit_value = departures["moneda"].map(per_unit).astype("float64")
    return (wage * _pays_per_month(departures) * unit_value).where(usable)


def _pays_per_month(departures: pd.DataFrame) -> pd.Series:
    factors = rows("factores_periodo")
    fixed = {row["periodo_pago"]: float(row["veces_por_mes"]) for row in factors if row["veces_por_mes"]}
    hourly = departures["periodo_pago"].isin([row["periodo_pago"] for row in factors if row["horas"]])
    return departures["periodo_pago"].map(fixed).astype("float64").mask(hourly, _hours_per_month(departures))


def _hours_per_month(departures: pd.DataFrame) -> pd.Series:
    hours = departures["horas_semana"].astype("float64")
    return hours.where(hours > 0) * 52 / 12
