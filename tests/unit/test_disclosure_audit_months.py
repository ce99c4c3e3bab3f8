"""What is chosen month by month is a point of the whole part, and leaves what was to stay."""

import numpy as np
from audit_systems import Drawn, of_months, systems
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from movilidad.disclosure.audit.blocks import blocks
from movilidad.disclosure.audit.first_point import month_by_month
from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.walk import Walk

CAP, SECONDS = 100.0, 5.0


@settings(max_examples=150, deadline=None)
@given(systems(), st.data())
def test_the_months_together_are_the_part(drawn: Drawn, data: st.DataObject) -> None:
    months = blocks(drawn.part, of_months(data, drawn))
    for both in ([month.own for month in months], [month.inner.rows for month in months]):
        assert sorted(np.concatenate(both)) == list(range(len(np.concatenate(both))))
    assert all(month.at(drawn.point).holds(drawn.point[month.own]) for month in months)
    moved = drawn.point + data.draw(
        st.lists(st.integers(-1, 1), min_size=len(drawn.point), max_size=len(drawn.point))
    )
    held = [month.at(moved).holds(moved[month.own]) for month in months]
    assert all(held) == drawn.part.holds(moved)


@settings(max_examples=150, deadline=None)
@given(systems(), st.data())
def test_the_first_point_is_one_of_the_part_and_has_the_true_values(drawn: Drawn, data: st.DataObject) -> None:
    months, true = blocks(drawn.part, of_months(data, drawn)), drawn.point[drawn.holding]
    point = month_by_month(drawn.part, months, drawn.holding, true, CAP, SECONDS)
    if point is None:
        assert len(months) > 1, "in one month there is nothing earlier that could have been chosen badly"
    else:
        assert drawn.part.holds(point)
        assert np.array_equal(point[drawn.holding], true)
        assert (point % 1 == 0).all()


@settings(max_examples=200, deadline=None)
@given(systems(), st.sampled_from([-2.0, -1.0, 1.0, 3.0]), st.data())
def test_a_walk_ends_in_the_part_and_moves_nothing_that_stands(
    drawn: Drawn, amount: float, data: st.DataObject
) -> None:
    months, size = blocks(drawn.part, of_months(data, drawn)), len(drawn.point)
    unknown = data.draw(st.integers(0, size - 1))
    still = np.array([place for place in drawn.holding if place != unknown], dtype=np.int64)
    weights = np.zeros(size)
    weights[unknown] = 1.0
    point = Walk(drawn.part, drawn.point, months, drawn.holding).towards(weights, amount, still)
    if point is None:
        return
    moved = point - drawn.point
    assert drawn.part.holds(point)
    assert moved[unknown] >= amount if amount > 0 else moved[unknown] <= amount
    assert not moved[still].any()
    before = next(number for number, month in enumerate(months) if unknown in month.own)
    assert not any(moved[month.own].any() for month in months[:before])


def two_months_and_their_sum(*, fixed: bool) -> tuple[Part, list[Name]]:
    """A cell of two months that are five together; the second may be held."""
    matrix = sparse.csr_array(np.array([[1.0, 1.0]]))
    five, low = np.array([5.0]), np.array([0.0, 2.0 if fixed else 0.0])
    names = [Name("colocados", 1, (month,), ("a",)) for month in ("2026-01", "2026-02")]
    return Part(np.arange(2), np.arange(1), matrix, five, five, low), names


def test_a_later_month_follows_an_earlier_one() -> None:
    part, names = two_months_and_their_sum(fixed=False)
    walk = Walk(part, np.array([2.0, 3.0]), blocks(part, names), np.arange(2))
    assert np.array_equal(walk.towards(np.array([1.0, 0.0]), 3.0), [5.0, 0.0])
    assert walk.towards(np.array([1.0, 0.0]), 3.0, np.array([1])) is None
    assert walk.towards(np.array([1.0, 0.0]), 4.0) is None


def test_what_later_months_do_not_allow_is_no_way() -> None:
    part, names = two_months_and_their_sum(fixed=True)
    walk = Walk(part, np.array([2.0, 3.0]), blocks(part, names), np.arange(2))
    assert walk.towards(np.array([1.0, 0.0]), 3.0) is None
    assert np.array_equal(walk.towards(np.array([1.0, 0.0]), 1.0), [3.0, 2.0])


def test_a_sum_over_several_months_is_not_walked() -> None:
    part, names = two_months_and_their_sum(fixed=False)
    walk = Walk(part, np.array([2.0, 3.0]), blocks(part, names), np.arange(2))
    assert walk.towards(np.array([1.0, 1.0]), 1.0) is None
