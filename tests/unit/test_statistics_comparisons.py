"""A month beside others: every operand published, every base large enough, or no comparison."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.statistics.comparisons import SMALL_BASE, compare, recent_series

MARCH = Month(2026, 3)
MONTHS = MARCH.plus(-30).through(MARCH)
TOTAL, USA = "{}", '{"pais": "USA"}'

# None is hidden, a month that is not there was never published
VALUES = st.dictionaries(st.sampled_from(MONTHS), st.one_of(st.none(), st.integers(0, 90)))
HISTORIES = st.dictionaries(st.sampled_from([("salidas", TOTAL), ("colocados", TOTAL), ("salidas", USA)]), VALUES)
History = dict[tuple[str, str], dict[Month, int | None]]


def published(history: History) -> pd.DataFrame:
    rows = [(str(month), *key, value) for key, values in history.items() for month, value in values.items()]
    columns = ["periodo", "indicador", "celda", "valor"]
    return pd.DataFrame(rows, columns=columns).astype({"valor": "Float64"})


def added(values: dict[Month, int | None], months: list[Month]) -> int | None:
    found = [values.get(month) for month in months]
    return None if None in found else sum(value for value in found if value is not None)


@settings(max_examples=80, deadline=None)
@given(HISTORIES)
def test_each_comparison_is_made_of_published_figures_or_not_at_all(history: History) -> None:
    result = compare(published(history), MARCH)
    rows = {(row["indicador"], row["celda"], row["comparacion"]): row for row in result.to_dict("records")}
    ours, last_year = Month(2026, 1).through(MARCH), Month(2025, 1).through(Month(2025, 3))
    spans = {
        "mes_anterior": ([MARCH], [MARCH.plus(-1)]),
        "mismo_mes_anio_anterior": ([MARCH], [MARCH.plus(-12)]),
        "acumulado_anio": (ours, last_year),
    }
    expected = {
        (*key, name): (added(values, span), added(values, base))
        for key, values in history.items()
        if MARCH in values
        for name, (span, base) in spans.items()
        if name != "acumulado_anio" or key[0] == "salidas"
    }
    assert set(rows) == set(expected)
    for place, (value, base) in expected.items():
        found = rows[place]
        assert (pd.isna(found["valor"]), pd.isna(found["base"])) == (value is None, base is None)
        if value is None or base is None:
            assert pd.isna(found["diferencia"])
            assert pd.isna(found["porcentaje"])
        else:
            assert (found["valor"], found["base"], found["diferencia"]) == (value, base, value - base)
            assert pd.isna(found["porcentaje"]) == (base < SMALL_BASE)
            if base >= SMALL_BASE:
                assert math.isclose(base * (1 + found["porcentaje"] / 100), value, abs_tol=1e-9)


@settings(max_examples=40, deadline=None)
@given(HISTORIES)
def test_the_series_has_every_month_and_nothing_that_was_not_published(history: History) -> None:
    window = MARCH.plus(-24).through(MARCH)
    series = recent_series(published(history), MARCH)
    known = {key: values for key, values in history.items() if set(values) & set(window)}
    assert len(series) == 25 * len(known)
    for key, rows in series.groupby(["indicador", "celda"]):
        assert rows["periodo"].tolist() == [str(month) for month in window]
        for month, value in zip(window, rows["valor"], strict=True):
            assert known[key].get(month) == (None if pd.isna(value) else value)


def test_a_comparison_names_its_periods() -> None:
    history: History = {("salidas", TOTAL): dict.fromkeys(MONTHS, 40)}
    periods = compare(published(history), MARCH).set_index("comparacion")[["periodo", "periodo_base", "valor"]]
    assert periods.loc["acumulado_anio"].tolist() == ["2026-01/2026-03", "2025-01/2025-03", 120]
    assert periods.loc["mes_anterior"].tolist() == ["2026-03", "2026-02", 40]


def test_a_figure_that_stands_twice_is_refused() -> None:
    frame = published({("salidas", TOTAL): {MARCH: 40}})
    with pytest.raises(DataError, match="dos veces"):
        compare(pd.concat([frame, frame]), MARCH)
