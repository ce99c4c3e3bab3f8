"""A short drill, through the same code as the whole years: a quiet month, then three with a fault each."""

from collections.abc import Callable

import pytest

from drill.faults import FIRST, SHORT
from drill.scene import DrillPlace, scene
from drill.year import Row, with_faults

pytestmark = pytest.mark.airflow


@pytest.mark.timeout(60 * 60)
def test_the_right_people_are_called_and_in_the_end_the_figures_are_true(
    place: DrillPlace, table: Callable[[str, list[Row]], None]
) -> None:
    with scene(place, FIRST) as found:
        rows = with_faults(found, SHORT)
    table("Simulacro corto", rows)
    assert [row.different for row in rows] == [()] * len(SHORT)
