"""What a release is measured against before it is counted: published figures, and when the months came."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from warehouse_support import PROGRAMME, add_departures, deliver

from movilidad.model.periods import Month
from movilidad.publishing.core_review import compare_published
from movilidad.quality.findings import open_warnings
from movilidad.quality.findings.timeliness import delivery, overdue, timeliness_findings
from movilidad.sources.contracts import contract_names, load_contract
from movilidad.statistics.reconciliation import programme_sources
from movilidad.store import extractions

DECEMBER, OCTOBER = Month(2020, 12), Month(2026, 10)


def test_a_year_that_is_not_what_was_published_asks_for_a_decision(warehouse: Engine) -> None:
    for month in Month(2020, 1).through(DECEMBER):
        loads = {source: deliver(warehouse, source, month) for source in programme_sources()}
    departures = [{"persona_id": f"p{n}", "fecha_salida": DECEMBER.first_day} for n in range(39)]
    add_departures(warehouse, loads[PROGRAMME], departures)
    compare_published(DECEMBER)
    found = {each.hallazgo.asunto: each.hallazgo for each in open_warnings(DECEMBER)}
    assert found["conciliacion/MINTRAB-2020-ALL"].cuanto == "publicado 119, contado 39 (-80)"
    # no figure was published of a span that ends in November
    compare_published(Month(2020, 11))
    assert open_warnings(Month(2020, 11)) == []


@pytest.mark.parametrize(("days", "told"), [(0, None), (1, None), (9, "9 días"), (400, None)])
def test_a_month_that_came_late_is_noted_and_one_fetched_for_the_past_is_not(
    warehouse: Engine, days: int, told: str | None
) -> None:
    contract = load_contract(PROGRAMME)
    origin = deliver(warehouse, PROGRAMME, OCTOBER)
    with warehouse.begin() as connection:
        extractions.register(connection, PROGRAMME, str(OCTOBER), origin["snapshot_id"], ([], {}, {}))
        # due on the 5th at six in Guatemala
        came = datetime(2026, 11, 5, 12, 10, tzinfo=UTC) + timedelta(days=days)
        connection.execute(text("UPDATE control.extracciones SET momento = :came"), {"came": came})
        found = list(timeliness_findings(delivery(connection, contract, OCTOBER)))
    assert [each.cuanto for each in found] == ([told] if told else [])


def test_what_is_due_and_has_not_come_is_told_by_source(warehouse: Engine) -> None:
    origin = deliver(warehouse, PROGRAMME, OCTOBER)
    with warehouse.begin() as connection:
        extractions.register(connection, PROGRAMME, str(OCTOBER), origin["snapshot_id"], ([], {}, {}))
        assert overdue(connection, OCTOBER, datetime(2026, 11, 6, tzinfo=UTC)) == {}
        late = overdue(connection, OCTOBER, datetime(2026, 11, 20, tzinfo=UTC))
    assert PROGRAMME not in late
    assert set(late) < set(contract_names())
    assert {"registro_reclutadores", "tu_empleo"} < set(late)
