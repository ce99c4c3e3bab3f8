"""The hash of the program changes with whatever shapes a figure or a page, and with nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from movilidad.model import paths
from movilidad.publishing.code_version import code_version


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("include/movilidad/cli.py", "include/cuadros.yml", "expectations/core.json", "requirements.lock"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    monkeypatch.setattr(paths, "INCLUDE", tmp_path / "include")
    monkeypatch.setattr(paths, "EXPECTATIONS", tmp_path / "expectations")
    yield tmp_path
    code_version.cache_clear()


def sha() -> str:
    code_version.cache_clear()
    return code_version().sha256


def test_the_hash_is_that_of_the_files(project: Path) -> None:
    before = sha()
    assert sha() == before
    seen = {before}
    for name in ("include/movilidad/cli.py", "include/cuadros.yml", "expectations/core.json", "requirements.lock"):
        (project / name).write_text("otra cosa")
        seen.add(sha())
    (project / "include" / "cuadros.yml").rename(project / "include" / "tablas.yml")
    seen.add(sha())
    assert len(seen) == 6


def test_when_and_to_whom_is_told_is_not_what_is_published(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sha()
    for name, setting in (("calendario.yml", "CALENDAR"), ("avisos.yml", "ALERTS")):
        monkeypatch.setattr(paths, setting, project / "include" / name)
        (project / "include" / name).write_text("otra fecha, otra persona")
        assert sha() == before


def test_caches_and_passing_files_do_not_count(project: Path) -> None:
    before = sha()
    cache = project / "include" / "movilidad" / "__pycache__"
    cache.mkdir()
    (cache / "cli.cpython-311.pyc").write_bytes(b"x")
    (project / "include" / ".cuadros.yml.swp").write_bytes(b"x")
    (project / "include" / "cuadros.yml~").write_bytes(b"x")
    assert sha() == before
