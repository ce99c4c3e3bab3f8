"""The attacker's audit on tables whose answers are known."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from audit_support import cell, margins, seen, table

from movilidad.disclosure.audit import Cell, Finding, Layer, Limits, Seen, Structure, audit, intervals
from movilidad.model.errors import DataError, UsageError

NOTHING_MORE = Structure()
LIMITS = Limits(minimum=3, frequency=0)


def bounds(
    printed: Iterable[Seen], structure: Structure = NOTHING_MORE
) -> dict[tuple[str, Cell], tuple[float, float]]:
    found = intervals(printed, structure, LIMITS)
    return {(one.seen.period, one.seen.cell): (one.low, one.high) for one in found}


def at(found: dict[tuple[str, Cell], tuple[float, float]], **codes: str) -> tuple[float, float]:
    return found["", cell(**codes)]


def kinds(found: Iterable[Finding]) -> set[str]:
    return {one.kind for one in found}


def named(found: Iterable[Finding], kind: str) -> set[Cell]:
    return {one for finding in found if finding.kind == kind for one in finding.cells}


# Geurts' table: rows 7, 3, 6; columns 9, 7
GEURTS = table("fila", "columna", {"1": (5, 2), "2": (1, 2), "3": (3, 3)}, "ab")
GEURTS_HIDDEN = [cell(fila=row, columna=column) for row in "12" for column in "ab"]


def test_geurts_table_has_its_published_intervals() -> None:
    found = bounds(seen(GEURTS, GEURTS_HIDDEN))
    assert at(found, fila="1", columna="a") == (3, 6)
    assert at(found, fila="1", columna="b") == (1, 4)
    assert at(found, fila="2", columna="a") == at(found, fila="2", columna="b") == (0, 3)
    assert audit(seen(GEURTS, GEURTS_HIDDEN), NOTHING_MORE, LIMITS) == []


def test_a_lone_contributor_reads_the_cell_beside_its_own() -> None:
    alone = cell(fila="1", columna="b")
    printed = [replace(one, lone=one.cell == alone) for one in seen(GEURTS, GEURTS_HIDDEN)]
    found = audit(printed, NOTHING_MORE, LIMITS)
    assert kinds(found) == {"contribuyente"}
    assert cell(fila="1", columna="a") in named(found, "contribuyente")


def test_a_lone_contributor_may_learn_what_is_only_a_companion() -> None:
    alone, primary = cell(fila="1", columna="b"), cell(fila="2", columna="a")
    printed = [
        replace(one, lone=one.cell == alone, sensitive=one.cell in {alone, primary})
        for one in seen(GEURTS, GEURTS_HIDDEN)
    ]
    assert named(audit(printed, NOTHING_MORE, LIMITS), "contribuyente") == {primary}


ROWS = {
    "w": (30, 47, 64, 89),
    "x": (90, 124, 5, 31),
    "y": (92, 100, 59, 85),
    "z": (800, 991, 651, 685),
}
TWO_PER_LINE = [
    cell(fila=row, columna=column)
    for row, columns in zip("wxyz", ("abc", "ac", "bd", "bd"), strict=True)
    for column in columns
]


def test_two_hidden_cells_per_line_are_not_enough() -> None:
    printed = seen(table("fila", "columna", ROWS, "abcd"), TWO_PER_LINE)
    assert at(bounds(printed), fila="w", columna="b") == (47, 47)
    assert named(audit(printed, NOTHING_MORE, LIMITS), "estrecha") == {cell(fila="w", columna="b")}


def test_one_more_hidden_cell_closes_the_gap() -> None:
    printed = seen(table("fila", "columna", ROWS, "abcd"), [*TWO_PER_LINE, cell(fila="x", columna="b")])
    found = bounds(printed)
    assert at(found, fila="w", columna="b") == (0, 141)
    assert at(found, fila="x", columna="b") == (30, 171)
    assert at(found, fila="x", columna="c") == (0, 69)
    assert audit(printed, NOTHING_MORE, LIMITS) == []


def test_margins_that_disagree_with_their_cells_are_a_contradiction() -> None:
    printed = table("fila", "columna", ROWS, "abcd") | {cell(columna="a"): 1021, cell(columna="c"): 770}
    hidden = [cell(fila="w", columna="b"), cell(fila="w", columna="d")]
    assert kinds(audit(seen(printed, hidden), NOTHING_MORE, LIMITS)) == {"contradiccion"}
    with pytest.raises(DataError, match="se contradicen"):
        intervals(seen(printed, hidden), NOTHING_MORE, LIMITS)


def test_figures_that_only_fractions_could_reconcile_are_a_contradiction() -> None:
    """Three pairs that sum to odd numbers: only halves would do."""
    groups = {"p": "ab", "q": "bc", "r": "ac"}
    overlapping = Structure(atoms={"g": {name: frozenset(parts) for name, parts in groups.items()}})
    printed = seen({cell(g=name): 3 for name in groups}, [])
    assert kinds(audit(printed, overlapping, LIMITS)) == {"contradiccion"}


LINKED = dict(zip("ABIJKLMN", (2, 2, 8, 8, 3, 3, 3, 7), strict=True))
GROUPINGS = Structure(
    belongs={
        ("codigo", "uno"): {code: frozenset({"1" if code in "ABIJ" else "2"}) for code in LINKED},
        ("codigo", "otro"): {code: frozenset({"1" if code in "LM" else "2"}) for code in LINKED},
    }
)


def linked(groupings: Iterable[str], hidden: str) -> list[Seen]:
    values = {(): 36} | {cell(codigo=code): value for code, value in LINKED.items()}
    if "uno" in groupings:
        values |= {cell(uno="1"): 20, cell(uno="2"): 16}
    if "otro" in groupings:
        values |= {cell(otro="1"): 6, cell(otro="2"): 30}
    return seen(values, [cell(codigo=code) for code in hidden])


def test_tables_that_are_safe_alone_are_unsafe_together() -> None:
    assert at(bounds(linked(["uno"], "ABKLM"), GROUPINGS), codigo="K") == (0, 9)
    assert at(bounds(linked(["otro"], "ABKLM"), GROUPINGS), codigo="K") == (0, 7)
    assert at(bounds(linked(["uno", "otro"], "ABKLM"), GROUPINGS), codigo="K") == (3, 3)
    found = audit(linked(["uno", "otro"], "ABKLM"), GROUPINGS, LIMITS)
    assert named(found, "estrecha") == {cell(codigo="K")}


def test_one_companion_protects_linked_tables_together() -> None:
    printed = linked(["uno", "otro"], "ABKLMN")
    found = bounds(printed, GROUPINGS)
    expected = dict(zip("KNABLM", [(0, 10), (0, 10), (0, 4), (0, 4), (0, 6), (0, 6)], strict=True))
    assert {code: at(found, codigo=code) for code in expected} == expected
    assert audit(printed, GROUPINGS, Limits(4, 0)) == []
    assert kinds(audit(printed, GROUPINGS, Limits(5, 0))) == {"estrecha"}


MONTHS = {
    "2026-01": (41, 9, 2),
    "2026-02": (38, 12, 4),
    "2026-03": (45, 11, 1),
    "2026-04": (50, 10, 6),
}
FOUR = "2026-C1"
OVER_TIME = Structure(additive=frozenset({"salidas"}))


def season(hidden: Iterable[str], *, total: bool = True, measure: str = "salidas") -> list[Seen]:
    """Four months and their total by country; Mexico and the United States hidden in some periods."""
    numbers = MONTHS | ({FOUR: tuple(map(sum, zip(*MONTHS.values(), strict=True)))} if total else {})
    printed = []
    for period, line in numbers.items():
        values = margins(["pais"], {(code,): value for code, value in zip(("CA", "US", "MX"), line, strict=True)})
        covered = [cell(pais="MX"), cell(pais="US")] if period in hidden else []
        printed += seen(values, covered, measure, period)
    return printed


@pytest.mark.parametrize(
    ("hidden", "total", "expected"),
    [
        ({"2026-03"}, False, {"2026-03": ((0, 12), (0, 12))}),
        ({"2026-03"}, True, {"2026-03": ((1, 1), (11, 11))}),
        ({"2026-01", "2026-03"}, False, {"2026-01": ((0, 11), (0, 11)), "2026-03": ((0, 12), (0, 12))}),
        ({"2026-01", "2026-03"}, True, {"2026-01": ((0, 3), (8, 11)), "2026-03": ((0, 3), (9, 12))}),
        (
            {"2026-01", "2026-02", "2026-03"},
            True,
            {"2026-01": ((0, 7), (4, 11)), "2026-02": ((0, 7), (9, 16)), "2026-03": ((0, 7), (5, 12))},
        ),
        ({"2026-03", FOUR}, True, {"2026-03": ((0, 12), (0, 12))}),
    ],
)
def test_a_four_month_total_tells_of_its_months(
    hidden: set[str], total: bool, expected: dict[str, tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    found = bounds(season(hidden, total=total), OVER_TIME)
    got = {period: (found[period, cell(pais="MX")], found[period, cell(pais="US")]) for period in expected}
    assert got == expected


def test_the_union_over_time_fails_where_each_release_alone_passes() -> None:
    printed = season({"2026-03"})
    assert kinds(audit(printed, OVER_TIME, LIMITS)) == {"estrecha"}
    for period in (*MONTHS, FOUR):
        assert audit([one for one in printed if one.period == period], OVER_TIME, LIMITS) == []
    assert audit(printed, Structure(), LIMITS) == []  # the same, had nobody said that months add up


def test_cumulative_totals_tell_the_month_between_them() -> None:
    through = {"2026-01/2026-02": (79, 21, 6), "2026-01/2026-03": (124, 32, 7)}
    printed = season({"2026-03"}, total=False)
    for period, line in through.items():
        values = margins(["pais"], {(code,): value for code, value in zip(("CA", "US", "MX"), line, strict=True)})
        printed += seen(values, [], "salidas", period)
    unseen = [one for one in printed if one.period not in {"2026-01", "2026-02"}]
    assert bounds(unseen, OVER_TIME)["2026-03", cell(pais="MX")] == (1, 1)
    assert kinds(audit(unseen, OVER_TIME, LIMITS)) == {"estrecha"}


PEOPLE = Structure(
    distinct=frozenset({"colocados"}), additive=frozenset({"salidas"}), at_most={"colocados": "salidas"}
)


def test_persons_are_at_most_the_departures_of_their_cell() -> None:
    values = {(): 20, cell(pais="CA"): 4, cell(pais="MX"): 4, cell(pais="US"): 12}
    hidden = [cell(pais="CA"), cell(pais="MX")]
    persons = seen(values, hidden, "colocados", "2026-10")
    departures = seen(values | {cell(pais="CA"): 5, (): 21}, [], "salidas", "2026-10")
    found = bounds([*persons, *departures], PEOPLE)
    assert found["2026-10", cell(pais="CA")] == (4, 5)
    assert found["2026-10", cell(pais="MX")] == (3, 4)
    assert kinds(audit([*persons, *departures], PEOPLE, LIMITS)) == {"estrecha"}
    assert audit(persons, PEOPLE, LIMITS) == []


def test_what_departures_have_beyond_persons_is_looked_at_on_request() -> None:
    persons = seen({(): 30, cell(pais="CA"): 10, cell(pais="US"): 20}, [], "colocados", "2026-10")
    departures = seen({(): 41, cell(pais="CA"): 11, cell(pais="US"): 30}, [], "salidas", "2026-10")
    assert audit([*persons, *departures], PEOPLE, Limits(3, 3)) == []
    found = audit([*persons, *departures], PEOPLE, Limits(3, 3, differences=True))
    assert named(found, "derivada") == {cell(pais="CA")}


def test_persons_of_a_longer_period_are_at_most_the_sum_of_its_months() -> None:
    printed = season({"2026-03"}, measure="colocados", total=False)
    printed += seen(
        {(): 226, cell(pais="CA"): 172, cell(pais="US"): 41, cell(pais="MX"): 13}, [], "colocados", FOUR
    )
    found = bounds(printed, PEOPLE)
    assert found["2026-03", cell(pais="MX")] == (1, 2)
    assert found["2026-03", cell(pais="US")] == (10, 11)
    assert kinds(audit(printed, PEOPLE, LIMITS)) == {"estrecha"}


def revised(period: str, version: int) -> list[Seen]:
    values = {(): 30, cell(pais="CA"): 10, cell(pais="US"): 20}
    if version == 2:
        values |= {(): 31, cell(pais="CA"): 11}
    return seen(values, [], "salidas", period, version)


def test_two_versions_of_a_cell_must_not_differ_by_a_person() -> None:
    found = audit([*revised("2026-10", 1), *revised("2026-10", 2)], OVER_TIME, Limits(3, 3))
    assert named(found, "versiones") == {cell(pais="CA")}  # the grand total may
    assert kinds(found) == {"versiones"}


def test_a_category_that_appears_only_in_the_second_version_counts_as_a_difference_from_zero() -> None:
    later = [*revised("2026-10", 1)[1:], *seen({(): 32, cell(pais="MX"): 2}, [], "salidas", "2026-10")]
    later = [replace(one, version=2) for one in later]
    found = audit([*revised("2026-10", 1), *later], OVER_TIME, Limits(3, 3))
    assert named(found, "versiones") == {cell(pais="MX")}


def test_with_several_versions_of_a_month_the_total_must_say_which_it_sums() -> None:
    months = [one for period in ("2026-09", "2026-10", "2026-11", "2026-12") for one in revised(period, 1)]
    total = seen({(): 121, cell(pais="CA"): 41, cell(pais="US"): 80}, [], "salidas", "2026-C3")
    printed = [*months, *revised("2026-10", 2), *total]
    with pytest.raises(UsageError, match="varias versiones"):
        audit(printed, OVER_TIME, LIMITS)
    versions = {"2026-09": 1, "2026-10": 2, "2026-11": 1, "2026-12": 1}
    layers = tuple(Layer("salidas", period, version) for period, version in versions.items())
    said = replace(OVER_TIME, parts={Layer("salidas", "2026-C3", 1): layers})
    assert audit(printed, said, LIMITS) == []
    first = tuple(layer._replace(version=1) for layer in layers)
    wrong = replace(OVER_TIME, parts={Layer("salidas", "2026-C3", 1): first})
    assert kinds(audit(printed, wrong, LIMITS)) == {"contradiccion"}


_COMMON = {"40-59": "d", "60-69": "e", "70+": "f"}
BANDS = {"<20": "a", "20-39": "bc"} | _COMMON | {"<25": "ab", "25-39": "c"}
MEN = dict(zip(BANDS, (6, 9, 5, 8, 4, 7, 8), strict=True))
WOMEN = dict(zip(BANDS, (10, 38, 51, 42, 32, 10, 38), strict=True))
AGES = [
    Structure(atoms={"edad": {code: frozenset(pieces) for code, pieces in BANDS.items()}}),
    Structure(
        belongs={
            ("tramo", "edad"): {
                piece: frozenset(code for code, pieces in BANDS.items() if piece in pieces) for piece in "abcdef"
            }
        }
    ),
]


def bands(codes: Iterable[str]) -> list[Seen]:
    sexes = {"hombres": MEN, "mujeres": WOMEN}
    return seen({cell(edad=code, sexo=sex): counts[code] for sex, counts in sexes.items() for code in codes}, [])


@pytest.mark.parametrize("ages", AGES)
def test_bands_cut_in_two_ways_reveal_what_lies_between(ages: Structure) -> None:
    first = [code for code in BANDS if code not in {"<25", "25-39"}]
    second = [code for code in BANDS if code not in {"<20", "20-39"}]
    assert audit(bands(first), ages, Limits(3, 3)) == []
    assert audit(bands(second), ages, Limits(3, 3)) == []
    found = audit(bands(BANDS), ages, Limits(3, 3))
    assert kinds(found) == {"derivada"}
    assert any(dict(one).get("sexo") == "hombres" for one in named(found, "derivada"))
    assert not any(dict(one).get("sexo") == "mujeres" for one in named(found, "derivada"))


def test_a_piece_of_several_atoms_between_bands_is_looked_at_too() -> None:
    pieces = {"<20": "a", "20+": "bcdz", "<30": "abc", "30+": "dz"}
    structure = Structure(atoms={"edad": {code: frozenset(parts) for code, parts in pieces.items()}})
    values = {cell(edad=code): value for code, value in {"<20": 10, "20+": 22, "<30": 12, "30+": 20}.items()}
    found = audit(seen(values, []), structure, Limits(3, 3))
    assert kinds(found) == {"derivada"}  # 20 to 29 years, in two pieces


def test_a_crossing_that_no_table_prints_must_not_be_certain_to_be_small() -> None:
    """Every cell of three tables has three people or more; zeros leave one possible number where they cross."""
    people = {("x", "p", "u"): 1, ("x", "p", "v"): 3, ("x", "q", "u"): 3, ("y", "p", "u"): 3}
    linked_tables = margins("abc", people, ["ab", "bc", "ac"])
    assert min(linked_tables.values()) >= 3
    found = audit(seen(linked_tables, []), NOTHING_MORE, Limits(3, 3))
    assert named(found, "derivada") == {cell(a="x", b="p", c="u")}


def test_small_cells_in_plain_sight_are_named() -> None:
    found = audit(seen({(): 12, cell(sexo="1"): 10, cell(sexo="2"): 2}, []), NOTHING_MORE, Limits(3, 3))
    assert named(found, "a_la_vista") == {cell(sexo="2")}


def test_a_cell_hidden_in_one_table_and_shown_in_another_is_not_hidden() -> None:
    printed = seen(GEURTS, GEURTS_HIDDEN)
    twice = [*printed, replace(printed[-1], value=3), *(replace(one, value=one.true_value) for one in printed[:1])]
    first = printed[0]
    found = audit([*twice, replace(first, value=None)], NOTHING_MORE, LIMITS)
    assert first.cell in named(found, "estrecha")


def test_a_hidden_total_of_everything_has_no_upper_end() -> None:
    found = bounds(seen({(): 5}, [()]))
    assert found["", ()] == (0, float("inf"))
    assert audit(seen({(): 5}, [()]), NOTHING_MORE, LIMITS) == []


def test_a_printed_table_without_a_cell_is_all_zero() -> None:
    values = {(): 0, cell(sexo="1"): 4}
    printed = [one for one in seen(values, [cell(sexo="1")]) if one.cell]
    empty = Structure(printed={Layer("colocados", "", 1): frozenset({("pais",)})})
    assert bounds(printed, empty)["", cell(sexo="1")] == (0, 0)


def test_findings_say_where_and_never_how_many() -> None:
    secret = {"w": (731, 47, 64, 89), "x": (90, 124, 5, 31), "y": (92, 977, 59, 85), "z": (800, 991, 651, 685)}
    printed = seen(table("fila", "columna", secret, "abcd"), TWO_PER_LINE, period="2026-10")
    (finding,) = audit(printed, NOTHING_MORE, LIMITS)
    sentence = str(finding)
    assert sentence.startswith("colocados 2026-10, columna × fila: ")
    assert "columna b, fila w" in sentence
    assert not any(str(one.true_value) in sentence for one in printed)
    assert "47" not in sentence


@pytest.mark.parametrize("period", ["2026-C4", "enero", "2026-13", "2026-05/2026-02"])
def test_a_period_that_is_none_is_refused(period: str) -> None:
    with pytest.raises(UsageError):
        audit(seen({(): 5}, [], "salidas", period), OVER_TIME, LIMITS)
