"""Has every line of a task's log say of which source and period it is.

Airflow itself binds ``dag_id``, ``task_id``, ``run_id`` and ``try_number``. It tells listeners of a task when
everything is read and before the task begins, so the line that says that it failed has both too.
"""

from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin


class LogFields:
    """Binds ``source`` and ``period``, as far as a task has them."""

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        from structlog.contextvars import bind_contextvars

        run = task_instance.get_template_context()["dag_run"]
        known = {"source": _source(task_instance), "period": run.partition_key or ""}
        bind_contextvars(**{name: value for name, value in known.items() if value})


def _source(task_instance: Any) -> str:
    """The source of an ingestion, or the one that a task for each source works on."""
    from movilidad.alerts.failures import source_of

    given = getattr(task_instance.task, "op_kwargs", {})
    return source_of(task_instance.dag_id) or str(given.get("fuente", ""))


class MovilidadRegistro(AirflowPlugin):
    """Registers the listener."""

    name = "movilidad_registro"
    listeners = [LogFields()]  # noqa: RUF012 - the form that Airflow asks for
