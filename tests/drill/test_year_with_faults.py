"""Something goes wrong every month: the right people are called, and in the end the figures are true."""

from collections.abc import Callable

import pytest
from personal_values import Wanted

from drill.faults import FIRST, YEAR
from drill.scene import DrillPlace, Scene, scene
from drill.year import Row, with_faults
from movilidad.demo.people import people


@pytest.mark.airflow
@pytest.mark.timeout(2 * 60 * 60)
def test_a_year_with_a_fault_every_month(place: DrillPlace, table: Callable[[str, list[Row]], None]) -> None:
    with scene(place, FIRST) as found:
        rows = with_faults(found, YEAR)
        table("Un año con una avería cada mes", rows)
        assert [row.different for row in rows] == [()] * len(YEAR)
        assert found.releases() == sorted([*(f"{month}/r1" for month in YEAR), "2026-05/r2"])
        assert _personal_values(found) == []


def _personal_values(found: Scene) -> list[str]:
    """Kinds of values of simulated persons that stand in a message."""
    url = found.programme.url.render_as_string(hide_password=False)
    wanted = Wanted.of(people(url, found.truth))
    return [kind for each in found.all_told() for kind in wanted.kinds_in(f"{each.subject}\n{each.text}")]
