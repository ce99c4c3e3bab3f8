"""Wage statistics against numpy and pandas on any wages, employers and categories."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.model.periods import Month
from movilidad.statistics import wage_tables as module
from movilidad.statistics.agreed_wages import agreed_wages
from movilidad.statistics.cube import Encoded
from movilidad.statistics.wage_outliers import outside_fences
from movilidad.statistics.wage_tables import QUANTILES, wage_tables
from movilidad.statistics.wages import Rate, Rates, hourly_wages

CODES = ["CAN", "USA", "ND"]
OCTOBER = Month(2026, 10)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),  # country
        st.sampled_from(["E1", "E2", "E3", None]),
        st.one_of(st.none(), st.integers(1, 40_000_00).map(lambda cents: cents / 100)),
        st.booleans(),  # a first departure
    ),
    max_size=60,
)


def population_of(rows: list[tuple[int, str | None, float | None, bool]]) -> tuple[pd.DataFrame, Encoded]:
    frame = pd.DataFrame(rows, columns=["lugar", "empleador_id", "salario_mensual_gtq", "primera_salida"])
    frame = frame.astype({"salario_mensual_gtq": "float64", "primera_salida": bool, "lugar": "int16"})
    frame["salario_hora_usd"] = (frame["salario_mensual_gtq"] / 1600).round(2)
    frame["empleador_id"] = frame["empleador_id"].astype("category")
    encoded = Encoded(
        poblacion="colocados",
        positions={"pais": frame["lugar"].to_numpy()},
        codes={"pais": CODES},
        first=frame["primera_salida"].to_numpy(dtype=bool),
        contributors=np.arange(len(frame)),
        outside={},
    )
    return frame, encoded


@pytest.mark.parametrize("most_pairs", [0, 20_000_000])
@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_every_figure_is_that_of_numpy(
    most_pairs: int, rows: list[tuple[int, str | None, float | None, bool]]
) -> None:
    frame, encoded = population_of(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_PAIRS", most_pairs)
        table = wage_tables(frame, encoded)["salarios_por_pais"]
    persons = frame[frame["primera_salida"]]
    present = [code for number, code in enumerate(CODES) if (persons["lugar"] == number).any()]
    assert table["pais"].unique().tolist() == ["Total", *present]
    for column, decimals, step in (("salario_mensual_gtq", 0, 100), ("salario_hora_usd", 2, 0.1)):
        for code in ("Total", *present):
            group = persons if code == "Total" else persons[persons["lugar"] == CODES.index(code)]
            known = group[group[column].notna()]
            cells = table[table["pais"] == code].set_index("indicador")
            check_quantiles(cells, column, known[column].to_numpy(), decimals)
            check_mean(cells.loc[f"{column}_media"], known, column, step)


def check_quantiles(cells: pd.DataFrame, column: str, wages: np.ndarray, decimals: int) -> None:
    for name, share in QUANTILES.items():
        value = cells.loc[f"{column}_{name}", "valor"]
        if not len(wages):
            assert pd.isna(value)
        else:
            assert abs(value - np.quantile(wages, share)) <= 0.5000001 * 10**-decimals


def check_mean(cell: pd.Series, known: pd.DataFrame, column: str, step: float) -> None:
    """The mean to its step; behind it the sum and the two largest employers; unknown ones join the first."""
    paid = known.groupby("empleador_id", observed=True)[column].sum().sort_values(ascending=False)
    unknown = known.loc[known["empleador_id"].isna(), column].sum()
    assert (cell["personas"], cell["empleadores"]) == (len(known), len(paid))
    assert float(cell["suma"]) == pytest.approx(known[column].sum())
    assert float(cell["mayor"]) == pytest.approx((paid.iloc[0] if len(paid) else 0) + unknown)
    assert float(cell["segundo"]) == pytest.approx(paid.iloc[1] if len(paid) > 1 else 0)
    if not len(known):
        assert pd.isna(cell["valor"])
    else:
        assert abs(float(cell["valor"]) - known[column].mean()) <= step / 2 + 0.0001
        assert float(cell["valor"]) / step == pytest.approx(round(float(cell["valor"]) / step))


def test_the_hourly_wage_is_in_dollars_and_needs_the_hours() -> None:
    """1,250 Canadian dollars a month at 1.25 are 1,000 of the United States; 30 hours × 52 / 12 = 130 a month."""
    rates = Rates(OCTOBER, {"CAD": Rate("CAD", OCTOBER, 1.25)})
    pay = pd.DataFrame(
        [
            {"salario": 1250.0, "moneda": "CAD", "periodo_pago": "mes", "horas_semana": 30.0},
            {"salario": 14.5, "moneda": "USD", "periodo_pago": "hora", "horas_semana": 48.0},
            {"salario": 1250.0, "moneda": "CAD", "periodo_pago": "mes", "horas_semana": None},
            {"salario": 3000.0, "moneda": "GTQ", "periodo_pago": "mes", "horas_semana": 40.0},
        ]
    ).assign(salario_estado="ok")
    assert hourly_wages(pay, rates).round(2).tolist()[:2] == [7.69, 14.5]
    assert hourly_wages(pay, rates)[2:].isna().all()  # no hours; no rate of the quetzal


def agreed(**columns: object) -> dict[str, object]:
    usual = {"pais": "USA", "moneda": "USD", "periodo_pago": "hora", "salario": 15.0, "salario_estado": "ok"}
    return {**usual, "empleador_id": "E1", "primera_salida": True, **columns}


def test_agreed_wages_keep_currency_and_period_and_sum_to_the_persons() -> None:
    table = agreed_wages(
        pd.DataFrame(
            [
                agreed(salario=14.0),
                agreed(salario=17.5, empleador_id="E2"),
                agreed(salario=99.0, primera_salida=False),
                agreed(salario_estado="dudoso", salario=1700.0),
                agreed(salario=None, pais="CAN"),
                agreed(pais="CAN", moneda="CAD", periodo_pago="pieza", salario=0.9),
                agreed(pais="CAN", moneda="CAD", periodo_pago="mes", salario=2800.0, empleador_id=None),
            ]
        )
    )
    keys = ["pais", "moneda", "periodo_pago", "indicador", "valor", "personas", "empleadores"]
    persons, median = "personas_con_salario_pactado", "salario_pactado_mediana"
    assert table[keys].values.tolist() == [
        ["CAN", "CAD", "mes", persons, 1.0, 1, 0],
        ["CAN", "CAD", "mes", median, 2800.0, 1, 0],
        ["CAN", "CAD", "pieza", persons, 1.0, 1, 1],
        ["CAN", "ND", "ND", persons, 1.0, 1, 1],
        ["USA", "USD", "hora", persons, 2.0, 2, 2],
        ["USA", "USD", "hora", median, 15.75, 2, 2],
        ["USA", "ND", "ND", persons, 1.0, 1, 1],
    ]


def test_no_departures_give_a_table_of_nothing() -> None:
    frame, encoded = population_of([])
    table = wage_tables(frame, encoded)["salarios_por_pais"]
    assert table["pais"].unique().tolist() == ["Total"]
    assert table["valor"].isna().all()
    empty = agreed_wages(pd.DataFrame([agreed()]).iloc[:0])
    assert len(empty) == 0
    assert "valor" in empty.columns


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(100, 50_000), min_size=10, max_size=40), st.floats(1.5, 20))
def test_fences_do_not_depend_on_the_currency_nor_on_another_country(wages: list[float], factor: float) -> None:
    alone = pd.DataFrame({"pais": "USA", "salario_mensual_gtq": wages})
    other = alone.assign(pais="MEX", salario_mensual_gtq=alone["salario_mensual_gtq"] * factor)
    both = outside_fences(pd.concat([alone, other], ignore_index=True))
    assert both[: len(wages)].tolist() == outside_fences(alone).tolist()
    # a wage at the very fence may fall to either side by rounding: at most one
    assert abs(int(both[: len(wages)].sum()) - int(both[len(wages) :].sum())) <= 1


def test_a_wage_far_from_the_tariff_is_flagged_and_a_small_country_flags_none() -> None:
    many = pd.DataFrame({"pais": "USA", "salario_mensual_gtq": [20_000.0] * 30 + [20_500.0, 90_000.0, np.nan]})
    assert np.flatnonzero(outside_fences(many)).tolist() == [31]
    few = pd.DataFrame({"pais": "DEU", "salario_mensual_gtq": [20_000.0] * 8 + [90_000.0]})
    assert not outside_fences(few).any()
