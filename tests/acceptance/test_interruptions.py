"""Killed anywhere, repeated, corrected: the right releases with the right bytes."""

import csv
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest
from acceptance_support import MONTH, Place, Reported
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from movilidad.stack.postgres import database_url

pytestmark = pytest.mark.airflow


def test_a_second_report_publishes_nothing_new(reported: Reported) -> None:
    before = reported.place.files()
    printed = reported.place.report()
    assert reported.place.files() == before
    assert _revisions(reported.place) == ["r1"]
    assert "r1/informe.pdf" in printed


@pytest.fixture(scope="module")
def interrupted(make_place: Callable[[str], Place]) -> Place:
    """Everything was killed during the ingestion, then one task of the report; the third attempt was let alone."""
    place = make_place("interrumpido")
    _kill_everything(place, when="Ingesta de", after=4)
    _kill_a_task(place, "calcular_cuadros")
    place.report()
    return place


def test_killed_in_the_middle_and_run_again_it_ends_in_the_same_bytes(
    reported: Reported, interrupted: Place
) -> None:
    assert interrupted.files() == reported.place.files()
    assert _revisions(interrupted) == ["r1"]
    assert not [entry for entry in interrupted.release().parent.iterdir() if entry.name.startswith(".")]


def test_a_changed_record_gives_a_second_revision_with_the_differences_and_leaves_the_first_alone(
    interrupted: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = interrupted.files()
    with interrupted.opened(monkeypatch) as socket_folder:
        _move_a_departure_to_canada(socket_folder)
    interrupted.report()
    assert interrupted.files("r1") == first
    assert _revisions(interrupted) == ["r1", "r2"]
    assert interrupted.release("latest").resolve().name == "r2"
    with (interrupted.release("r2") / "datos" / "cambios.csv").open(encoding="utf-8", newline="") as handle:
        changes = list(csv.DictReader(handle))
    assert {"colocados_por_pais"} <= {change["cuadro"] for change in changes}
    states = ("estado_conf_antes", "estado_conf_ahora")
    assert all(change["antes"] != change["ahora"] or change[states[0]] != change[states[1]] for change in changes)


def _revisions(place: Place) -> list[str]:
    month = place.publications / "mensual" / MONTH
    return sorted(entry.name for entry in month.glob("r[0-9]*"))


def _kill_everything(place: Place, *, when: str, after: float) -> None:
    """SIGKILL to the command, to all its descendants and to the database, some seconds after it says ``when``."""
    run = place.start_report()
    assert run.stdout is not None
    for line in run.stdout:
        if when in line:
            break
    time.sleep(after)
    family = psutil.Process(run.pid).children(recursive=True)
    database = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and str(place.folder) in " ".join(process.info["cmdline"] or [])
    ]
    for process in [psutil.Process(run.pid), *family, *database]:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    run.wait()
    psutil.wait_procs([*family, *database], timeout=10)


def _kill_a_task(place: Place, task: str) -> None:
    """Run a report and SIGKILL the process that works on one task; the command says so and ends."""
    run = place.start_report()
    victim = None
    while victim is None:
        assert run.poll() is None, run.stdout.read() if run.stdout else ""
        victim = _process_of(place, run.pid, task)
        time.sleep(0.05)
    os.kill(victim, signal.SIGKILL)
    printed, _ = run.communicate()
    assert run.returncode == 1
    assert "falló informe_mensual" in printed


def _process_of(place: Place, root: int, task: str) -> int | None:
    """The process that a worker has forked for a running task; its title is the id of the task's instance."""
    engine = create_engine(database_url(str(place.folder / "postgres"), "airflow"), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            query = text("SELECT id::text FROM task_instance WHERE task_id = :task AND state = 'running'")
            instance = connection.execute(query, {"task": task}).scalar()
    except (OperationalError, ProgrammingError):  # not started or not migrated yet
        return None
    for process in psutil.Process(root).children(recursive=True) if instance else []:
        with suppress(psutil.Error):
            if " ".join(process.cmdline()).strip() == f"airflow worker -- {instance}":
                return process.pid
    return None


def _move_a_departure_to_canada(socket_folder: str) -> None:
    """What a correction at the source looks like: one departure of the month, another country."""
    engine = create_engine(database_url(socket_folder, "plataformas"))
    with engine.begin() as connection:
        changed = connection.execute(
            text(
                "UPDATE colocaciones SET pais = 'CAN' WHERE id_colocacion = ("
                " SELECT min(id_colocacion) FROM colocaciones"
                " WHERE pais = 'USA' AND fecha_salida >= '2026-10-01' AND fecha_salida <= '2026-10-31')"
            )
        )
        assert changed.rowcount == 1
    engine.dispose()
