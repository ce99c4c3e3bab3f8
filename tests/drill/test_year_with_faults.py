"""Something goes wrong every month: the right people are called, and in the end the figures are true."""

from collections.abc import Callable

import pytest

from drill.faults import FIRST, YEAR
from drill.scene import DrillPlace, scene
from drill.year import Row, with_faults


@pytest.mark.airflow
@pytest.mark.timeout(2 * 60 * 60)
def test_a_year_with_a_fault_every_month(place: DrillPlace, table: Callable[[str, list[Row]], None]) -> None:
    with scene(place, FIRST) as found:
        rows = with_faults(found, YEAR)
        table("Un año con una avería cada mes", rows)
        assert [row.different for row in rows] == [()] * len(YEAR)
        assert sorted(found.releases()) == sorted([*(f"{month}/r1" for month in YEAR), "2026-05/r2"])
