"""Logs as JSON: each line says of which source and period it is, and repeats no value of an error."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from structlog.contextvars import bound_contextvars

from movilidad.cli import run
from movilidad.model import paths
from movilidad.model.settings import get_settings
from movilidad.observation.logs import log_as_json

# tasks as Airflow hands them to listeners, and Airflow's own log of them on standard output
_TASKS = """
import logging, sys
from types import SimpleNamespace
from airflow.sdk.log import configure_logging
from airflow.sdk.execution_time.task_runner import bind_contextvars
from movilidad_registro import LogFields
from structlog.contextvars import clear_contextvars

configure_logging(json_output=True, output=sys.stdout.buffer)
for dag, period, given in {tasks!r}:
    clear_contextvars()
    bind_contextvars(dag_id=dag, task_id="extraer", run_id="a_mano")
    context = {{"dag_run": SimpleNamespace(partition_key=period)}}
    task = SimpleNamespace(op_kwargs=given)
    ti = SimpleNamespace(dag_id=dag, task=task, get_template_context=lambda: context)
    LogFields().on_task_instance_running(None, ti)
    logging.getLogger("movilidad.sources.extraction").warning("la plataforma tiene el reloj atrasado")
"""


@pytest.fixture
def root_log() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    yield
    root.handlers, root.level = before


def lines_of_tasks(*tasks: tuple[str, str | None, dict[str, str]]) -> list[dict[str, str]]:
    """What Airflow writes of tasks that say one thing each."""
    done = subprocess.run(
        [sys.executable, "-c", _TASKS.format(tasks=tasks)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(paths.PROJECT / "plugins")},
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_of_a_task_says_its_run_and_its_source_and_period_if_it_has_them(airflow_home: object) -> None:
    ingestion, look = lines_of_tasks(
        ("ingesta_tu_empleo", "2026-10", {}), ("monitoreo_plataformas", None, {"fuente": "denuncias"})
    )
    assert datetime.fromisoformat(ingestion["timestamp"]).tzinfo
    told = {
        "level": "warning",
        "logger": "movilidad.sources.extraction",
        "event": "la plataforma tiene el reloj atrasado",
        "dag_id": "ingesta_tu_empleo",
        "task_id": "extraer",
        "run_id": "a_mano",
        "source": "tu_empleo",
        "period": "2026-10",
    }
    assert {name: ingestion.get(name) for name in told} == told
    assert look["source"] == "denuncias"
    assert "period" not in look


@pytest.mark.usefixtures("root_log")
def test_a_command_writes_the_same_fields_in_the_time_of_guatemala() -> None:
    written = io.StringIO()
    log_as_json(written)
    with bound_contextvars(source="tu_empleo", period="2026-10"):
        logging.getLogger("movilidad.sources.extraction").warning("fuente %s: %s", "tu_empleo", "reloj atrasado")
    line = json.loads(written.getvalue())
    assert datetime.fromisoformat(line.pop("timestamp")).utcoffset() == timedelta(hours=-6)
    assert line == {
        "level": "warning",
        "logger": "movilidad.sources.extraction",
        "event": "fuente tu_empleo: reloj atrasado",
        "source": "tu_empleo",
        "period": "2026-10",
    }


@pytest.mark.usefixtures("root_log")
def test_an_error_is_named_and_its_text_repeated_nowhere() -> None:
    written = io.StringIO()
    log_as_json(written)
    try:
        raise ValueError("CUI 2547 89632 0101")
    except ValueError:
        logging.getLogger("movilidad").exception("no se pudo leer")
    assert "2547" not in written.getvalue()
    assert json.loads(written.getvalue())["error"] == "ValueError"


@pytest.mark.usefixtures("root_log")
@pytest.mark.parametrize(("value", "as_json"), [("true", True), ("false", False)])
def test_a_setting_makes_commands_write_json(
    value: str, as_json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOVILIDAD_REGISTRO_JSON", value)
    get_settings.cache_clear()
    assert run(["calendar"]) == 0
    get_settings.cache_clear()
    logging.getLogger("movilidad").warning("algo")
    assert capsys.readouterr().err.startswith('{"timestamp"') == as_json
