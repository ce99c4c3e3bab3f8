import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from movilidad.model.errors import UnavailableError
from movilidad.stack import postgres


def test_the_lock_of_the_embedded_server_is_in_a_folder_of_this_user() -> None:
    """Not in the common temporary folder, where another user's lock would keep us out."""
    program = (
        "from pathlib import Path; import sys; from movilidad.stack.postgres import start_server\n"
        "server = start_server(Path(sys.argv[1]))\n"
        "print(server.lock_path)\n"
        "server.cleanup()"
    )
    with tempfile.TemporaryDirectory(prefix="movilidad-") as folder:
        done = subprocess.run(
            [sys.executable, "-c", program, f"{folder}/datos"],
            env={**os.environ, "TMPDIR": folder},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip().startswith(f"{folder}/movilidad-{os.geteuid()}/")
        assert not (Path(folder) / ".lockfile").exists()


def test_a_runtime_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(tmp_path))
    elsewhere = tmp_path / "ajena"
    elsewhere.mkdir()
    (tmp_path / f"movilidad-{os.geteuid()}").symlink_to(elsewhere)
    with pytest.raises(UnavailableError, match="de otro usuario"):
        postgres._runtime_folder()
