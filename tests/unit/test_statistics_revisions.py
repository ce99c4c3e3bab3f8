"""What was known of a month at each moment, and by how much it changed."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.statistics.revisions import (
    COLUMNS,
    TOTAL_CELL,
    first_and_last,
    public_triangle,
    revision_indicators,
    revisions,
    triangle,
)

USA = '{"pais": "USA"}'
# deliveries of one month: delay in months → departures, total and of the United States
DELIVERIES = st.dictionaries(st.integers(1, 6), st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1)
HISTORIES = st.dictionaries(
    st.sampled_from([Month(2026, 1), Month(2026, 2), Month(2025, 12)]), DELIVERIES, min_size=1
)
History = dict[Month, dict[int, tuple[int, int]]]


def vintages(history: History) -> pd.DataFrame:
    rows = []
    for month, deliveries in history.items():
        for delay, (others, states) in deliveries.items():
            when = month.plus(delay)
            moment = datetime(when.year, when.month, 5, 12, tzinfo=UTC)
            rows.append((str(month), moment, "resumen", "salidas", TOTAL_CELL, others + states))
            rows.append((str(month), moment, "colocados_por_pais", "salidas", USA, states))
    return pd.DataFrame(rows, columns=COLUMNS)


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_the_triangle_tells_what_was_known_after_so_many_months(history: History) -> None:
    until = Month(2026, 7)
    table = public_triangle(vintages(history), "salidas", until)
    assert table.index.tolist() == sorted(str(month) for month in history)
    for month, deliveries in history.items():
        for delay in table.columns:
            value = table.loc[str(month), delay]
            known = [each for each in deliveries if each <= delay]
            if not known or month.plus(int(delay)) > until:
                assert pd.isna(value)
            else:
                assert value == sum(deliveries[max(known)])


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_revisions_from_vintage_to_vintage_sum_to_the_revision_from_first_to_last(history: History) -> None:
    frame = vintages(history)
    steps = revisions(frame).groupby(["periodo", "celda"])["revision"].sum()
    for row in first_and_last(frame).to_dict("records"):
        assert row["revision"] == row["ultima"] - row["primera"] == steps.get((row["periodo"], row["celda"]), 0)
        deliveries = history[Month.parse(row["periodo"])]
        first = deliveries[min(deliveries)]
        assert row["primera"] == (sum(first) if row["celda"] == TOTAL_CELL else first[1])
        assert pd.isna(row["porcentaje"]) == (row["primera"] < 30)


def test_mean_and_mean_absolute_revision_differ_where_signs_do() -> None:
    history = {
        Month(2026, 1): {1: (0, 40), 2: (0, 44), 8: (0, 45)},
        Month(2026, 2): {1: (0, 50), 2: (0, 47)},
    }
    found = revision_indicators(vintages(history)).set_index("celda").loc[TOTAL_CELL]
    assert (found["meses"], found["revision_media"], found["revision_media_absoluta"]) == (2, 1, 4)
    assert found["revision_relativa"] == pytest.approx(100 * 8 / 92)
    after_two = revision_indicators(vintages(history), delay=2).set_index("celda").loc[TOTAL_CELL]
    assert (after_two["revision_media"], after_two["revision_media_absoluta"]) == (0.5, 3.5)


def test_only_totals_have_a_triangle_for_the_public() -> None:
    frame = vintages({Month(2026, 1): {1: (10, 40), 2: (12, 40)}})
    assert public_triangle(frame, "salidas", Month(2026, 3)).loc["2026-01"].tolist() == [pd.NA, 50, 52]
    assert triangle(frame, "salidas", USA, Month(2026, 3)).loc["2026-01"].tolist() == [pd.NA, 40, 40]
    with pytest.raises(UsageError, match="no se publica"):
        public_triangle(frame, "mujeres", Month(2026, 3))


def test_without_vintages_there_is_nothing() -> None:
    empty = pd.DataFrame(columns=COLUMNS)
    for found in (revisions(empty), first_and_last(empty), revision_indicators(empty)):
        assert len(found) == 0
    assert public_triangle(empty, "salidas", Month(2026, 3)).empty
