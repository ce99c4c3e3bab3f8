"""A month with faults, of those of which ``make chaos`` plays hundreds."""

import os
import re
import subprocess
import sys

from movilidad.model import paths

_SEED = 1


def test_a_month_with_faults_ends_as_one_without() -> None:
    tests, plugins = (str(paths.PROJECT / name) for name in ("tests", "plugins"))
    played = subprocess.run(
        [sys.executable, "-m", "chaos", "--seeds", "1", "--first", str(_SEED), "--jobs", "1"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([tests, plugins])},
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"semilla {_SEED}: BIEN" in played.stdout
    assert re.findall(r"^ +· .+ en .+ al \d+%", played.stdout, re.MULTILINE), "nothing befell it"
