"""A short drill, through the same code as ``make drill``: a quiet month, then three with a fault each."""

from collections.abc import Callable

import pytest
from acceptance_support import Place
from drill.faults import FIRST, SHORT
from drill.scene import DrillPlace, scene
from drill.year import show, with_faults

pytestmark = pytest.mark.airflow


def test_the_right_people_are_called_and_in_the_end_the_figures_are_true(
    make_place: Callable[[str], Place],
) -> None:
    place = DrillPlace(make_place("simulacro").root)
    with scene(place, FIRST) as found:
        rows = with_faults(found, SHORT)
    show("Simulacro corto", rows)
    assert [row.different for row in rows] == [()] * len(SHORT)
