"""Incidents in a series of looks: what opens one, what closes it, what is only a ripple."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monitoring_support import BEGIN, OCTOBER, QUARTER, looks, moment

from movilidad.monitoring.evaluation import service
from movilidad.monitoring.incidents import Incident, incidents, judged


def found(letters: str) -> list[Incident]:
    return incidents(judged(looks(letters)))


def test_three_dead_looks_in_a_row_open_an_incident_and_two_good_ones_close_it() -> None:
    assert found("bbccbbccb") == []
    (only,) = found("bbcccbb")
    assert (only.clase, only.desde, only.hasta, only.chequeos) == ("caida", moment(2), moment(5), 3)
    (still,) = found("bbcccb")
    assert still.hasta is None
    assert still.length(moment(6)) == 4 * QUARTER


def test_one_good_look_in_the_middle_does_not_end_an_incident() -> None:
    (only,) = found("ccccbccbcbbcc")
    assert (only.chequeos, only.desde, only.hasta) == (7, moment(0), moment(9))


def test_slowness_is_measured_against_what_is_usual_and_needs_more_looks() -> None:
    assert found("b" * 30 + "l" * 5 + "bb") == []
    (only,) = found("b" * 30 + "l" * 6 + "bb")
    assert (only.clase, only.desde) == ("lenta", moment(30))
    # with too little known nothing is slow, and what lasts becomes usual
    assert found("b" * 10 + "l" * 20) == []
    assert found("l" * 300) == []
    (lasting,) = found("b" * 30 + "l" * 200)
    assert lasting.hasta is not None


def test_an_incident_is_called_by_its_worst() -> None:
    (only,) = found("b" * 30 + "lllfffccbb")
    assert (only.clase, only.motivo, only.desde) == ("caida", "No responde.", moment(33))


def test_looks_with_a_gap_between_them_are_not_in_a_row() -> None:
    assert found("bcc" + "_" * 10 + "cbb") == []
    (only,) = found("bccc" + "_" * 10 + "cbb")
    assert only.chequeos == 4


@given(st.text("bcfl_", max_size=120))
def test_incidents_never_overlap_and_only_the_last_may_be_open(letters: str) -> None:
    series = looks("b" * 25 + letters)
    done = incidents(judged(series))
    for one, other in pairwise(done):
        assert one.hasta is not None
        assert one.desde < one.hasta <= other.desde
    for each in done:
        assert each.chequeos >= 3
        assert each.hasta is None or each.hasta > each.desde


@given(st.text("bcfl", min_size=1, max_size=80), st.integers(1, 80))
def test_a_series_read_in_two_parts_gives_the_same_incidents(letters: str, cut: int) -> None:
    """As every quarter of an hour does: from the last incident on, with the days before for what is usual."""
    series = looks("b" * 25 + letters)
    before = incidents(judged(series[: 25 + cut]))
    begin = (before[-1].hasta or before[-1].desde) if before else BEGIN
    after = incidents(look for look in judged(series) if look.check.momento >= begin)
    kept = {each.desde: each for each in [*before, *after]}
    assert list(kept.values()) == incidents(judged(series))


@given(st.text("bcfl", max_size=60))
def test_parts_of_the_service_are_between_nothing_and_all(letters: str) -> None:
    seen = service(looks(letters), OCTOBER)
    assert 0 <= seen.correctos <= seen.responden <= seen.hechos == len(letters)
    assert seen.fallidos == letters.count("c") + letters.count("f")
    if seen.p95 is not None:
        assert seen.mediana is not None
        assert 200 <= seen.mediana <= seen.p95 <= 4000


@pytest.mark.parametrize("month", [OCTOBER, OCTOBER.plus(-8)])
def test_a_month_has_four_looks_an_hour(month: type[OCTOBER]) -> None:
    days = (month.end - month.start) / timedelta(days=1)
    assert service([], month).previstos == days * 96
