"""Installations of the drill's own, and its tables at the end of the run."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drill.scene import DrillPlace
from drill.year import Row, show

_TABLES: dict[str, list[Row]] = {}


@pytest.fixture
def place() -> Iterator[DrillPlace]:
    """Outside the temporary folder that another pytest would close to the embedded server."""
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield DrillPlace(Path(folder))


@pytest.fixture
def table() -> Callable[[str, list[Row]], None]:
    """Has a table printed at the end."""
    return _TABLES.__setitem__


def pytest_terminal_summary() -> None:
    for title, rows in _TABLES.items():
        show(title, rows)
