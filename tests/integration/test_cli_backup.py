"""Backup and restore as one command each, of the embedded installation, by whoever has a terminal."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from backup_support import KEY

from movilidad.model import paths


class Terminal:
    """A terminal of somebody whose installation is in folders below ``root``."""

    def __init__(self, root: Path, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOVILIDAD", "AIRFLOW"))}
        self._environment = {
            **kept,
            "MOVILIDAD_CARPETA": str(root / "carpeta"),
            "MOVILIDAD_PUBLICACIONES": str(root / "publicaciones"),
            **variables,
        }

    def run(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "movilidad.cli", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def root() -> Iterator[Path]:
    """Outside of pytest's folders: the embedded server, as root, runs as a user of its own."""
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_an_embedded_installation_is_kept_and_brought_back(root: Path) -> None:
    here, there, backups = Terminal(root / "aqui"), Terminal(root / "alla"), str(root / "respaldos")
    connection = json.dumps({"conn_type": "file", "extra": {"url": paths.DATA.as_uri()}})
    own = root / "aqui" / "carpeta"
    (own / "postgres").mkdir(parents=True)  # what ``make up`` begins with
    assert here.run("migrate")[0] == 0
    ingested = Terminal(root / "aqui", MOVILIDAD_CONEXION_TIPO_CAMBIO=connection).run(
        "ingest", "tipo_cambio", "2026-05"
    )
    assert ingested[0] == 0, ingested
    (own / "destinos.yml").write_text("destinos: []\n")
    key = own / "secretos" / "clave_seudonimos"
    key.write_text(KEY)

    code, said = here.run("backup", backups)
    assert code == 0, said
    assert "La clave de los seudónimos ESTÁ en el respaldo" in said
    assert "cualquier momento entre respaldos" in said
    assert KEY not in said
    assert here.run("backup", backups, "--check") == (0, said_intact(backups))
    code, said = there.run("restore", backups)
    assert code == 0, said
    assert "Publicaciones comprobadas: 0. Con diferencias: 0." in said
    kept = root / "alla" / "carpeta"
    for name in ("secretos/clave_seudonimos", "secretos/instalacion.json", "destinos.yml"):
        assert (kept / name).read_bytes() == (own / name).read_bytes()
    assert not (kept / "secretos" / "clave_seudonimos").stat().st_mode & 0o077
    before, after = (each.run("monitoring", "incidents") for each in (here, there))
    assert before == after
    code, said = there.run("restore", backups)
    assert (code, said.count("\n")) == (2, 1)
    assert "no está vacía" in said


def said_intact(backups: str) -> str:
    contents = sum(path.is_file() for path in (Path(backups) / "archivos").rglob("*"))
    return f"Intactos: 1 respaldos, {contents:,} archivos.\n"


def test_a_key_in_a_variable_must_be_kept_by_the_operator(root: Path) -> None:
    here = Terminal(root / "aqui", MOVILIDAD_CLAVE_SEUDONIMOS=KEY)
    (root / "aqui" / "carpeta" / "postgres").mkdir(parents=True)
    assert here.run("migrate")[0] == 0
    code, said = here.run("backup", str(root / "respaldos"))
    assert code == 0, said
    assert "ATENCIÓN: la clave de los seudónimos NO está en el respaldo" in said
    code, said = Terminal(root / "alla").run("restore", str(root / "respaldos"))
    assert code == 2
    assert "ponga en MOVILIDAD_CLAVE_SEUDONIMOS la clave con que se hizo el respaldo" in said
    code, said = Terminal(root / "alla", MOVILIDAD_CLAVE_SEUDONIMOS=KEY).run("restore", str(root / "respaldos"))
    assert code == 0, said
