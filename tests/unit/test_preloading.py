"""Who forks a process for every task has imported beforehand what costs every task seconds."""

import subprocess
import sys

import pytest

from movilidad.model import paths

_SHOW = (
    "import runpy, sys; sys.argv = ['airflow', {component!r}];"
    " runpy.run_path({file!r}); print('great_expectations' in sys.modules)"
)


@pytest.mark.parametrize(
    ("component", "imported"), [("scheduler", True), ("celery", True), ("api-server", False), ("triggerer", False)]
)
def test_only_what_forks_tasks_imports_beforehand(component: str, imported: bool) -> None:
    file = str(paths.PROJECT / "plugins" / "airflow_local_settings.py")
    shown = subprocess.run(
        [sys.executable, "-c", _SHOW.format(component=component, file=file)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == str(imported)
