"""A protected CSV in the hands of attackers: a linear programme over the full crossing, and pytauargus."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from disclosure_attack import Attacker
from hypothesis import given, settings
from hypothesis import strategies as st
from protect_support import protect, read, write

from movilidad.disclosure import file_protection
from movilidad.disclosure.suppression import suppress


@pytest.fixture(scope="module", autouse=True)
def without_exact_search() -> Iterator[None]:
    """Safety must not depend on the exact search for less loss, which takes long on many tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_protection, "suppress", partial(suppress, exact_up_to=0))
        yield


CODES = {"a": ["a0", "a1", "a2"], "b": ["b0", "b1", "b2"], "c": ["c0", "c1"], "d": ["d0", "d1"]}
LEAVES = {"p": {"a0", "a1"}, "q": {"a1", "a2"}, "r": {"a2"}}


@st.composite
def requests(draw: st.DrawFn) -> tuple[list[tuple], list[tuple[str, ...]], bool, int, int]:
    """Sparse counts with ones, one to four dimensions, linked tables, perhaps a hierarchy with overlaps."""
    names = [*CODES][: draw(st.integers(1, 4))]
    cells = [*product(*(CODES[name] for name in names))]
    counts = draw(
        st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 12, 40]), min_size=len(cells), max_size=len(cells))
    )
    rows = [(*cell, count) for cell, count in zip(cells, counts, strict=True) if count] or [(*cells[0], 7)]
    choices = [part for size in range(1, len(names) + 1) for part in combinations(names, size)]
    tables = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=4, unique=True))
    used = [name for name in names if any(name in table for table in tables)]
    frame = pd.DataFrame(rows, columns=[*names, "v"]).groupby(used, as_index=False)["v"].sum()
    nested = draw(st.booleans()) and "a" in used
    return frame, tables, nested, draw(st.sampled_from([2, 3, 5])), draw(st.sampled_from([1, 3, 4]))


def run_request(folder: Path, request: tuple) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame, tables, nested, frequency, width = request
    frame.to_csv(folder / "datos.csv", index=False)
    options = ["--value", "v", "--min-frequency", frequency, "--min-width", width]
    for table in tables:
        options += ["--dims", ",".join(table)]
    if nested:
        pairs = [(code, parent) for parent, codes in LEAVES.items() for code in sorted(codes)]
        write(folder / "tree.csv", "code,parent", pairs)
        options += ["--hierarchy", f"a={folder / 'tree.csv'}"]
    assert protect(folder, *options) == 0
    return read(folder / "salida.csv"), read(folder / "razones.csv")


def true_value(frame: pd.DataFrame, cell: dict[str, str]) -> int:
    inside = pd.Series(data=True, index=frame.index)
    for name, code in cell.items():
        if code != "Total":
            inside &= frame[name].isin(LEAVES.get(code, {code}))
    return int(frame.loc[inside, "v"].sum())


@settings(max_examples=25, deadline=None)
@given(requests())
def test_what_is_shown_is_true_and_what_is_hidden_stays_hidden(
    tmp_path_factory: pytest.TempPathFactory, request_: tuple
) -> None:
    frame, _, nested, frequency, width = request_
    published, reasons = run_request(tmp_path_factory.mktemp("caso"), request_)
    dims = list(frame.columns[:-1])
    truth = [true_value(frame, dict(zip(dims, cell, strict=True))) for cell in published[dims].values.tolist()]
    assert reasons["valor_real"].astype(int).tolist() == truth
    assert published["valor"].tolist() == [
        str(value) if state == "F" else "" for value, state in zip(truth, published["estado_conf"], strict=True)
    ]
    small = [0 < value < frequency for value in truth]
    assert (reasons["estado"] == "primaria").tolist() == small
    attacker = Attacker(published, {"a": LEAVES} if nested else {})
    assert attacker.narrow(width) == []
    _require_that_nobody_alone_learns_of_another(attacker, truth, small, width)


def _require_that_nobody_alone_learns_of_another(
    attacker: Attacker, truth: list[int], small: list[bool], width: int
) -> None:
    alone = [place for place, value in enumerate(truth) if value == 1 and not attacker.shown[place]]
    for place in alone[:3]:
        for other in [other for other, risky in enumerate(small) if risky and not attacker.same(place, other)][:4]:
            assert attacker.width(other, {place: 1.0}) >= width - 1e-6


def tauargus_table(rng_seed: int) -> pd.DataFrame:
    """A random table of two or three dimensions, whose first has a large code ``zz`` in one combination only.

    pytauargus lets a reader know the smallest and the largest value of the table; with ``zz`` they are 0 and 5000.
    """
    rng = np.random.default_rng(rng_seed)
    sizes = [int(size) for size in rng.integers(2, 4, rng.integers(2, 4))]
    cells = [
        *product(*([f"{name}{code}" for code in range(size)] for name, size in zip("abc", sizes, strict=False)))
    ]
    counts = rng.choice([0, 0, 1, 1, 2, 3, 5, 12, 40], len(cells))
    rows = [(*cell, int(count)) for cell, count in zip(cells, counts, strict=True) if count]
    lone = ("zz", *(f"{name}0" for name in "bc"[: len(sizes) - 1]))
    return pd.DataFrame([*rows, (*lone, 5000)], columns=[*"abc"[: len(sizes)], "v"])


def test_pytauargus_finds_no_narrow_cell_in_a_hundred_random_tables(tmp_path: Path) -> None:
    asked = []
    for seed in range(100):
        frame = tauargus_table(seed)
        dims = [name for name in frame if name != "v"]
        published, reasons = run_request(tmp_path, (frame, [tuple(dims)], False, 3, 3))
        status = reasons["estado"].map({"publicada": "S", "primaria": "U", "secundaria": "M"})
        cells = reasons[dims].assign(v=reasons["valor_real"].astype(int), s=status)
        asked.append({"dims": dims, "cells": cells[cells["v"] > 0].values.tolist()})
        assert (published["estado_conf"] == "F").equals(status == "S")
    program = Path(__file__).parents[1] / "pytauargus_audit.py"
    done = subprocess.run(
        [sys.executable, program],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,  # it leaves its logs where it runs
    )
    answers = json.loads(done.stdout.splitlines()[-1])
    hidden = [sum(cell[-1] != "S" for cell in table["cells"]) for table in asked]
    assert [len(answer) for answer in answers] == hidden
    assert sum(hidden) > 500
    assert [cell for answer in answers for cell in answer if cell[2] - cell[1] < 3 - 1e-6] == []
