"""A month through Airflow, and the same month by the same functions in one process: what Airflow itself costs.

    .venv/bin/python benchmarks/airflow_overhead.py [MONTH]

From the simulated platforms to the portal, with all sources, each in an installation of its own on the embedded
stack, which runs already. Prints seconds and the machine's processor seconds (it should do nothing else); of
Airflow also the seconds that its tasks worked together, and those in which none did.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from acceptance_support import Place, settings_of

from movilidad.model.periods import TZ, Month, Period
from movilidad.publishing.embargo import announce
from movilidad.publishing.releases import build, publish
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import contract_names, load_contract
from movilidad.stack.installation import Installation
from movilidad.stack.monthly import run_month
from movilidad.stack.processes import interrupt_on_sigterm
from movilidad.stack.report import for_a_report
from movilidad.stack.running import Running, monthly_dags, running


def main(month: Month) -> None:
    """Once in one process, once through Airflow."""
    interrupt_on_sigterm()
    with _installed() as environment:
        environment.api.wake_only(set())
        alone, work = _timed(lambda: _by_hand(month))
    with _installed() as environment:
        through, processor = _timed(lambda: run_month(environment, month, lambda what: None))
        tasks = _tasks(environment, month)
    print(f"{'':14}{'seconds':>9}{'processor s':>13}")
    print(f"{'one process':14}{alone:9.1f}{work:13.1f}")
    print(f"{'Airflow':14}{through:9.1f}{processor:13.1f}")
    print(f"Airflow / one process: {through / alone:.2f} of the time, {processor / work:.2f} of the processor")
    at_work = sum(end - begin for begin, end in tasks)
    print(f"{len(tasks)} tasks at work for {at_work:.1f} s; for {through - _covered(tasks):.1f} s none was")


@contextmanager
def _installed() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with (
            settings_of(Place(Path(folder))),
            for_a_report(running(Installation.open(), lambda what: None)) as environment,
        ):
            yield environment


def _by_hand(month: Month) -> None:
    for name in contract_names():
        ingest(name, month, Connection.from_environment(load_contract(name).conexion))
    now = datetime.now(TZ)
    announce("mensual", Period.of_month(month), now)
    publish(build("mensual", month, now.date()), now)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds, and processor seconds of the whole machine."""
    begun, before = time.monotonic(), _busy()
    work()
    return time.monotonic() - begun, _busy() - before


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system)


def _tasks(environment: Running, month: Month) -> list[tuple[float, float]]:
    """When each task of the month began and ended, in seconds."""
    found: list[tuple[float, float]] = []
    for dag in sorted(monthly_dags()):
        for run in environment.api.runs(dag, str(month)):
            found += [_span(task) for task in environment.api.tasks(dag, run["dag_run_id"]) if task["duration"]]
    return sorted(found)


def _span(task: dict[str, Any]) -> tuple[float, float]:
    begin = datetime.fromisoformat(task["start_date"]).timestamp()
    return begin, begin + task["duration"]


def _covered(spans: list[tuple[float, float]]) -> float:
    """Seconds in which at least one was."""
    total, reached = 0.0, 0.0
    for begin, end in spans:
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


if __name__ == "__main__":
    main(Month.parse(sys.argv[1]) if len(sys.argv) > 1 else Month(2025, 4))
