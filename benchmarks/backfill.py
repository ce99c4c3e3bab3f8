"""A backfill with one worker and with two, on the services of ``docker-compose.yml``.

    .venv/bin/python benchmarks/backfill.py [MONTHS] [SOURCE...]

Past months of some sources through Airflow's own backfill, Celery workers of one slot each. Prints one row per
number of workers: runs, seconds from the request to the end of the last run as Airflow notes it, seconds that
their tasks worked, and the ratio of the second row to the first. An installation and a start of its own for each;
the start, with what runs at every start, is not counted.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from acceptance_support import Place, served

from movilidad.model.periods import Month
from movilidad.stack.airflow_api import FINISHED, AirflowApi
from movilidad.stack.keys import ADMINISTRATOR, ADMINISTRATOR_KEY
from movilidad.stack.processes import interrupt_on_sigterm
from movilidad.stack.running import PATIENCE

_LAST = Month(2026, 10)
_SOURCES = ("programa_trabajo_temporal",)
_API = "/api/v2"
# more than the workers' places, so that none waits for a run; the scheduler looks at every open run in every loop
_OPEN_RUNS = 8
# asking costs the API server time that the workers want; the end is read from the runs, not from the asking
_PACE = 5.0


class _Backfills(AirflowApi):
    def backfill(self, dag: str, first: Month, last: Month) -> None:
        """Ask for every month of a DAG."""
        self._http.post(
            f"{_API}/backfills",
            json={
                "dag_id": dag,
                "from_date": first.start.isoformat(),
                "to_date": last.end.isoformat(),
                "max_active_runs": _OPEN_RUNS,
                "reprocess_behavior": "none",
            },
        ).raise_for_status()

    def all_runs(self, dags: set[str]) -> list[dict[str, str]]:
        """Every run of these DAGs."""
        return [run for dag in dags for run in self._all(f"/dags/{dag}/dagRuns", "dag_runs")]

    def wait_until_quiet(self, meanwhile: Callable[[], None]) -> None:
        """Wait until tasks have run and none runs or waits for a worker."""

        def quiet() -> bool:
            states = {task["state"] for task in self.tasks("~", "~")}
            return "success" in states and states.isdisjoint({"queued", "running"})

        self._wait_for(quiet, PATIENCE, meanwhile, "los trabajadores no quedaron libres")

    def wait_until_ended(self, dags: set[str], asked: int, meanwhile: Callable[[], None]) -> datetime:
        """Wait until all runs that were asked for are there and have ended; give when the last one ended."""

        def ended() -> bool:
            runs = self.all_runs(dags)
            failed = [run["dag_run_id"] for run in runs if run["state"] == "failed"]
            if failed:
                sys.exit(f"falló: {', '.join(failed)}")
            return len(runs) >= asked and all(run["state"] in FINISHED for run in runs)

        self._wait_for(ended, asked * PATIENCE, meanwhile, "las ejecuciones no terminaron", _PACE)
        return max(datetime.fromisoformat(run["end_date"]) for run in self.all_runs(dags))

    def at_work(self, dag: str) -> float:
        """Seconds that the tasks of all its runs worked."""
        return sum(float(task["duration"] or 0) for task in self.tasks(dag, "~"))


def main(months: int, sources: tuple[str, ...]) -> None:
    """Once with one worker, once with two."""
    interrupt_on_sigterm()
    print(f"{'workers':>7}{'runs':>6}{'seconds':>9}{'at work':>9}")
    seconds = []
    for workers in (1, 2):
        with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            runs, taken, work = _measure(Path(folder), workers, months, sources)
        seconds.append(taken)
        print(f"{workers:7}{runs:6}{taken:9.1f}{work:9.1f}", flush=True)
    print(f"two workers / one: {seconds[1] / seconds[0]:.2f} of the time")


def _measure(folder: Path, workers: int, months: int, sources: tuple[str, ...]) -> tuple[int, float, float]:
    place = Place(folder)
    settings = {"MOVILIDAD_TRABAJADORES": str(workers), "AIRFLOW__CELERY__WORKER_CONCURRENCY": "1"}
    with served(place, lambda what: None, settings) as running:
        api = _Backfills(running.url, ADMINISTRATOR, place.secret(ADMINISTRATOR_KEY))
        api.wait_until_healthy(60, running.look_after)
        dags = {f"ingesta_{source}" for source in sources}
        api.wake_only(dags)
        # what looks after platforms and dates runs at every start, and shows that the workers are there
        api.wait_until_quiet(running.look_after)
        begun = datetime.now(UTC)
        for dag in sorted(dags):
            api.backfill(dag, _LAST.plus(1 - months), _LAST)
        taken = (api.wait_until_ended(dags, months * len(dags), running.look_after) - begun).total_seconds()
        return months * len(dags), taken, sum(api.at_work(dag) for dag in dags)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 94, tuple(sys.argv[2:]) or _SOURCES)
