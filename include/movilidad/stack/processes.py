"""Child processes that end with their parent, whatever happens to it."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType

from movilidad.model.errors import UnavailableError

_PR_SET_PDEATHSIG = 1


class Processes:
    """A group of named child processes, each with a log file; leaving the context ends them all."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a process in a session of its own, so that a signal reaches its children too."""
        with (self._logs / f"{name}.log").open("wb") as log:
            self._children[name] = subprocess.Popen(  # noqa: S603 - commands are our own
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - only a system call, no locks
            )

    def finish(self, name: str, seconds: float) -> None:
        """Wait for a process that ends by itself; an UnavailableError if it fails or takes longer."""
        child = self._children.pop(name)
        try:
            failed = child.wait(seconds) != 0
        except subprocess.TimeoutExpired:
            _kill_session(child.pid)
            failed = True
        if failed:
            raise UnavailableError(f"«{name}» falló", remedy=f"lea {self._logs / (name + '.log')}")

    def require_alive(self) -> None:
        """An UnavailableError if a process has ended by itself."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise UnavailableError(
                    f"el proceso «{name}» terminó con código {child.returncode}",
                    remedy=f"lea {self._logs / (name + '.log')}",
                )

    def stop(self) -> None:
        """End all: first kindly, after ten seconds by force, also what they have started."""
        for child in self._children.values():
            _signal_group(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        for child in self._children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            _kill_session(child.pid)
            child.wait()
        self._children.clear()


def interrupt_on_sigterm() -> None:
    """Let this process end on SIGTERM as on Ctrl-C, so that it stops what it has started."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def end_with_parent() -> None:
    """Called in a child before its program begins: it is ended when its parent is."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_session(session: int) -> None:
    """End all that a child has started: Airflow puts a worker into a group of its own."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError, FileNotFoundError):
            if os.getsid(int(folder.name)) == session:
                os.kill(int(folder.name), signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
