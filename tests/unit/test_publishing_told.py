"""What a release about people tells of its sources' records: nothing that their own evaluation hides."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from monitoring_support import a_month
from test_publishing_platform_protection import RULES, months, shown, small_month

from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.monitoring.counts import APART, RECEIVED, Place
from movilidad.monitoring.evaluation import Evaluation
from movilidad.publishing.platforms import told
from movilidad.publishing.platforms.protection import decide
from movilidad.publishing.platforms.told import Told, told_of
from movilidad.sources.contracts import load_contract


def apart(count: int, rows: int = 200) -> Evaluation:
    """Some departures, of which ``count`` were set apart."""
    return a_month(filas={"colocaciones": rows}, apartadas={"colocaciones": count})


def complaints(rows: int, bad: int = 0) -> Evaluation:
    """The whole register of complaints, as it is read every month."""
    return a_month(
        contrato=load_contract("denuncias"),
        filas={"denuncias": rows},
        apartadas={"denuncias": bad},
        campos={("denuncias", "canal"): (7, 0)},
    )


def test_one_record_set_apart_and_two_are_told_alike() -> None:
    assert told_of(apart(1), RULES) == told_of(apart(2), RULES) == Told(200, None, 1.0, ("en_cuarentena",))


@pytest.mark.parametrize("count", [0, 3, 41])
def test_none_set_apart_or_enough_of_them_are_told(count: int) -> None:
    assert told_of(apart(count), RULES) == Told(200, count, 1.0)


def test_what_is_left_over_is_no_small_count_either() -> None:
    one_left, two_left = (told_of(apart(200 - left), RULES) for left in (1, 2))
    assert one_left.ocultos
    assert None in (one_left.filas, one_left.en_cuarentena)
    assert one_left.ocultos == two_left.ocultos


def test_a_delivery_of_two_records_does_not_say_that_it_has_two() -> None:
    assert told_of(apart(0, rows=2), RULES).filas is None


def test_a_share_of_usable_cells_that_one_empty_cell_makes_is_hidden() -> None:
    found = a_month(campos={("colocaciones", "tipo_visa"): (1, 0)})
    assert told_of(found, RULES) == Told(200, 0, None, ("completitud",))


def test_totals_of_a_usual_month_are_told_though_some_of_their_parts_are_small() -> None:
    assert told_of(small_month(), RULES).ocultos == ()
    assert told_of(small_month(), RULES).en_cuarentena == 17


@given(months())
@settings(max_examples=40, deadline=None)
def test_what_an_evaluation_hides_no_other_release_tells(found: Evaluation) -> None:
    own, printed = shown(decide(found, RULES)), told_of(found, RULES)
    assert printed.filas == own[Place("registros", RECEIVED, TOTAL)]
    assert printed.en_cuarentena == own[Place("registros", APART, TOTAL)]


def test_two_months_of_complaints_do_not_tell_how_many_came_between() -> None:
    hidden = Told(ocultos=("filas", "en_cuarentena", "completitud"))
    assert told_of(complaints(60, 5), RULES) == told_of(complaints(61, 6), RULES) == hidden


def test_a_register_that_is_public_under_a_licence_is_told_as_ever() -> None:
    found = a_month(
        contrato=load_contract("visas_eeuu"),
        filas={"visas": 900},
        apartadas={"visas": 0},
        campos={},
    )
    assert told_of(found, RULES) == Told(900, 0, None)


def test_of_a_delivery_that_nobody_examined_nothing_is_known_and_nothing_hidden() -> None:
    assert told_of(a_month(filas={}, apartadas={}, campos={}), RULES) == Told()


def test_where_no_way_to_hide_is_found_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: Any) -> None:
        raise DataError("un número pequeño de registros se podría calcular, se oculte lo que se oculte")

    monkeypatch.setattr(told, "decide", give_up)
    values = asdict(told_of(apart(41), RULES))
    assert values.pop("ocultos") == ("filas", "en_cuarentena", "completitud")
    assert set(values.values()) == {None}
