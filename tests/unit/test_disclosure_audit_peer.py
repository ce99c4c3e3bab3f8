"""The audit's intervals are those of pytauargus, an independent program, on tables that it protected itself.

Its audit reports cells that are not protected enough and succeeds all the same; only its numbers are used here.
It runs in a process of its own.
"""

import json
import subprocess
import sys
from collections import Counter
from math import ceil, floor
from random import Random
from tempfile import TemporaryDirectory

import pytest
from audit_support import Counts, margins, seen

from movilidad.disclosure.audit import Cell, Limits, Structure, intervals

NAMES = "abc"
CODES = {"a": "xyz", "b": "pppqqr", "c": "uuvw"}  # repeated: more people

PEER = """
import json, sys, tempfile
import pytauargus
rows = json.load(sys.stdin)
micro = {name: [row[place] for row in rows] for place, name in enumerate("abc")} | {"v": [1.0] * len(rows)}
with tempfile.TemporaryDirectory() as folder:
    result = pytauargus.protect(
        micro, list("abc"), response="v", safety_rules="FREQ(3,0)", suppress="OPT(1)", workdir=folder
    )
    frame = result.tables[0].dataframe()
    audited = result.engine.audit(0)
found = []
for one in audited:
    row = frame.iloc[one["cell"]]
    assert row["v"] == one["value"] and row["status"].lower() == one["status"]
    found.append([row["a"], row["b"], row["c"], one["min"], one["max"]])
print("RESULT" + json.dumps(found))
"""


def people(seed: int) -> list[list[str]]:
    random = Random(seed)  # noqa: S311 — a table, not a secret
    return [[random.choice(CODES[name]) for name in NAMES] for _ in range(random.randint(40, 90))]


def peer_intervals(rows: list[list[str]]) -> dict[Cell, tuple[float, float]]:
    with TemporaryDirectory() as folder:  # it leaves its logs where it runs
        done = subprocess.run(
            [sys.executable, "-c", PEER],
            input=json.dumps(rows),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            cwd=folder,
        )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    found = {}
    for *codes, low, high in json.loads(line.removeprefix("RESULT")):
        cell = tuple((name, code) for name, code in zip(NAMES, codes, strict=True) if code != "Total")
        found[cell] = (round(low, 6), round(high, 6))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_intervals_are_those_of_an_independent_program(seed: int) -> None:
    rows = people(seed)
    counts: Counts = Counter(tuple(row) for row in rows)
    expected = peer_intervals(rows)
    assert expected  # there was something to hide
    printed = seen(margins(NAMES, counts), expected)
    found = intervals(printed, Structure(), Limits())
    whole = {cell: (ceil(low), floor(high)) for cell, (low, high) in expected.items()}  # theirs allow halves
    assert {one.seen.cell: (one.low, one.high) for one in found} == whole
