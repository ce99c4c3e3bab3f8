"""Past months: Airflow's own backfill of the ingestions, and the reports follow."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from acceptance_support import Reported

from movilidad.sources.contracts import sources_of
from movilidad.stack.airflow_api import FINISHED
from movilidad.stack.installation import Installation
from movilidad.stack.running import Running, running

pytestmark = pytest.mark.airflow

MONTHS = ("2026-07", "2026-08")
PATIENCE = 400.0


def test_a_backfill_of_two_months_gives_their_two_reports(
    reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = reported.place
    with place.opened(monkeypatch), running(Installation.open(), lambda text: None) as environment:
        for name in sources_of("mensual"):
            _airflow(
                environment,
                *("backfill", "create", "--dag-id", f"ingesta_{name}", "--reprocess-behavior", "none"),
                *("--from-date", f"{MONTHS[0]}-01", "--to-date", f"{MONTHS[1]}-31", "--max-active-runs", "1"),
            )
        states = _wait_for_reports(environment)
    assert states == dict.fromkeys(MONTHS, "success")
    for month in MONTHS:
        assert (place.release(month=month) / "informe.pdf").is_file()


def _airflow(environment: Running, *arguments: str) -> None:
    program = Path(sys.executable).with_name("airflow")
    done = subprocess.run(
        [program, *arguments], env=environment.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def _wait_for_reports(environment: Running) -> dict[str, str]:
    deadline = time.monotonic() + PATIENCE
    states: dict[str, str] = {}
    while set(states) != set(MONTHS) and time.monotonic() < deadline:
        environment.look_after()
        for month in MONTHS:
            for run in environment.api.runs("informe_mensual", month):
                if run["state"] in FINISHED:
                    states[month] = run["state"]
        time.sleep(1)
    return states
