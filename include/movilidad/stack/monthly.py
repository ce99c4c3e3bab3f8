"""One month through Airflow: ingest every source, wait for the report that follows those it needs."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.periods import Month, Period
from movilidad.publishing.register import newest_public
from movilidad.sources.contracts import contract_names, load_contract, sources_of
from movilidad.stack.airflow_api import FINISHED
from movilidad.stack.running import Running
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

REPORT = "informe_mensual"
_DELIVERY = "Entregar"
_PATIENCE = 3600.0  # the attack of a release that closes a year takes long
_ASSET_DELAY = 20.0  # seconds within which the report must follow its sources by itself


def run_month(environment: Running, month: Month, say: Callable[[str], None]) -> None:
    """Run the ingestion of all sources for a month and the report; a DataError tells what failed and why.

    The report waits for its own sources only; the others may end after it.
    """
    needed = sources_of("mensual")
    others = [name for name in contract_names() if name not in needed]
    say(f"Ingesta de {month.label} ({len(needed) + len(others)} fuentes)")
    ingestions = {name: environment.api.start(f"ingesta_{name}", str(month)) for name in (*needed, *others)}
    finished = max(_delivered(environment, month, name, ingestions[name], say) for name in needed)
    say("Informe mensual")
    report = _report_after(environment, month, finished)
    report = wait_for_run(environment, REPORT, month, report["dag_run_id"])
    require_published(environment, REPORT, report, month, say)
    _require_not_held(month)
    for name in others:
        _delivered(environment, month, name, ingestions[name], say)


def _require_not_held(month: Month) -> None:
    """A DataError if the run ended well, but somebody decided that nothing comes out."""
    with warehouse(Role.READ).connect() as connection:
        if newest_public(connection, "mensual", month) is None:
            raise DataError(
                "el informe se retuvo o se rechazó",
                period=month,
                remedy=f"«movilidad release show mensual/{month}/r1» dice quién lo decidió",
            )


def _delivered(environment: Running, month: Month, name: str, run_id: str, say: Callable[[str], None]) -> datetime:
    """Wait for the ingestion of a source; give the instant when it had delivered."""
    run = wait_for_run(environment, f"ingesta_{name}", month, run_id)
    if run["state"] == "failed":
        raise failure_of(environment, f"ingesta_{name}", run_id, month)
    say(f"  {load_contract(name).titulo}: entregado")
    return environment.api.last_task_end(f"ingesta_{name}", run_id)


def _report_after(environment: Running, month: Month, moment: datetime) -> dict[str, Any]:
    """The report's run that began after all its sources had delivered; asked for, should it not come by itself.

    A run may have begun earlier when an interrupted attempt had left some deliveries behind; runs of one DAG
    follow each other, so an unfinished one goes first.
    """
    environment.api.resume(REPORT, str(month))
    deadline = time.monotonic() + _ASSET_DELAY
    while time.monotonic() < deadline:
        for run in environment.api.runs(REPORT, str(month)):
            begun = run["start_date"]
            if begun is None or datetime.fromisoformat(begun) >= moment:
                return run
        environment.look_after()
        time.sleep(0.3)
    return {"dag_run_id": environment.api.start(REPORT, str(month))}


def wait_for_run(environment: Running, dag: str, key: Month | Period, run_id: str) -> dict[str, Any]:
    """Wait until a run has ended, or has a task that waits to be tried again; give the run."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        run = next(run for run in environment.api.runs(dag, str(key)) if run["dag_run_id"] == run_id)
        if run["state"] in FINISHED:
            return run
        if environment.api.failures(dag, run_id) and not environment.api.is_working(dag, run_id):
            return {**run, "state": "failed"}
        require_nobody_is_asked(environment, dag, run_id, key)
        environment.look_after()
        time.sleep(0.5)
    raise UnavailableError(f"{dag} no terminó en {_PATIENCE / 60:.0f} minutos", period=key)


def require_published(
    environment: Running, dag: str, run: dict[str, Any], key: Month | Period, say: Callable[[str], None]
) -> None:
    """An error if a run failed; if only a target did not take the release, it is public, and that is told."""
    if run["state"] != "failed":
        return
    failures = environment.api.failures(dag, run["dag_run_id"])
    if not failures or any(title != _DELIVERY for title, _ in failures):
        raise failure_of(environment, dag, run["dag_run_id"], key)
    for _, reason in failures:
        say(f"Publicado, pero un destino no lo recibió: {reason}")


def require_nobody_is_asked(environment: Running, dag: str, run_id: str, key: Month | Period) -> None:
    """A DataError while a run waits for a decision: that may take days."""
    if asked := environment.api.waiting_for_people(dag, run_id):
        raise DataError(
            f"algo es raro y {dag} espera una decisión («{asked[0]}»)",
            period=key,
            remedy="arranque el entorno con make up, decida en Airflow y repita",
        )


def failure_of(environment: Running, dag: str, run_id: str, key: Month | Period) -> DataError:
    """Why a run failed, in the words of its tasks."""
    reasons = [f"«{title}»: {reason}" for title, reason in environment.api.failures(dag, run_id)]
    return DataError(f"falló {dag}: {'; '.join(reasons)}", period=key)
