"""What the environment starts ends with it."""

import os
import sys
import time
from pathlib import Path

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
            processes.require_alive()
            time.sleep(0.05)
        worker = int(told.read_text(encoding="utf-8"))
        assert is_alive(worker)
    time.sleep(0.2)
    assert not is_alive(worker)
