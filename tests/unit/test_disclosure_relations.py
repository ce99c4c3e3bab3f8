"""Cells and equations of linked tables say exactly what a full crossing says."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from movilidad.disclosure.assembly import assemble, states_of
from movilidad.disclosure.block import Block, concatenate, loose_cells
from movilidad.disclosure.cliques import maximal_cliques, separators
from movilidad.disclosure.hierarchies import Hierarchy
from movilidad.disclosure.relations import crossings_behind, relate
from movilidad.disclosure.system import State
from movilidad.model.errors import DataError, UsageError

NAMES = ("a", "b", "c", "d")


@st.composite
def details(draw: st.DrawFn) -> pd.DataFrame:
    """Sparse counts with many ones over one to four dimensions; some combinations are there with a zero."""
    names = NAMES[: draw(st.integers(1, 4))]
    codes = [[f"{name}{number}" for number in range(draw(st.integers(1, 3)))] for name in names]
    cells = [*product(*codes)]
    counts = draw(st.lists(st.sampled_from([None, None, 0, 1, 1, 2, 9]), min_size=len(cells), max_size=len(cells)))
    rows = [(*cell, count) for cell, count in zip(cells, counts, strict=True) if count is not None]
    return pd.DataFrame(rows or [(*cells[0], 1)], columns=[*names, "personas"])


@st.composite
def linked(draw: st.DrawFn) -> tuple[pd.DataFrame, list[tuple[str, ...]]]:
    detail = draw(details())
    names = [name for name in NAMES if name in detail]
    choices = [part for size in range(1, len(names) + 1) for part in combinations(names, size)]
    return detail, draw(st.lists(st.sampled_from(choices), min_size=1, max_size=6, unique=True))


PARENTS = st.dictionaries(
    st.sampled_from(["a0", "a1", "a2"]), st.sets(st.sampled_from(["x", "y"]), min_size=0, max_size=2)
)


def nested(parents: dict[str, set[str]]) -> Hierarchy:
    """Leaves under x and y, perhaps both, perhaps none; y under z."""
    pairs = [(leaf, parent) for leaf, above in parents.items() for parent in sorted(above) or [""]]
    return Hierarchy.of([("a0", ""), ("a1", ""), ("a2", ""), ("y", "z"), *pairs])


def pandas_sum(detail: pd.DataFrame, key: tuple[tuple[str, str], ...], hierarchy: Hierarchy | None) -> int:
    """What pandas adds up for one cell."""
    rows = detail
    for name, code in key:
        inside = {leaf for leaf in rows[name] if code == leaf or (hierarchy and code in _above(hierarchy, leaf))}
        rows = rows[rows[name].isin(inside)]
    return int(rows["personas"].sum())


def _above(hierarchy: Hierarchy, code: str) -> set[str]:
    return hierarchy.above(code) if code in hierarchy.parents else set()


@settings(max_examples=150, deadline=None)
@given(linked(), PARENTS, st.booleans())
def test_every_cell_is_what_pandas_adds_up_and_every_equation_holds(
    given_: tuple[pd.DataFrame, list[tuple[str, ...]]], parents: dict[str, set[str]], with_hierarchy: bool
) -> None:
    detail, tables = given_
    hierarchy = nested(parents) if with_hierarchy else None
    block = relate(detail, tables, "personas", hierarchies={"a": hierarchy} if hierarchy else {})
    assert len(set(block.keys)) == block.size
    assert np.abs(block.equations @ block.values).max(initial=0) == 0
    assert block.values.tolist() == [pandas_sum(detail, key, hierarchy) for key in block.keys]
    for table in tables:
        for size in range(len(table) + 1):
            for margin in combinations(sorted(table), size):
                for row in detail[list(margin)].drop_duplicates().itertuples(index=False):
                    place = block.index_of(tuple(zip(margin, row, strict=True)))
                    assert place is not None
                    assert block.printed[place]


def interval(block: Block, shown: np.ndarray, cell: int) -> tuple[float, float]:
    bounds = [(value, value) if seen else (0, None) for value, seen in zip(block.values, shown, strict=True)]
    goal = np.zeros(block.size)
    goal[cell] = 1
    return ends(goal, block.equations, np.zeros(block.equations.shape[0]), bounds)


def ends(goal: np.ndarray, rows: object, right: np.ndarray, bounds: list) -> tuple[float, float]:
    found = []
    for sign in (1, -1):
        answer = linprog(
            sign * goal, A_eq=rows if len(right) else None, b_eq=right if len(right) else None, bounds=bounds
        )
        assert answer.status in (0, 3)
        found.append(sign * answer.fun if answer.status == 0 else sign * -np.inf)
    return found[0], found[1]


def interval_in_full_crossing(
    detail: pd.DataFrame, block: Block, shown: np.ndarray, tables: list[tuple[str, ...]], cell: int
) -> tuple[float, float]:
    """The same with one unknown per combination of all dimensions, and every printed zero known."""
    names = [name for name in NAMES if any(name in table for table in tables)]
    full = [*product(*(sorted(set(detail[name])) for name in names))]
    row_of = {}
    for table in tables:
        for size in range(len(table) + 1):
            for margin in combinations(sorted(table), size):
                where = [names.index(name) for name in margin]
                for combination in full:
                    key = tuple(zip(margin, (combination[at] for at in where), strict=True))
                    row_of.setdefault(
                        key,
                        np.array([tuple(c[at] for at in where) == tuple(x for _, x in key) for c in full], float),
                    )
    seen = [key for key in row_of if block.index_of(key) is None or shown[block.index_of(key)]]
    right = [0.0 if block.index_of(key) is None else block.values[block.index_of(key)] for key in seen]
    rows = np.array([row_of[key] for key in seen]).reshape(len(seen), len(full))
    return ends(row_of[block.keys[cell]], rows, np.array(right), [(0, None)] * len(full))


@settings(max_examples=60, deadline=None)
@given(linked(), st.randoms(use_true_random=False))
def test_the_equations_tell_a_reader_as_much_as_the_full_crossing_and_no_more(
    given_: tuple, chance: object
) -> None:
    detail, tables = given_
    block = relate(detail, tables, "personas")
    shown = np.array([bool(printed) and chance.random() < 0.5 for printed in block.printed])
    hidden = np.flatnonzero(block.printed & ~shown)
    for cell in chance.sample(list(hidden), min(3, len(hidden))):
        ours = interval(block, shown, cell)
        assert ours == pytest.approx(interval_in_full_crossing(detail, block, shown, tables, cell), abs=1e-6)


def test_the_crossings_behind_the_product_s_tables_stay_small() -> None:
    names = ["sexo", "visa", "edad", "sector", "ocupacion", "pueblo", "departamento", "banda"]
    countries = [("pais", name) for name in names]
    sexes = [("sexo", name) for name in ["edad", "pueblo", "sector", "departamento"]]
    tables = [*countries, *sexes, ("departamento", "municipio"), ("pueblo", "comunidad")]
    cliques = maximal_cliques(tables, dict.fromkeys({name for table in tables for name in table}, 10))
    assert sorted(map(sorted, cliques)) == [
        ["banda", "pais"],
        ["comunidad", "pueblo"],
        ["departamento", "municipio"],
        ["departamento", "pais", "sexo"],
        ["edad", "pais", "sexo"],
        ["ocupacion", "pais"],
        ["pais", "pueblo", "sexo"],
        ["pais", "sector", "sexo"],
        ["pais", "visa"],
    ]
    assert len(separators(cliques)) == len(cliques) - 1


def test_a_table_that_is_printed_whole_has_no_latent_cells() -> None:
    detail = pd.DataFrame([("x", "y", "z", 1), ("x", "v", "w", 2)], columns=[*"abc", "personas"])
    assert relate(detail, [("a", "b"), ("b", "c")], "personas").printed.all()
    assert relate(detail, [("a", "b", "c")], "personas").printed.all()


def test_latent_cells_are_those_that_no_printed_zero_excludes() -> None:
    detail = pd.DataFrame(
        [("x", "y", "z", 1), ("u", "v", "w", 2), ("x", "v", "z", 3)], columns=[*"abc", "personas"]
    )
    block = relate(detail, [("a", "b"), ("b", "c"), ("a", "c")], "personas")
    latent = {block.keys[place]: block.values[place] for place in np.flatnonzero(~block.printed)}
    # (x, v, w), (u, v, z) fail at (a, c); (x, y, w) at (b, c)
    assert latent == {
        (("a", "x"), ("b", "y"), ("c", "z")): 1,
        (("a", "u"), ("b", "v"), ("c", "w")): 2,
        (("a", "x"), ("b", "v"), ("c", "z")): 3,
    }


def test_a_combination_that_does_not_occur_is_a_known_zero() -> None:
    detail = pd.DataFrame([("x", "y", 1), ("u", "v", 2)], columns=[*"ab", "personas"])
    assert relate(detail, [("a", "b")], "personas").index_of((("a", "x"), ("b", "v"))) is None


def test_a_zero_that_must_be_hidden_is_a_cell_with_all_below_that_no_other_zero_excludes() -> None:
    detail = pd.DataFrame(
        [("x", "y", "p", 1), ("x", "v", "p", 1), ("u", "v", "p", 2), ("u", "v", "q", 2)],
        columns=[*"abc", "n"],
    )
    zero = (("a", "u"), ("b", "y"))
    block = relate(detail, [("a", "b", "c")], "n", open_zeros=[zero])
    added = set(block.keys) - set(relate(detail, [("a", "b", "c")], "n").keys)
    assert added == {zero, (*zero, ("c", "p"))}  # (b = y, c = q) is a zero that everybody sees
    assert np.abs(block.equations @ block.values).max() == 0


def test_months_and_their_sum_are_one_system() -> None:
    months = {
        name: relate(pd.DataFrame([("x", count), ("y", 5)], columns=["a", "n"]), [("a",)], "n")
        for name, count in (("enero", 1), ("febrero", 0))
    }
    both = relate(pd.DataFrame([("x", 1), ("y", 10)], columns=["a", "n"]), [("a",)], "n")
    joined = concatenate({**months, "juntos": both, "resto": loose_cells(["r"], [9])})
    terms = [[(("enero", key), 1), (("febrero", key), 1), (("juntos", key), -1)] for key in both.keys]
    rest = [(("juntos", (("a", "x"),)), 1.0), (("resto", "r"), 1.0), (("juntos", (("a", "y"),)), -1.0)]
    whole = joined.with_equations([*terms, rest])
    assert whole.equations.shape[0] == 3 + len(terms) + 1
    assert np.abs(whole.equations @ whole.values).max() == 0
    assert not whole.printed[whole.index_of(("resto", "r"))]
    with pytest.raises(DataError, match="no cumplen"):
        joined.with_equations([[(("enero", ()), 1.0), (("juntos", ()), -1.0)]])


def test_contributors_come_from_their_column() -> None:
    detail = pd.DataFrame([("x", 10, 1), ("y", 20, 2)], columns=["a", "n", "contribuyentes"])
    block = relate(detail, [("a",)], "n")
    assert block.contributors[block.indices_of([(), (("a", "x"),), (("a", "q"),)])[:2]].tolist() == [3, 1]


def test_a_contributor_with_several_rows_is_one_wherever_they_come_together() -> None:
    rows = [("x", "v", 1, 1, 1), ("x", "w", 2, 1, 1), ("y", "w", 1, 1, 1), ("y", "w", 3, 3, 0)]
    detail = pd.DataFrame(rows, columns=["a", "b", "n", "contribuyentes", "dispersos"])
    block = relate(detail, [("a", "b")], "n")
    cells = [(), (("a", "x"),), (("a", "y"),), (("b", "v"),), (("b", "w"),), (("a", "y"), ("b", "w"))]
    assert block.contributors[block.indices_of(cells)].tolist() == [4, 1, 4, 1, 4, 4]


def test_crossings_behind_are_the_same_although_one_block_does_not_print_a_table() -> None:
    """The country stands in no table of the second block: what is behind it is there all the same."""
    detail = pd.DataFrame([("x", "v", 1), ("y", "v", 5), ("y", "w", 4)], columns=["a", "b", "n"])
    behind = crossings_behind([detail, detail], [("a", "b"), ("b",)], {})
    assert behind == [frozenset("ab")]
    printed, other = (relate(detail, [table], "n", behind=behind) for table in (("a", "b"), ("b",)))
    finest = [key for key in printed.keys if len(key) == 2]
    assert finest == [(("a", "x"), ("b", "v")), (("a", "y"), ("b", "v")), (("a", "y"), ("b", "w"))]
    assert {key for key in other.keys if len(key) == 2} > set(finest), "nobody saw that the others are empty"
    assert not other.printed[other.indices_of(finest)].any()


def test_a_crossing_of_which_no_table_prints_anything_adds_up_to_the_total() -> None:
    detail = pd.DataFrame(
        [("x", "v", "z", 1), ("y", "v", "z", 5), ("y", "w", "q", 4)], columns=["a", "b", "c", "n"]
    )
    block = relate(detail, [("c",)], "n", behind=[frozenset("ab"), frozenset("c")])
    assert np.abs(block.equations @ block.values).max() == 0
    assert sum(block.value_of(key) for key in block.keys if len(key) == 2) == 10


def test_who_is_alone_in_a_printed_cell_counts_and_who_is_alone_behind_the_tables_does_not() -> None:
    detail = pd.DataFrame([("x", "v", 1), ("y", "v", 5), ("y", "w", 4)], columns=["a", "b", "n"])
    block = relate(detail, [("a",), ("b",)], "n")
    system = assemble(block, states_of(block, block.values == 1), width=3, frequency=3)
    assert [block.keys[cell] for cell in np.flatnonzero(system.lone)] == [(("a", "x"),)]
    assert (system.lone == system.sensitive).all()


def test_zeros_are_fixed_and_small_latent_counts_ask_for_doubt() -> None:
    detail = pd.DataFrame(
        [("x", "y", "z", 1), ("u", "y", "z", 8), ("u", "v", "w", 9), ("x", "v", "w", 0)], columns=[*"abc", "n"]
    )
    block = relate(detail, [("a", "b"), ("b", "c"), ("a", "c")], "n")
    system = assemble(block, states_of(block, np.zeros(block.size, dtype=bool)), width=4, frequency=3)
    assert (system.state[~block.printed] == State.LATENT).all()
    assert (system.state[block.printed & (block.values == 0)] == State.FIXED).all()
    assert set(system.need[block.printed]) == {4}
    latent = zip(block.values[~block.printed], system.need[~block.printed], strict=True)
    assert dict(latent) == {1: 3, 8: 0, 9: 0, 0: 0}


@pytest.mark.parametrize(
    ("tables", "measure", "said"),
    [([("a", "z")], "n", "columna «z»"), ([("a",)], "personas", "columna «personas»")],
)
def test_a_column_that_is_missing_is_named(tables: list, measure: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        relate(pd.DataFrame({"a": ["x"], "n": [1]}), tables, measure)


def test_a_null_code_is_refused() -> None:
    with pytest.raises(DataError, match="códigos vacíos"):
        relate(pd.DataFrame({"a": ["x", None], "n": [1, 2]}), [("a",)], "n")


def test_a_crossing_beyond_reason_is_refused() -> None:
    names = [f"d{number}" for number in range(8)]
    pairs = [*combinations(names, 2)]
    square = [*product("abcdefghijkl", repeat=2)]
    detail = pd.concat([pd.DataFrame(square, columns=pair) for pair in pairs]).fillna("a").assign(n=1)
    assert relate(detail, pairs[:7], "n").printed.all()  # one dimension with each of the others: no crossing
    with pytest.raises(DataError, match="demasiadas celdas"):
        relate(detail, pairs, "n")
