"""Installations for whole runs; the first report is shared by all tests that only look at it."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from acceptance_support import Place, Reported, watched_report


@pytest.fixture(scope="session")
def make_place() -> Iterator[Callable[[str], Place]]:
    """Makes installations, outside the temporary folder that another pytest would close to the server."""
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the embedded server, as root, runs as a user of its own

        def make(name: str) -> Place:
            root = Path(folder) / name
            root.mkdir()
            return Place(root)

        yield make


@pytest.fixture(scope="session")
def reported(make_place: Callable[[str], Place]) -> Reported:
    """One undisturbed report."""
    return watched_report(make_place("informe"))
