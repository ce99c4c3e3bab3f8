"""The attacker's programme in rests says of every system what the plain one says."""

import numpy as np
from audit_systems import Drawn, systems
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from movilidad.disclosure.audit.moves import Moves
from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.rests import with_rests
from movilidad.disclosure.audit.solver import Floats, Program


def plain_least(part: Part, cost: Floats, held: dict[int, float]) -> float:
    """The least cost in the part's own unknowns."""
    matrix = part.matrix.toarray()
    equal = part.row_low == part.row_high
    bounds = [(held.get(place, low), held.get(place)) for place, low in enumerate(part.column_low)]
    answer = linprog(
        cost,
        A_ub=-matrix[~equal] if (~equal).any() else None,
        b_ub=-part.row_low[~equal] if (~equal).any() else None,
        A_eq=matrix[equal] if equal.any() else None,
        b_eq=part.row_low[equal] if equal.any() else None,
        bounds=bounds,
        method="highs",
    )
    return float(answer.fun) if answer.status == 0 else -np.inf


@settings(max_examples=150, deadline=None)
@given(systems(), st.data())
def test_a_programme_in_rests_has_the_plain_one_s_ends(drawn: Drawn, data: st.DataObject) -> None:
    part = drawn.part
    program = Program(part, holding=drawn.holding)
    for _ in range(3):
        size = len(part.columns)
        cost = np.array(data.draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size)), dtype=float)
        held = {int(place): drawn.point[place] for place in drawn.holding} if data.draw(st.booleans()) else {}
        if held:
            program.hold(drawn.holding, drawn.point[drawn.holding])
        found = program.least(cost)
        if held:
            program.release(drawn.holding)
        expected = plain_least(part, cost, held)
        if found.point is None:
            assert found.state == "unbounded"
            assert expected == -np.inf
        else:
            assert np.isclose(cost @ found.point, expected)


@settings(max_examples=150, deadline=None)
@given(systems())
def test_rests_lead_back_to_the_same_points_and_bounds(drawn: Drawn) -> None:
    part = drawn.part
    rests = with_rests(part, drawn.holding)
    there = rests.forth @ drawn.point
    assert np.array_equal(rests.back @ there, drawn.point)
    assert (there >= rests.low).all()
    assert np.array_equal(there[drawn.holding], drawn.point[drawn.holding])
    below = rests.back @ (rests.low - 1)  # outside in every unknown: outside of the part too
    assert not part.holds(below)


@settings(max_examples=100, deadline=None)
@given(systems(), st.integers(1, 3), st.booleans())
def test_a_move_leads_to_a_point_of_the_part(drawn: Drawn, steps: int, up: bool) -> None:
    if not len(drawn.holding):
        return
    unknown = int(drawn.holding[0])
    moves = Moves(drawn.part, drawn.point, drawn.holding)
    move = moves.away(unknown, steps if up else -steps, drawn.holding[1:])
    if move is not None:
        assert drawn.part.holds(drawn.point + move)
        assert (move[unknown] if up else -move[unknown]) >= steps
