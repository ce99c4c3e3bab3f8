"""What moves within one month's window is a move of the whole, and nothing else moves."""

import numpy as np
from audit_systems import MONTHS, Drawn, of_months, systems
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.solver import Floats, Places
from movilidad.disclosure.audit.windows import Window, Windows

CAP = 100.0


def window_of(drawn: Drawn, names: list[Name], month: str) -> Window | None:
    """The window of a month, if the month has unknowns of its own."""
    months = sorted({name.months[0] for name in names if len(name.months) == 1}, reverse=True)
    every = np.arange(len(names))
    windows = list(Windows(drawn.part, drawn.point, names, every, CAP).of_months())
    dated = len({name.months for name in names}) > 1
    return windows[months.index(month)] if dated and month in months else None


def is_a_move_of(month: str, move: Floats, drawn: Drawn, names: list[Name]) -> bool:
    """Whole, within the system, still outside the month, and the same step in a cell's longer periods."""
    steps: dict[tuple[object, ...], set[float]] = {}
    for name, step in zip(names, move, strict=True):
        if month not in name.months:
            steps.setdefault(("still",), {0.0}).add(step)
        elif len(name.months) > 1:
            steps.setdefault(name.of, set()).add(step)
    together = all(len(each) == 1 for each in steps.values())
    return together and bool((move % 1 == 0).all()) and drawn.part.holds(drawn.point + move)


@settings(max_examples=150, deadline=None)
@given(systems(), st.sampled_from(MONTHS), st.sampled_from([-2.0, -1.0, 1.0, 3.0]), st.data())
def test_a_way_within_a_month_is_a_way_of_the_whole(
    drawn: Drawn, month: str, amount: float, data: st.DataObject
) -> None:
    names = of_months(data, drawn)
    window = window_of(drawn, names, month)
    assume(window is not None)
    for unknown in range(len(names)):
        assert window.reaches(unknown) == (month in names[unknown].months)
        move = window.away(unknown, amount, drawn.holding) if window.reaches(unknown) else None
        if move is not None:
            assert is_a_move_of(month, move, drawn, names)
            assert move[unknown] * np.sign(amount) >= abs(amount)


@settings(max_examples=150, deadline=None)
@given(systems(), st.sampled_from(MONTHS), st.data())
def test_the_cheapest_way_within_a_month_is_a_way_of_the_whole(
    drawn: Drawn, month: str, data: st.DataObject
) -> None:
    names = of_months(data, drawn)
    window = window_of(drawn, names, month)
    assume(window is not None)
    size = len(names)
    cost = np.array(data.draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size)), dtype=float)
    move = window.least(cost)
    if move is not None:
        assert is_a_move_of(month, move, drawn, names)
        assert cost @ move <= 0


@settings(max_examples=100, deadline=None)
@given(systems(), st.data())
def test_what_stands_alone_moves_as_far_as_the_whole_lets_it(drawn: Drawn, data: st.DataObject) -> None:
    size = len(drawn.part.columns)
    names = [Name("colocados", 1, MONTHS[:1], (place,)) for place in range(size)]
    whole = Windows(drawn.part, drawn.point, names, np.arange(size), CAP).whole()
    unknown = data.draw(st.integers(0, size - 1))
    cost = np.zeros(size)
    cost[unknown] = -1
    far = whole.least(cost)
    near = whole.away(unknown, 1.0, drawn.holding)
    if near is not None and far is not None:
        assert far[unknown] >= 1


@settings(max_examples=150, deadline=None)
@given(systems(), st.integers(-4, 4).filter(bool), st.data())
def test_the_shortest_way_of_a_sum_is_found_where_there_is_one(
    drawn: Drawn, amount: int, data: st.DataObject
) -> None:
    size = len(drawn.part.columns)
    names = [Name("colocados", 1, MONTHS[:1], (place,)) for place in range(size)]
    whole = Windows(drawn.part, drawn.point, names, drawn.holding, np.inf).whole()
    weights = np.array(data.draw(st.lists(st.sampled_from([0, 1, -1]), min_size=size, max_size=size)), dtype=float)
    still = drawn.holding[: data.draw(st.integers(0, len(drawn.holding)))]
    found = whole.towards(weights, float(amount), still)
    assert found.state == ("optimal" if can_be_so_far(drawn, weights, amount, still) else "infeasible")
    assert (found.point is not None) == (found.state == "optimal")
    if found.point is not None:
        assert (found.point[still] == 0).all()
        there = drawn.point + found.point
        said = drawn.part.matrix @ there
        assert (there >= drawn.part.column_low - 1e-6).all()
        assert (said >= drawn.part.row_low - 1e-6).all()
        assert (said <= drawn.part.row_high + 1e-6).all()
        assert weights @ found.point * np.sign(amount) >= abs(amount) - 1e-6


def can_be_so_far(drawn: Drawn, weights: Floats, amount: int, still: Places) -> bool:
    """Whether any point, whole or not, has a sum that is an amount away, by another program."""
    ends = [(low, None) for low in drawn.part.column_low]
    for unknown in still:
        ends[unknown] = (drawn.point[unknown], drawn.point[unknown])
    part, matrix = drawn.part, drawn.part.matrix.toarray()
    over = np.isfinite(part.row_high)
    answer = linprog(
        np.zeros(len(weights)),
        A_ub=np.vstack([-matrix, matrix[over], -np.sign(amount) * weights[None, :]]),
        b_ub=[*-part.row_low, *part.row_high[over], -np.sign(amount) * (weights @ drawn.point + amount)],
        bounds=ends,
    )
    return bool(answer.success)
