"""Wrong use is told in one line, before anything starts; own connections go before the simulated ones."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings
from movilidad.stack.environment import connections
from movilidad.stack.installation import Installation


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


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path))
    get_settings.cache_clear()
    yield Installation.open()
    get_settings.cache_clear()


def connected(installation: Installation, own: str) -> dict[str, Any]:
    """What the environment connects to, with these own connections."""
    (installation.folder / "conexiones.json").write_text(own, encoding="utf-8")
    return connections(installation, {"host": "/sin/uso"}, "http://127.0.0.1:1")


def test_own_connections_take_the_place_of_the_simulated_ones(installation: Installation) -> None:
    server = {"conn_type": "smtp", "host": "correo.mintrab.example"}
    found = connected(installation, json.dumps({"correo_avisos": server, "espejo": {"conn_type": "sftp"}}))
    assert found["correo_avisos"] == server
    assert found["espejo"] == {"conn_type": "sftp"}
    assert found["tu_empleo"]["extra"]["demostracion"]


@pytest.mark.parametrize("content", ["{", "[]", '{"correo_avisos": "secreta"}'])
def test_own_connections_that_cannot_be_read_are_told_without_their_content(
    content: str, installation: Installation
) -> None:
    with pytest.raises(UsageError, match=r"conexiones\.json no es un objeto JSON") as error:
        connected(installation, content)
    assert "secreta" not in str(error.value)
