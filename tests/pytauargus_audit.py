"""Intervals of hidden cells as pytauargus sees them; a program, since its engine wants a process of its own.

Reads a JSON list of tables, each ``{"dims": [...], "cells": [[code, ..., value, status], ...]}`` with the statuses
``S`` (shown), ``U`` (primary) and ``M`` (secondary) and ``Total`` for margins. Writes for each table its hidden
cells as ``[value, lower, upper]``.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from pytauargus.engine import run_batch

_TAIL = """\
valor
    <NUMERIC>
    <DECIMALS> 0
estado
    <STATUS>
"""


def intervals(table: dict[str, Any], folder: Path) -> list[list[float]]:
    names = table["dims"]
    lines = [";".join(map(str, cell)) for cell in table["cells"]]
    (folder / "tabla.tab").write_text("\n".join(lines) + "\n")
    described = "".join(f'{name}\n    <RECODEABLE>\n    <TOTCODE> "Total"\n' for name in names)
    statuses = '    <SEPARATOR> ";"\n    <SAFE> "S"\n    <UNSAFE> "U"\n    <PROTECT> "P"\n'
    (folder / "tabla.rda").write_text(statuses + described + _TAIL)
    quoted = "".join(f'"{name}"' for name in names)
    (folder / "tabla.arb").write_text(
        f'<OPENTABLEDATA> "{folder / "tabla.tab"}"\n<OPENMETADATA> "{folder / "tabla.rda"}"\n'
        f'<SPECIFYTABLE> {quoted}|"valor"||\n<SAFETYRULE> MAN(0)|\n<READTABLE> 0\n'
    )
    found = run_batch(folder / "tabla.arb").audit(0)
    return [[row["value"], row["min"], row["max"]] for row in found]


def main() -> None:
    answers = []
    for table in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            answers.append(intervals(table, Path(folder)))
    sys.stdout.write("\n" + json.dumps(answers))


if __name__ == "__main__":
    main()
