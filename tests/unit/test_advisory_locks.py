"""Every lock of the server has a number of its own: else two parts that have nothing in common wait."""

import ast
from collections import Counter
from pathlib import Path

from movilidad.model import paths

PLUGINS = paths.PROJECT / "plugins"


def lock_numbers(file: Path) -> list[int]:
    """The numbers of the constants of a module whose names end in LOCK."""
    return [
        node.value.value
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.endswith("LOCK")
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, int)
    ]


def test_no_two_locks_have_the_same_number() -> None:
    files = [*(paths.INCLUDE / "movilidad").rglob("*.py"), *PLUGINS.glob("*.py")]
    found = Counter(number for file in files for number in lock_numbers(file))
    assert len(found) >= 7
    assert [number for number, uses in found.items() if uses > 1] == []
