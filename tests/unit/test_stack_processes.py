"""What the environment starts ends with it."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from movilidad.model.errors import UnavailableError
from movilidad.stack.processes import Processes

# like a worker of Airflow: a group of its own, and deaf to a kind request
_DEAF = """
import os, signal, sys, time
if os.fork():
    time.sleep(600)
os.setpgid(0, 0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(600)
"""


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # ended, but not yet taken note of


def test_a_worker_in_a_group_of_its_own_ends_with_the_environment(tmp_path: Path) -> None:
    told = tmp_path / "worker"
    with Processes(tmp_path) as processes:
        processes.start("deaf", [sys.executable, "-c", _DEAF, str(told)], os.environ)
        while not (told.exists() and told.read_text(encoding="utf-8")):
            processes.look_after()
            time.sleep(0.05)
        worker = int(told.read_text(encoding="utf-8"))
        assert is_alive(worker)
    time.sleep(0.2)
    assert not is_alive(worker)


def _written(file: Path, lines: int, processes: Processes) -> list[str]:
    deadline = time.monotonic() + 20
    while not file.exists() or len(found := file.read_text(encoding="utf-8").split()) < lines:
        assert time.monotonic() < deadline
        processes.look_after()
        time.sleep(0.02)
    return found


def test_a_lasting_process_that_is_killed_is_started_again_without_what_it_had_started(tmp_path: Path) -> None:
    told = tmp_path / "vidas"
    program = (
        "import os, sys, time; child = os.fork(); "
        "child and open(sys.argv[1], 'a').write(f'{os.getpid()} {child} '); time.sleep(600)"
    )
    with Processes(tmp_path) as processes:
        processes.start("lasting", [sys.executable, "-c", program, str(told)], os.environ, lasting=True)
        process, child = map(int, _written(told, 2, processes))
        os.kill(process, signal.SIGKILL)
        lives = _written(told, 4, processes)
        assert not is_alive(child)
        assert is_alive(int(lives[2]))


def test_another_one_that_ends_is_told(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("brief", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
        with pytest.raises(UnavailableError, match="el proceso «brief» terminó con código 3"):
            _written(tmp_path / "nunca", 1, processes)


def test_one_that_ends_as_often_as_it_is_started_is_told(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("brief", ["/bin/false"], os.environ, lasting=True)
        with pytest.raises(UnavailableError, match="el proceso «brief» terminó con código 1"):
            _written(tmp_path / "nunca", 1, processes)
