"""What Airflow's processes load of the desk: the server nothing heavy, all others nothing at all."""

import os
import subprocess
import sys
from pathlib import Path

from movilidad.model import paths

_FRAMES = ["pandas", "numpy", "scipy", "pyarrow", "openpyxl"]
_OTHERS = ["great_expectations", "weasyprint", "matplotlib", "highspy", "apprise"]


def loaded_by(code: str, wanted: list[str]) -> list[str]:
    """Which of the modules are loaded after the code has run in a process of its own."""
    show = f"import sys; print([name for name in {wanted!r} if name in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\n{show}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": f"{paths.INCLUDE}:{paths.PROJECT / 'plugins'}"},
    )
    return list(filter(None, told.stdout.strip("[]\n").replace("'", "").split(", ")))


def test_the_server_keeps_no_library_of_frames_models_or_drawings_in_memory() -> None:
    assert loaded_by("import movilidad.desk.app, movilidad.observation.app", _FRAMES + _OTHERS) == []


def test_the_plugin_makes_no_desk_where_nobody_asks_for_one(airflow_home: Path) -> None:
    assert loaded_by("import movilidad_mesa", ["movilidad.desk", "movilidad.store"]) == []
