"""Installations for whole runs; the first report is shared by all tests that only look at it."""

from collections.abc import Callable

import pytest
from acceptance_support import Place, Reported, watched_report


@pytest.fixture(scope="session")
def make_place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Place]:
    """Makes installations."""

    def make(name: str) -> Place:
        root = tmp_path_factory.mktemp(name)
        root.chmod(0o755)  # the embedded server, as root, runs as a user of its own
        return Place(root)

    return make


@pytest.fixture(scope="session")
def reported(make_place: Callable[[str], Place]) -> Reported:
    """One undisturbed report."""
    return watched_report(make_place("informe"))
