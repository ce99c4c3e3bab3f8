import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.statistics import grouping
from movilidad.statistics.grouping import Ranked, count, count_distinct, flatten, quantiles

PROPERTY = settings(max_examples=60, deadline=None)
GROUPS = 4
ROWS = st.lists(
    st.tuples(
        st.integers(0, GROUPS - 1), st.integers(-1, 5), st.floats(0, 1e5, allow_nan=False) | st.just(float("nan"))
    ),
    max_size=40,
)
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def columns(rows: list[tuple[int, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["group", "id", "wage"]).astype(
        {"group": "int32", "id": "int32", "wage": "float64"}
    )


@pytest.mark.parametrize("largest", [0, 1 << 26])
def test_distinct_ids_are_those_that_pandas_finds_with_little_and_with_much_memory(
    monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.setattr(grouping, "_LARGEST_BITMAP", largest)

    @PROPERTY
    @given(ROWS)
    def hold(rows: list[tuple[int, int, float]]) -> None:
        frame = columns(rows)
        found = count_distinct(frame["group"].to_numpy(), GROUPS, frame["id"].to_numpy())
        expected = frame[frame["id"] >= 0].groupby("group")["id"].nunique()
        assert found.tolist() == expected.reindex(range(GROUPS), fill_value=0).tolist()

    hold()


@PROPERTY
@given(ROWS)
def test_quantiles_are_those_that_numpy_finds_group_by_group(rows: list[tuple[int, int, float]]) -> None:
    frame = columns(rows)
    found = quantiles(frame["group"].to_numpy(), GROUPS, Ranked.of(frame["wage"].to_numpy()), SHARES)
    for group in range(GROUPS):
        known = frame.loc[frame["group"] == group, "wage"].dropna().to_numpy()
        expected = np.quantile(known, SHARES) if len(known) else np.full(len(SHARES), np.nan)
        np.testing.assert_allclose(found[group], expected, rtol=1e-12)


@PROPERTY
@given(st.lists(st.tuples(st.integers(0, 299), st.integers(0, 339), st.integers(0, 87)), max_size=20))
def test_a_combination_of_positions_is_one_number_that_gives_them_back(rows: list[tuple[int, int, int]]) -> None:
    sizes = (300, 340, 88)
    positions = [np.array([row[axis] for row in rows], dtype=np.int16) for axis in range(3)]
    cells = flatten(positions, sizes)
    assert [tuple(map(int, each)) for each in zip(*np.unravel_index(cells, sizes), strict=True)] == rows
    assert count(cells, int(np.prod(sizes))).sum() == len(rows)
