"""Wrong use of ``make report`` is told in one line, before anything starts."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("month", "complaint"),
    [("abril", "no es un mes"), ("2026-13", "no es un mes"), ("2099-01", "todavía no ha terminado")],
)
def test_a_month_that_cannot_be_reported_is_refused_in_one_line(
    month: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path / "carpeta"))
    done = subprocess.run(
        [sys.executable, "-m", "movilidad.stack", "report", "--month", month],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "carpeta").exists()
