"""A year in which nothing goes wrong: every month comes out in its announced minute, and nobody hears of it."""

from collections.abc import Callable

import pytest

from drill.faults import FIRST, YEAR
from drill.scene import DrillPlace, scene
from drill.year import Row, without_faults


@pytest.mark.airflow
@pytest.mark.timeout(2 * 60 * 60)
def test_twelve_months_come_out_in_their_minute_without_anybody(
    place: DrillPlace, table: Callable[[str, list[Row]], None]
) -> None:
    with scene(place, FIRST) as found:
        rows = without_faults(found, list(YEAR))
        table("Un año sin averías", rows)
        assert [row.different for row in rows] == [()] * len(YEAR)
        assert found.releases() == sorted(f"{month}/r1" for month in YEAR)
        assert found.incidents() == []  # so nobody was told of any
