"""Small tables for the audit's tests, and a reader who solves the full crossing without any of its code."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from movilidad.disclosure.audit import Cell, Layer, Limits, Seen

Counts = Mapping[tuple[str, ...], int]  # codes, in the order of the dimensions → people


def seen(
    values: Mapping[Cell, int],
    hidden: Iterable[Cell],
    measure: str = "colocados",
    period: str = "",
    version: int = 1,
) -> list[Seen]:
    """Printed cells of one layer; the hidden ones with their true values."""
    covered = set(hidden)
    return [
        Seen(measure, period, version, cell, None if cell in covered else value, true_value=value)
        for cell, value in values.items()
    ]


def margins(
    names: Sequence[str], counts: Counts, tables: Iterable[Sequence[str]] | None = None
) -> dict[Cell, int]:
    """Every cell above zero of the tables with all their margins (of the whole crossing, if none are named)."""
    sets = {
        part
        for table in ([names] if tables is None else tables)
        for size in range(len(table) + 1)
        for part in combinations(sorted(table), size)
    }
    found: dict[Cell, int] = {}
    for codes, value in counts.items():
        place = dict(zip(names, codes, strict=True))
        for part in sets:
            cell = tuple((name, place[name]) for name in part)
            found[cell] = found.get(cell, 0) + value
    return {cell: value for cell, value in found.items() if value}


def table(rows: str, columns: str, numbers: Mapping[str, Sequence[int]], codes: str) -> dict[Cell, int]:
    """A two-way table with its margins."""
    counts = {(row, code): value for row, line in numbers.items() for code, value in zip(codes, line, strict=True)}
    return margins((rows, columns), counts)


def cell(**codes: str) -> Cell:
    return tuple(sorted(codes.items()))


def reader_intervals(
    names: Sequence[str], domain: Mapping[str, Sequence[str]], printed: Sequence[Seen], *, at_least: int = 0
) -> dict[Cell, tuple[float, float]]:
    """The interval of each hidden cell by whole-number programmes over the full crossing of the domain."""
    atoms = [dict(zip(names, codes, strict=True)) for codes in product(*(domain[name] for name in names))]
    known = {one.cell: one for one in printed}
    tables = {tuple(name for name, _ in one) for one in known}
    rows, low, high = [], [], []
    for part in sorted(tables):
        for codes in product(*(domain[name] for name in part)):
            where = dict(zip(part, codes, strict=True))
            rows.append([float(where.items() <= atom.items()) for atom in atoms])
            one = known.get(tuple(where.items()))
            hidden = one is not None and one.value is None
            value = 0 if one is None else one.value
            low.append(at_least if hidden else value)
            high.append(np.inf if hidden else value)
    matrix, constraint = np.array(rows), LinearConstraint(np.array(rows), low, high)
    found = {}
    for one in printed:
        if one.value is None:
            target = np.array([float(dict(one.cell).items() <= atom.items()) for atom in atoms])
            found[one.cell] = (_end(target, matrix, constraint), -_end(-target, matrix, constraint))
    return found


def _end(target: np.ndarray, matrix: np.ndarray, constraint: LinearConstraint) -> float:
    equal = np.isclose(constraint.lb, constraint.ub)
    upper = [(matrix[~equal], constraint.ub[~equal]), (-matrix[~equal], -constraint.lb[~equal])]
    finite = [(rows[np.isfinite(ends)], ends[np.isfinite(ends)]) for rows, ends in upper]
    relaxed = linprog(
        target,
        A_ub=np.vstack([rows for rows, _ in finite]),
        b_ub=np.concatenate([ends for _, ends in finite]),
        A_eq=matrix[equal] if equal.any() else None,
        b_eq=constraint.ub[equal] if equal.any() else None,
        method="highs",
    )
    if relaxed.status == 3:  # unbounded; milp calls this 4, as it calls what is infeasible
        return -np.inf
    whole = milp(target, constraints=constraint, integrality=np.ones(len(target)), bounds=Bounds(0, np.inf))
    assert whole.status == 0, whole.message
    return float(round(whole.fun))


LIMITS = Limits(minimum=3, frequency=3)
LAYER = Layer("colocados", "", 1)
