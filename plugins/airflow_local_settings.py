"""What the processes that fork one process per task import beforehand, so that no task has to.

Airflow imports a module of this name when it starts. The scheduler (LocalExecutor) and the Celery worker fork
every task from themselves; Great Expectations alone takes a task some six seconds of a processor.
"""

import sys
from importlib import import_module

__all__: list[str] = []  # nothing here is a setting

_FORKS_TASKS = (["scheduler"], ["celery"])
_SLOW = (
    "great_expectations.expectations.core",
    "openpyxl",
    "pyarrow.dataset",
    "scipy.optimize",
    "movilidad.alerts.failures",
    "movilidad.alerts.signing",
    "movilidad.publishing.releases",
    "movilidad.quality.admission",
    "movilidad.quality.gate",
    "movilidad.quality.ingestion",
)


def preload() -> None:
    """Import all of that."""
    for module in _SLOW:
        import_module(module)


if sys.argv[1:2] in _FORKS_TASKS:
    preload()
