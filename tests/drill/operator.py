"""What an operator does in Airflow, by its REST interface, and what a clock does that goes faster."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, make_url, text

from movilidad.stack.airflow_api import FINISHED, AirflowApi

Found = TypeVar("Found")
_API = "/api/v2"


class Operator(AirflowApi):
    """An operator with a session in Airflow."""

    def __init__(self, url: str, user: str, password: str, warehouse_url: str) -> None:
        super().__init__(url, user, password)
        self._records: Engine = create_engine(make_url(warehouse_url).set(database="airflow"))

    def newest(self, dag: str, key: str) -> dict[str, Any] | None:
        """The newest run of a partition."""
        return next(iter(self.runs(dag, key)), None)

    def states(self, dag: str, run: str) -> dict[str, str]:
        """Task → state; of a mapped task, that of one of its instances."""
        return {task["task_id"]: task["state"] for task in self.tasks(dag, run)}

    def trigger_now(self, dag: str) -> str:
        """Start a run of a DAG without partitions; give its id."""
        answer = self._http.post(f"{_API}/dags/{dag}/dagRuns", json={"logical_date": None})
        answer.raise_for_status()
        return str(answer.json()["dag_run_id"])

    def has_ended(self, dag: str, run: str) -> bool:
        """Whether a run has ended."""
        return self._get(f"/dags/{dag}/dagRuns/{run}")["state"] in FINISHED

    def end_of(self, dag: str, run: str, task: str) -> datetime:
        """When a task ended."""
        ended = next(each["end_date"] for each in self.tasks(dag, run) if each["task_id"] == task)
        return datetime.fromisoformat(ended)

    def clear(self, dag: str, run: str, task: str) -> None:
        """*Clear* of a task and all that follow it."""
        asked = {"dag_run_id": run, "task_ids": [task], "dry_run": False, "only_failed": False}
        answer = self._http.post(
            f"{_API}/dags/{dag}/clearTaskInstances", json={**asked, "include_downstream": True}
        )
        answer.raise_for_status()

    def answer(self, run: str, option: str, note: str = "") -> None:
        """Decide about a draft that waits."""
        path = f"{_API}/dags/informe_mensual/dagRuns/{run}/taskInstances/visto_bueno/-1/hitlDetails"
        answer = self._http.patch(path, json={"chosen_options": [option], "params_input": {"nota": note}})
        answer.raise_for_status()

    def summary(self, run: str) -> str:
        """What whoever decides reads."""
        path = f"{_API}/dags/informe_mensual/dagRuns/{run}/taskInstances/visto_bueno/-1/hitlDetails"
        return str(self._get(path.removeprefix(_API))["body"])

    def hurry_retries(self) -> None:
        """Let the waiting time before the next try of every task be over."""
        with self._records.begin() as connection:
            connection.execute(
                text(
                    "UPDATE task_instance SET end_date = end_date - interval '3 hours'"
                    " WHERE state = 'up_for_retry' AND end_date > now() - interval '2 hours'"
                )
            )


def until(what: str, question: Callable[[], Found], minutes: float = 15.0) -> Found:
    """What a question answers once it answers something; an AssertionError that says what did not come."""
    deadline = time.monotonic() + minutes * 60
    while not (found := question()):
        assert time.monotonic() < deadline, f"no llegó en {minutes:g} minutos: {what}"
        time.sleep(1)
    return found
