"""Airflow's REST interface, as far as the embedded environment needs it."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from movilidad.model.errors import UnavailableError

_API = "/api/v2"
_PAGE = 100  # the most that Airflow gives at once
FINISHED = {"success", "failed"}


class AirflowApi:
    """A session of one user at the address ``url``. Use after the server answers (``wait_until_healthy``)."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self._login = {"username": user, "password": password}

    def wait_until_healthy(self, seconds: float, meanwhile: Callable[[], None]) -> None:
        """Wait until server, scheduler and DAG processor report themselves healthy, then log in."""
        self._wait_for(self._healthy, seconds, meanwhile, "Airflow no arrancó")
        answer = self._http.post("/auth/token", json=self._login)
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def wait_for_dags(self, names: set[str], seconds: float, meanwhile: Callable[[], None]) -> None:
        """Wait until Airflow has read all these DAGs."""

        def listed() -> bool:
            dags = self._all("/dags", "dags")
            return names <= {dag["dag_id"] for dag in dags if not dag["is_stale"]}

        self._wait_for(listed, seconds, meanwhile, "Airflow no leyó todos los DAG")

    def pause(self, dag: str, *, paused: bool) -> None:
        """Let a DAG run, or keep it from running by itself: what happens meanwhile starts nothing."""
        self._http.patch(f"{_API}/dags/{dag}", json={"is_paused": paused}).raise_for_status()

    def wake_only(self, names: set[str]) -> None:
        """Let these DAGs run by themselves, and no other."""
        for dag in self._all("/dags", "dags"):
            if dag["is_paused"] == (dag["dag_id"] in names):
                self.pause(dag["dag_id"], paused=not dag["is_paused"])

    def trigger(self, dag: str, key: str) -> str:
        """Start a run of one partition; give the run's id."""
        answer = self._http.post(f"{_API}/dags/{dag}/dagRuns", json={"logical_date": None, "partition_key": key})
        answer.raise_for_status()
        run: str = answer.json()["dag_run_id"]
        return run

    def start(self, dag: str, key: str) -> str:
        """Resume the unfinished run of a partition, if an interrupted attempt left one, or start a run."""
        left = self.resume(dag, key)
        return left[0] if left else self.trigger(dag, key)

    def resume(self, dag: str, key: str) -> list[str]:
        """Let the tasks of unfinished runs that wait for their next try begin at once; give those runs."""
        left: list[str] = [run["dag_run_id"] for run in self.runs(dag, key) if run["state"] not in FINISHED]
        for run in left:
            waiting = [task["task_id"] for task in self.tasks(dag, run) if task["state"] == "up_for_retry"]
            if waiting:
                answer = self._http.post(
                    f"{_API}/dags/{dag}/clearTaskInstances",
                    json={"dag_run_id": run, "task_ids": waiting, "dry_run": False, "only_failed": False},
                )
                answer.raise_for_status()
        return left

    def runs(self, dag: str, key: str) -> list[dict[str, Any]]:
        """All runs of a DAG for a partition, newest first."""
        found = self._get(f"/dags/{dag}/dagRuns", partition_key_pattern=key, order_by="-run_after", limit=100)
        return [run for run in found["dag_runs"] if run["partition_key"] == key]

    def last_task_end(self, dag: str, run: str) -> datetime:
        """When the last task of a finished run ended: its assets are told then, a little before the run ends."""
        return max(datetime.fromisoformat(task["end_date"]) for task in self.tasks(dag, run))

    def failures(self, dag: str, run: str) -> list[tuple[str, str]]:
        """Failed tasks of a run: title, and the sentence that says why."""
        return [
            (task["task_display_name"], self._reason(dag, run, task))
            for task in self.tasks(dag, run)
            if task["state"] in {"failed", "up_for_retry"}
        ]

    def is_working(self, dag: str, run: str) -> bool:
        """Whether a task of a run is at work or about to be."""
        return any(task["state"] in {"running", "queued", "scheduled"} for task in self.tasks(dag, run))

    def waiting_for_people(self, dag: str, run: str) -> list[str]:
        """The titles of tasks of a run that wait for somebody's answer."""
        return [task["task_display_name"] for task in self.tasks(dag, run) if task["state"] == "awaiting_input"]

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """The tasks of a run (of all, if ``run`` is ``~``), as Airflow tells of them."""
        return self._all(f"/dags/{dag}/dagRuns/{run}/taskInstances", "task_instances")

    def _reason(self, dag: str, run: str, task: dict[str, Any]) -> str:
        log = self._get(f"/dags/{dag}/dagRuns/{run}/taskInstances/{task['task_id']}/logs/{task['try_number']}")
        reasons = [
            problem["exc_value"]
            for line in log["content"]
            if isinstance(line, dict)
            for problem in line.get("error_detail") or []
        ]
        return reasons[-1] if reasons else "sin detalle; véase el registro de la tarea"

    def _healthy(self) -> bool:
        try:
            health = self._http.get(f"{_API}/monitor/health").json()
        except (httpx.TransportError, ValueError):
            return False
        return all(health[part]["status"] == "healthy" for part in ("scheduler", "dag_processor"))

    def _all(self, path: str, name: str) -> list[dict[str, Any]]:
        """Every row of a list, of which one answer holds at most a page."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self._get(path, limit=_PAGE, offset=len(found))
            found += answer[name]
            if not answer[name] or len(found) >= answer["total_entries"]:
                return found

    def _get(self, path: str, **parameters: Any) -> Any:
        answer = self._http.get(f"{_API}{path}", params=parameters)
        answer.raise_for_status()
        return answer.json()

    @staticmethod
    def _wait_for(
        reached: Callable[[], bool],
        seconds: float,
        meanwhile: Callable[[], None],
        complaint: str,
        every: float = 0.3,
    ) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            meanwhile()
            if time.monotonic() > deadline:
                raise UnavailableError(f"{complaint} en {seconds:.0f} segundos", remedy="lea .movilidad/registros")
            time.sleep(every)
