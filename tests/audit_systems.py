"""Small systems of equations and bounds, drawn at random, each with a whole point that solves it."""

from dataclasses import dataclass

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from scipy import sparse

from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.solver import Floats, Places

MONTHS = ("2026-01", "2026-02")
PERIODS = st.sampled_from([MONTHS[:1], MONTHS[1:], MONTHS])


@dataclass(frozen=True)
class Drawn:
    """A small system with a whole point that solves it, and the unknowns that may be held."""

    part: Part
    point: Floats
    holding: Places


@st.composite
def systems(draw: st.DrawFn) -> Drawn:
    size = draw(st.integers(2, 7))
    point = np.array(draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)), dtype=float)
    low = np.minimum(point, draw(st.lists(st.sampled_from([0, 0, 1]), min_size=size, max_size=size)))
    rows, ends = [], []
    for pair in draw(st.lists(st.permutations(range(size)), max_size=2 * size)):
        row = np.zeros(size)
        row[pair[0]], row[pair[1]] = 1, -1
        if row @ point >= 0:
            rows.append(row)
            ends.append((draw(st.integers(-2, int(row @ point))), np.inf))
    for _ in range(draw(st.integers(0, 3))):
        row = np.array(
            draw(st.lists(st.sampled_from([0, 0, 1, 1, -1]), min_size=size, max_size=size)), dtype=float
        )
        rows.append(row)
        ends.append((row @ point, row @ point))
    matrix = sparse.csr_array(np.array(rows).reshape(len(rows), size))
    bounds = np.array(ends, dtype=float).reshape(len(rows), 2)
    part = Part(np.arange(size), np.arange(len(rows)), matrix, bounds[:, 0], bounds[:, 1], low)
    holding = draw(st.sets(st.integers(0, size - 1), max_size=2))
    return Drawn(part, point, np.array(sorted(holding), dtype=np.int64))


def of_months(data: st.DataObject, drawn: Drawn) -> list[Name]:
    """Each unknown is one cell's of some period; a longer period may have several versions of it."""
    size = len(drawn.part.columns)
    periods = data.draw(st.lists(PERIODS, min_size=size, max_size=size))
    versions = data.draw(st.lists(st.integers(1, 2), min_size=size, max_size=size))
    cells = data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    names = [
        Name("colocados", version, months, (cell,))
        for version, months, cell in zip(versions, periods, cells, strict=True)
    ]
    assume(len({name for name in names if len(name.months) == 1}) == sum(len(name.months) == 1 for name in names))
    return names
