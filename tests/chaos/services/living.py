"""The services as processes: who is who, and how they die."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil
from redis import Redis

from movilidad.stack.running import Running

_TASK = "airflow worker -- "  # as Airflow titles the process of a task
_SECONDS = 20.0


class Living:
    """What ``distributed`` started in this process.

    Args:
        broker: address of Redis.
    """

    def __init__(self, running: Running, broker: str) -> None:
        self.running, self._broker = running, broker

    def look_after(self) -> None:
        """Start again whoever died, as a container engine does."""
        self.running.look_after()

    def kill(self, name: str) -> None:
        """SIGKILL to a service and all that it started."""
        main = self._find(name)
        if main is None:
            return  # it has just died of something else
        for process in [main, *main.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def kill_a_task(self, random: Random) -> bool:
        """SIGKILL to a task at work, as soon as there is one."""

        def at_work() -> list[psutil.Process]:
            return [each for each in psutil.Process().children(recursive=True) if _title(each).startswith(_TASK)]

        deadline = time.monotonic() + _SECONDS
        while not (found := at_work()):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        with suppress(psutil.NoSuchProcess):
            random.choice(found).kill()
        return True

    def flush(self) -> None:
        """Whatever waits in Redis is gone."""
        with Redis.from_url(self._broker) as client:
            client.flushall()

    def second(self, name: str) -> Callable[[], None]:
        """Start another one of a service; gives what ends it."""
        main = self._find(name)
        assert main
        process = subprocess.Popen(
            main.cmdline(), env=main.environ(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

        def end() -> None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

        return end

    def _find(self, name: str) -> psutil.Process | None:
        """Each writes to a log file of its name."""
        for child in psutil.Process().children():
            with suppress(OSError, psutil.NoSuchProcess):
                if Path(f"/proc/{child.pid}/fd/1").readlink().name == f"{name}.log":
                    return child
        return None


def _title(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""
