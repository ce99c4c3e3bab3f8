"""Tells the room of alerts what happens in Airflow: tasks and runs that fail or succeed, unreadable files.

Only what runs on a worker sends at once; elsewhere the incident is kept and the next pass of ``atencion_avisos``
sends. ``movilidad_airflow`` names these functions in what all tasks have in common, so it is imported where used.
"""

import logging
from pathlib import Path
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

from movilidad.sources.connection import Connection

log = logging.getLogger(__name__)


def task_failed(context: Any) -> None:
    """A task failed for good."""
    from movilidad import alerts
    from movilidad.alerts.desk_pages import with_desk
    from movilidad.alerts.failures import Failure, notice_of
    from movilidad_airflow import now

    error = context.get("exception")
    ti = context["ti"]
    failure = Failure(
        error=getattr(error, "reason", None),
        kind=type(error).__name__ if isinstance(error, BaseException) else "",
        since=getattr(ti, "start_date", None),
        links=(alerts.Link("Abrir la tarea en Airflow", ti.log_url),),
    )
    alerts.report(with_desk(notice_of(_step(context), failure), airflow_address()), now(), connections)


def task_succeeded(context: Any) -> None:
    """A task succeeded: what was open of it is over."""
    from movilidad import alerts
    from movilidad.alerts.failures import ended_by
    from movilidad_airflow import now

    alerts.recovered(ended_by(_step(context)), now(), connections)


def run_failed(context: Any) -> None:
    """A run failed: told only if none of its tasks did, as when it took too long or its worker died."""
    from movilidad import alerts
    from movilidad.alerts.desk_pages import with_desk
    from movilidad.alerts.failures import notice_of_run, tells_of_run
    from movilidad_airflow import now

    step, reason = _step(context), str(context.get("reason", ""))
    if reason == "timed_out" or not any(tells_of_run(each, step) for each in alerts.open_incidents()):
        links = (alerts.Link("Abrir la ejecución en Airflow", f"{airflow_address()}/dags/{step.dag}"),)
        alerts.report(with_desk(notice_of_run(step, reason, links), airflow_address()), now(), None)


def run_succeeded(context: Any) -> None:
    """A run succeeded: what was open of it is over, also where a task was marked by hand."""
    from movilidad import alerts
    from movilidad_airflow import now

    step = _step(context)
    alerts.recovered_within(("tarea_fallida", step.dag, step.key), now(), None)


def connections(connection_id: str) -> Connection:
    """Address and secret of a way of telling, from Airflow's connection."""
    from movilidad_airflow import connection_of

    return connection_of(connection_id)


def airflow_address() -> str:
    """Where Airflow's pages are."""
    from airflow.sdk.configuration import conf

    return str(conf.get("api", "base_url", fallback="http://localhost:8080")).rstrip("/")


def _step(context: Any) -> Any:
    from movilidad.alerts.failures import Step

    dag, ti, run = context["dag"], context.get("ti"), context.get("dag_run")
    return Step(
        dag=dag.dag_id,
        task=ti.task_id if ti else "",
        titulo_dag=dag.dag_display_name,
        titulo=ti.task.task_display_name if ti else "",
        key=getattr(run, "partition_key", None) or "",
        item=getattr(ti, "rendered_map_index", None) or "",
    )


class ImportErrors:
    """Tells of files that Airflow cannot read; told again at each reading, as long as it cannot."""

    @hookimpl
    def on_new_dag_import_error(self, filename: str, stacktrace: str) -> None:
        _unreadable(filename)

    @hookimpl
    def on_existing_dag_import_error(self, filename: str, stacktrace: str) -> None:
        _unreadable(filename)


def _unreadable(filename: str) -> None:
    """The trace stays in Airflow: it may repeat what a file holds."""
    from movilidad import alerts
    from movilidad_airflow import now

    name = Path(filename).name
    link = alerts.Link("Abrir Airflow", airflow_address())
    what = "el archivo tiene un error y sus procesos no corren"
    notice = alerts.Notice(kind="archivo_ilegible", subject=name, title=name, what=what, links=(link,))
    try:
        alerts.report(notice, now(), None)
    except Exception:  # whoever reads the files must go on
        log.exception("No se pudo guardar el aviso de que un archivo no se puede leer")


class MovilidadAvisos(AirflowPlugin):
    """Registers the listener."""

    name = "movilidad_avisos"
    listeners = [ImportErrors()]  # noqa: RUF012 - the form that Airflow asks for
