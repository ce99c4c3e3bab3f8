import pandas as pd
import pytest

from movilidad.model.periods import Month
from movilidad.statistics.bands import banded
from movilidad.statistics.wages import Rate, Rates, comparable_wages, with_wages

OCTOBER = Month(2026, 10)
# 8 quetzales, 1.25 Canadian dollars, 0.8 euros and 20 pesos to the dollar: 6.40, 10.00 and 0.40 quetzales each
RATES = Rates(
    OCTOBER,
    {
        currency: Rate(currency, OCTOBER, rate)
        for currency, rate in (("GTQ", 8.0), ("CAD", 1.25), ("EUR", 0.8), ("MXN", 20.0))
    },
)


def departures(**columns: object) -> pd.DataFrame:
    row = {"salario": 15.0, "salario_estado": "ok", "moneda": "USD", "periodo_pago": "hora", "horas_semana": 40.0}
    return pd.DataFrame([{**row, **columns}])


@pytest.mark.parametrize(
    ("pay", "quetzales"),
    [
        ({"periodo_pago": "hora", "salario": 15.0, "horas_semana": 36.0}, 18_720.00),  # 15 × 36 × 52/12 × 8
        ({"periodo_pago": "dia", "moneda": "EUR", "salario": 42.02}, 10_925.20),  # 42.02 × 26 × 10
        ({"periodo_pago": "semana", "salario": 450.0}, 15_600.00),  # 450 × 52/12 × 8
        ({"periodo_pago": "quincena", "moneda": "CAD", "salario": 1200.0}, 16_640.00),  # 1200 × 26/12 × 6.40
        ({"periodo_pago": "mes", "moneda": "MXN", "salario": 9_999.99}, 4_000.00),  # 9,999.99 × 0.40, to cents
        ({"periodo_pago": "anio", "salario": 24_000.0}, 16_000.00),  # 24,000 / 12 × 8
        ({"periodo_pago": "mes", "moneda": "GTQ", "salario": 3_000.0}, 3_000.00),
    ],
)
def test_every_pay_period_is_worked_by_hand(pay: dict[str, object], quetzales: float) -> None:
    assert comparable_wages(departures(**pay), RATES)[0] == quetzales


@pytest.mark.parametrize(
    "pay",
    [
        {"periodo_pago": "pieza"},
        {"periodo_pago": "ND"},
        {"moneda": "ND"},
        {"moneda": "JPY"},
        {"salario_estado": "dudoso"},
        {"salario": None},
        {"salario": 0.0},
        {"horas_semana": None},
        {"horas_semana": 0.0},
    ],
)
def test_nothing_is_derived_from_what_cannot_be_compared(pay: dict[str, object]) -> None:
    frame = with_wages(departures(**pay), RATES)
    assert frame["salario_mensual_gtq"].isna().all()
    assert frame["banda_salarial"].tolist() == ["ND"]


def test_a_band_includes_its_lower_and_excludes_its_upper_bound() -> None:
    values = pd.Series([0.0, 4999.99, 5000.0, 24999.99, 25000.0, 1e9, -1.0, None], dtype="float64")
    assert list(banded(values.to_numpy(), "bandas_salariales")) == [
        *("Q0-4999", "Q0-4999", "Q5000-9999", "Q20000-24999", "Q25000+", "Q25000+", "ND", "ND"),
    ]


def test_the_original_wage_is_kept_as_it_was() -> None:
    frame = with_wages(departures(moneda="CAD", salario=17.98), RATES)
    kept = frame.loc[0, ["salario", "moneda", "periodo_pago", "horas_semana"]]
    assert kept.tolist() == [17.98, "CAD", "hora", 40.0]
