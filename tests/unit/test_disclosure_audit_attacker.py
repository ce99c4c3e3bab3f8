"""The audit finds exactly what a reader finds who solves for every cell of the full crossing."""

from dataclasses import replace
from itertools import product

from audit_support import margins, reader_intervals, seen
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.disclosure.audit import Cell, Finding, Limits, Seen, Structure, audit, intervals

DOMAIN = {"a": "xy", "b": "pqr", "c": "uvw", "d": "st"}
TABLES = [
    ["ab"],
    ["abc"],
    ["ab", "bc"],
    ["ab", "bc", "ac"],
    ["ab", "bc", "cd"],
    ["ab", "bc", "cd", "ad"],  # a ring: needs a chord
    ["ab", "c", "d"],
]


@st.composite
def printed_tables(draw: st.DrawFn) -> tuple[str, list[Seen]]:
    """The dimensions of a few linked tables, and their cells, some of them hidden."""
    tables = draw(st.sampled_from(TABLES))
    names = "".join(sorted(set("".join(tables))))
    atoms = list(product(*(DOMAIN[name] for name in names)))
    numbers = draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 5]), min_size=len(atoms), max_size=len(atoms)))
    values = margins(names, dict(zip(atoms, numbers, strict=True)), tables)
    values.setdefault((), 0)
    cells = sorted(values)
    hidden = draw(st.sets(st.sampled_from(cells), max_size=max(len(cells) * 2 // 3, 1)))
    return names, seen(values, {one for one in hidden if values[one]})


@settings(max_examples=60, deadline=None)
@given(printed_tables(), st.sampled_from([0, 1]))
def test_every_interval_is_the_one_of_the_full_crossing(drawn: tuple[str, list[Seen]], at_least: int) -> None:
    names, printed = drawn
    domain = {name: DOMAIN[name] for name in names}
    found = intervals(printed, Structure(), Limits(hidden_at_least=at_least))
    expected = reader_intervals(names, domain, printed, at_least=at_least)
    assert {one.seen.cell: (one.low, one.high) for one in found} == expected


@settings(max_examples=50, deadline=None)
@given(printed_tables(), st.integers(1, 4), st.sampled_from([0, 1]))
def test_the_gate_names_the_narrow_cells_and_no_others(
    drawn: tuple[str, list[Seen]], minimum: int, at_least: int
) -> None:
    names, printed = drawn
    domain = {name: DOMAIN[name] for name in names}
    found = audit(printed, Structure(), Limits(minimum, 0, at_least))
    expected = reader_intervals(names, domain, printed, at_least=at_least)
    narrow = {one for one, (low, high) in expected.items() if high - low < minimum}
    assert named(found, "estrecha") == narrow
    assert {one.kind for one in found} <= {"estrecha"}


@settings(max_examples=25, deadline=None)
@given(printed_tables(), st.data())
def test_a_lone_contributor_is_an_attacker_with_one_more_number(
    drawn: tuple[str, list[Seen]], data: st.DataObject
) -> None:
    names, printed = drawn
    hidden = [one for one in printed if one.value is None]
    if not hidden:
        return
    lone = data.draw(st.sets(st.sampled_from([one.cell for one in hidden]), min_size=1, max_size=3))
    printed = [replace(one, lone=one.cell in lone) for one in printed]
    found = audit(printed, Structure(), Limits(2, 0))
    domain = {name: DOMAIN[name] for name in names}
    alone = reader_intervals(names, domain, printed)
    narrow = {one for one, (low, high) in alone.items() if high - low < 2}
    told = set()
    for each in lone:
        knows = [replace(one, value=one.true_value) if one.cell == each else one for one in printed]
        own = {one for one in lone if set(one) <= set(each) or set(each) <= set(one)}  # nested: the same person
        intervals = reader_intervals(names, domain, knows)
        told |= {one for one, (low, high) in intervals.items() if high - low < 2} - own
    assert named(found, "estrecha") == narrow
    assert named(found, "contribuyente") == told - narrow


def named(found: list[Finding], kind: str) -> set[Cell]:
    return {one for finding in found if finding.kind == kind for one in finding.cells}
