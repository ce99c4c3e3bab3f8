"""Every part of the program takes a role of the warehouse: none works with all the rights of its account."""

import ast
from collections.abc import Iterator
from pathlib import Path

from movilidad.model import paths

# what changes tables, keeps and brings back whole databases, or gives the pseudonyms another key
_WITH_ALL_RIGHTS = {
    "backup/restoring.py",
    "backup/taking.py",
    "cli/data.py",
    "cli/keys.py",
}
_LIBRARY = paths.INCLUDE / "movilidad"


def _files_that_call_it_without_a_role(files: Iterator[Path]) -> Iterator[str]:
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "warehouse"
            if named and not node.args and not node.keywords:
                yield str(file.relative_to(_LIBRARY))


def test_only_migrations_backups_and_keys_work_with_all_rights() -> None:
    assert set(_files_that_call_it_without_a_role(_LIBRARY.rglob("*.py"))) == _WITH_ALL_RIGHTS
