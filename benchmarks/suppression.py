"""Secondary suppression: linked sparse tables for time and memory, single tables for loss beside pytauargus OPT.

    .venv/bin/python benchmarks/suppression.py [TABLES]

First table: random sparse microdata, printed as two-way tables that share their first dimension, with the
three-way crossings behind some of them as latent cells. Second table: TABLES single tables (default 12) of each
shape, hidden by us and by OPT in a process of its own; loss as the sum and the number of secondary cells, OPT = 1.
A cell is risky below 3; zeros are known. OPT is given the weakest rule, one unit around primaries, and asks
nothing of secondary cells; "same" is our sum for that width and no more, "sum" and "number" are for our own
rule. "wide": how many of OPT's patterns satisfy our rule (ours all do).
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from tempfile import TemporaryDirectory

import numpy as np
from scipy import sparse

from movilidad.disclosure.suppression import suppress
from movilidad.disclosure.suppression_owners import owners
from movilidad.disclosure.suppression_part import parts
from movilidad.disclosure.suppression_search import Search
from movilidad.disclosure.system import State, System

MINIMUM = WIDTH = 3
SHAPES = ((6, 6), (10, 10), (4, 5, 5), (3, 4, 7))
Cells = dict[tuple[tuple[int, int], ...], int]  # sorted (dimension, code) → place

OPT = """
import json, sys
import pandas as pd
from pytauargus import protect
found = []
for table in json.load(sys.stdin):
    names = [f"d{number}" for number in range(len(table["shape"]))]
    frame = pd.DataFrame(table["rows"], columns=names).map("c{:02d}".format).assign(one=1)
    done = protect(frame, [names], "one", table["rule"], "OPT(1)").tables[0].dataframe()
    hidden = done[done["status"] == "M"]
    codes = hidden[names].values.tolist()
    found.append([[-1 if code == "Total" else int(code[1:]) for code in row] for row in codes])
print(json.dumps(found), file=sys.stderr)
"""


def main() -> None:
    """Measure and print."""
    _linked()
    _single(int(sys.argv[1]) if len(sys.argv) > 1 else 12)


def _linked() -> None:
    print(f"{'printed':>8}{'latent':>8}{'primary':>8}{'second.':>8}{'seconds':>9}{'peak MB':>9}")
    for people, sizes, crossings in (
        (1500, (7, 2, 9, 12, 25, 4, 22, 6), ()),
        (1500, (7, 2, 9, 12, 25, 4, 22, 6), ((0, 1, 6), (0, 1, 2), (0, 1, 4), (0, 3, 4))),
        (1500, (7, 2, 9, 12, 25, 4, 340, 6), ((0, 1, 6), (0, 1, 2), (0, 3, 4))),
    ):
        tables = [(0, other) for other in range(1, len(sizes))] + [(1, other) for other in range(2, len(sizes))]
        system = _system(_people(people, sizes, seed=0), sizes, tables, crossings)
        begin = time.process_time()
        hidden = suppress(system).hidden
        seconds, peak = time.process_time() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        counts = [np.sum(system.state != State.LATENT), *(np.sum(system.state == kind) for kind in (4, 1))]
        print("".join(f"{count:8d}" for count in [*counts, np.sum(hidden & (system.state == State.FREE))]), end="")
        print(f"{seconds:9.1f}{peak:9.0f}")


def _single(number: int) -> None:
    print(f"\n{'shape':>10}{'tables':>8}{'same':>8}{'sum':>8}{'number':>8}{'wide':>8}{'seconds':>9}")
    for shape in SHAPES:
        people = [_people(int(2.5 * np.prod(shape)), shape, seed) for seed in range(number)]
        systems = [_system(rows, shape, [tuple(range(len(shape)))], ()) for rows in people]
        theirs = [_hidden(pattern, shape) for pattern in _opt(people, shape)]
        begin = time.process_time()
        ours = [suppress(system).hidden & (system.state == State.FREE) for system in systems]
        seconds = (time.process_time() - begin) / number
        weaker = [replace(system, need=2.0 * (system.state == State.PRIMARY)) for system in systems]
        same = [suppress(system).hidden & (system.state == State.FREE) for system in weaker]
        wide = sum(_wide(system, pattern) for system, pattern in zip(systems, theirs, strict=True))
        opt = _sum(systems, theirs)
        ratios = (
            _sum(systems, same) / opt,
            _sum(systems, ours) / opt,
            sum(map(np.sum, ours)) / sum(map(np.sum, theirs)),
        )
        print(f"{'x'.join(map(str, shape)):>10}{number:8d}", *(f"{ratio:7.2f}" for ratio in ratios), end="")
        print(f"{wide:8d}{seconds:9.2f}")


def _sum(systems: list[System], patterns: list[np.ndarray]) -> float:
    return float(sum(system.values[pattern].sum() for system, pattern in zip(systems, patterns, strict=True)))


def _people(number: int, sizes: tuple[int, ...], seed: int) -> np.ndarray:
    """One row each; codes of a dimension become rare with their number."""
    random, columns = np.random.default_rng(seed), []
    for size in sizes:
        share = 1 / np.arange(1, size + 1) ** (1.5 if number > 1000 else 0.5)
        columns.append(random.choice(size, number, p=share / share.sum()))
    return np.array(columns).T


def _system(people: np.ndarray, sizes: tuple[int, ...], tables: list, crossings: tuple) -> System:
    places: Cells = {}
    values: list[int] = []
    equations: dict = {}
    for dimensions in [*tables, *crossings]:
        for key in _keys(dimensions, sizes):
            if key not in places:
                places[key] = len(values)
                chosen = np.all(
                    [people[:, dimension] == code for dimension, code in key] or [[True] * len(people)], 0
                )
                values.append(int(chosen.sum()))
        if dimensions == tables[-1]:
            printed = len(values)
        for key in _keys(dimensions, sizes):
            for dimension in set(dimensions) - {used for used, _ in key}:
                inner = [tuple(sorted([*key, (dimension, code)])) for code in range(sizes[dimension])]
                equations[key, dimension] = [places[key], *(places[part] for part in inner)]
    return _arrays(np.array(values, dtype=float), list(equations.values()), printed, len(tables) > 1)


def _keys(dimensions: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], ...]]:
    for codes in product(*[[*range(sizes[dimension]), -1] for dimension in dimensions]):
        yield tuple((dimension, code) for dimension, code in zip(dimensions, codes, strict=True) if code >= 0)


def _arrays(values: np.ndarray, equations: list[list[int]], printed: int, lone: bool) -> System:
    size = len(values)
    rows = np.repeat(np.arange(len(equations)), [len(cells) for cells in equations])
    factors = np.concatenate([[-1, *[1] * (len(cells) - 1)] for cells in equations]).astype(float)
    matrix = sparse.csr_array((factors, (rows, np.concatenate(equations))), shape=(len(equations), size))
    small = (values > 0) & (values < MINIMUM)
    latent = np.arange(size) >= printed
    state = np.select([latent, small, values == 0], [State.LATENT, State.PRIMARY, State.FIXED], State.FREE)
    return System(
        values=values,
        equations=matrix,
        state=state.astype(np.int8),
        lower=np.zeros(size),
        upper=np.full(size, np.inf),
        weight=values,
        need=np.where(latent, 0.0, WIDTH),
        lone=(values == 1) & lone & ~latent,
        sensitive=small & ~latent,
        bundle=np.full(size, -1),
    )


def _opt(people: list[np.ndarray], shape: tuple[int, ...]) -> list[list[list[int]]]:
    tables = [{"shape": shape, "rows": rows.tolist(), "rule": f"FREQ({MINIMUM},3)"} for rows in people]
    with TemporaryDirectory() as folder:  # it leaves its logs where it runs
        done = subprocess.run(
            [sys.executable, "-c", OPT],
            input=json.dumps(tables),
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stderr.strip().splitlines()[-1])


def _hidden(pattern: list[list[int]], shape: tuple[int, ...]) -> np.ndarray:
    keys = list(_keys(tuple(range(len(shape))), shape))
    chosen = {tuple((place, code) for place, code in enumerate(codes) if code >= 0) for codes in pattern}
    return np.array([key in chosen for key in keys])


def _wide(system: System, pattern: np.ndarray) -> bool:
    """Whether the cells hidden in a pattern are wide enough under our rule."""
    must = pattern | (system.state == State.PRIMARY)
    for part in parts(system, must, np.zeros(system.size, dtype=bool), owners(system)):
        search = Search(part, np.ones(len(part.cost), dtype=bool), np.random.default_rng(0))
        if search.unproven():
            return False
    return True


if __name__ == "__main__":
    main()
