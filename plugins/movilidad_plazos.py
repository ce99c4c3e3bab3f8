"""Teaches Airflow the release calendar: a run's deadline is the announced moment of its publication."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk import AsyncCallback, DeadlineAlert
from airflow.sdk.definitions.deadline import BaseDeadlineReference


class AnnouncedMoment(BaseDeadlineReference):
    """The moment that the calendar gives for the period of a run.

    Airflow asks once, while it creates the run; a date changed later is the watchdog's. A moment that is over is
    no deadline: past months are made up for without haste.
    """

    required_kwargs: ClassVar[set[str]] = {"dag_id", "run_id"}

    def _evaluate_with(self, *, session: Any, dag_id: str, run_id: str) -> datetime | None:
        from airflow.models import DagRun
        from sqlalchemy import select

        from movilidad.alerts.failures import series_of
        from movilidad.alerts.watch import announced_moment
        from movilidad_airflow import now

        wanted = select(DagRun.partition_key).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
        key = session.scalar(wanted)
        return next((announced_moment(series, key, now()) for series in series_of(dag_id) if key), None)

    def serialize_reference(self) -> dict[str, Any]:
        return {"reference_type": self.reference_name}


async def publication_is_late(context: Any) -> None:
    """Keep the incident, unless readers have the publication. Runs in the triggerer, which must not wait."""
    run = context["dag_run"]
    await asyncio.to_thread(_report, str(run["dag_id"]), str(run["partition_key"]))


def _report(dag: str, key: str) -> None:
    from movilidad import alerts
    from movilidad.alerts.failures import series_of
    from movilidad.alerts.watch import late
    from movilidad.model.periods import Period
    from movilidad_airflow import now
    from movilidad_avisos import airflow_address

    for series in series_of(dag):
        if notice := late(series, Period.parse(key), now(), airflow_address()):
            alerts.report(notice, now(), None)


def announced_deadline() -> DeadlineAlert:
    """The deadline of a report: its publication is out soon after the announced moment, until which it waits."""
    return DeadlineAlert(
        reference=AnnouncedMoment(),
        interval=timedelta(minutes=15),
        name="calendario",
        callback=AsyncCallback(publication_is_late),
    )


class MovilidadPlazos(AirflowPlugin):
    """Registers the reference."""

    name = "movilidad_plazos"
    deadline_references = [AnnouncedMoment]  # noqa: RUF012 - the form that Airflow asks for
