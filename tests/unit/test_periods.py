from datetime import UTC, datetime

import pytest

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month, Period


def test_the_first_of_november_at_05_59_utc_is_october_in_guatemala() -> None:
    assert Month.of(datetime(2026, 11, 1, 5, 59, tzinfo=UTC)) == Month(2026, 10)
    assert Month.of(datetime(2026, 11, 1, 6, 0, tzinfo=UTC)) == Month(2026, 11)


def test_a_month_begins_and_ends_at_midnight_of_guatemala() -> None:
    october = Month.parse("2026-10")
    assert october.start == datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert october.end == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert str(october.last_day) == "2026-10-31"


@pytest.mark.parametrize("text", ["abril", "2026-13", "2026-1", "26-10", "2026-10-01", "", "2026-10 "])
def test_anything_but_a_year_and_month_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="2026-10"):
        Month.parse(text)


def test_a_month_that_has_not_ended_is_refused() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert Month.parse("2026-10").require_complete(now) == Month.last_complete(now)
    with pytest.raises(UsageError, match="todavía no ha terminado"):
        Month.parse("2026-11").require_complete(now)


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert [str(month) for month in Month(2025, 11).through(Month(2026, 2))] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert Month(2026, 10).label == "octubre de 2026"


@pytest.mark.parametrize(
    ("text", "kind", "months", "label"),
    [
        ("2026-10", "mes", 1, "octubre de 2026"),
        ("2026-01/2026-10", "acumulado", 10, "enero a octubre de 2026"),
        ("2026-01/2026-01", "acumulado", 1, "enero de 2026"),
        ("2026-C1", "cuatrimestre", 4, "enero a abril de 2026"),
        ("2026-C3", "cuatrimestre", 4, "septiembre a diciembre de 2026"),
        ("2026", "anio", 12, "año 2026"),
    ],
)
def test_a_period_is_read_as_it_is_written(text: str, kind: str, months: int, label: str) -> None:
    period = Period.parse(text)
    assert (str(period), period.kind, len(period.months), period.label) == (text, kind, months, label)
    assert period.months[0] == period.first
    assert period.months[-1] == period.last


def test_the_three_four_month_periods_make_the_year() -> None:
    parts = [Period.four_months(2026, number).months for number in (1, 2, 3)]
    assert [month for part in parts for month in part] == Period.whole_year(2026).months


@pytest.mark.parametrize(
    "text", ["", "2026-C4", "2026-C0", "2026-02/2026-10", "2025-01/2026-10", "2026-01/", "/2026-10", "26"]
)
def test_what_is_no_period_is_told_with_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="no es un periodo") as error:
        Period.parse(text)
    assert "2026-C3" in str(error.value)


def test_a_period_is_complete_when_its_last_month_is() -> None:
    period = Period.parse("2026-C3")
    assert period.require_complete(datetime(2027, 1, 1, 6, tzinfo=UTC)) == period
    with pytest.raises(UsageError, match="todavía no ha terminado"):
        period.require_complete(datetime(2027, 1, 1, 5, 59, tzinfo=UTC))
