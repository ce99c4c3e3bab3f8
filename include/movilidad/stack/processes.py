"""Child processes that end with their parent, whatever happens to it."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType

from movilidad.model.errors import UnavailableError

_PR_SET_PDEATHSIG = 1
_SHORT_LIFE = 20.0  # seconds; whoever lives longer had begun to work
_SHORT_LIVES = 8  # one after the other; more, and something is wrong that starting again does not mend


@dataclass
class _Child:
    """A process with what it takes to start it again.

    Attributes:
        lasting: whether it is started again when it ends by itself.
        short_lives: how often, one after the other, it ended as soon as it had been started.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    lasting: bool
    process: subprocess.Popen[bytes]
    born: float = field(default_factory=time.monotonic)
    short_lives: int = 0


class Processes:
    """A group of named child processes, each with a log file; leaving the context ends them all."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._children: dict[str, _Child] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, lasting: bool = False
    ) -> None:
        """Start a process; a lasting one is started again should it end by itself."""
        (self._logs / f"{name}.log").write_bytes(b"")
        self._children[name] = _Child(command, environment, lasting, self._begin(name, command, environment))

    def _begin(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """In a session of its own, so that a signal reaches its children too."""
        with (self._logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - commands are our own
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
        child = self._children.pop(name).process
        try:
            how = "falló" if child.wait(seconds) else ""
        except subprocess.TimeoutExpired:
            _kill_session(child.pid)
            how = f"no terminó en {seconds:.0f} segundos"
        if how:
            raise UnavailableError(f"«{name}» {how}", remedy=f"lea {self._logs / (name + '.log')}")

    def look_after(self) -> None:
        """Start again what is to last and has ended, with all that it had started.

        An UnavailableError if another one has ended, or one ends again and again as soon as it is started.
        """
        for name, child in self._children.items():
            if child.process.poll() is None:
                continue
            short = time.monotonic() - child.born < _SHORT_LIFE
            child.short_lives = child.short_lives + 1 if short else 0
            if not child.lasting or child.short_lives > _SHORT_LIVES:
                raise UnavailableError(
                    f"el proceso «{name}» terminó con código {child.process.returncode}",
                    remedy=f"lea {self._logs / (name + '.log')}",
                )
            _kill_session(child.process.pid)
            child.process, child.born = self._begin(name, child.command, child.environment), time.monotonic()

    def stop(self) -> None:
        """End all: first kindly, after ten seconds by force, also what they have started."""
        children = [child.process for child in self._children.values()]
        for child in children:
            _signal_group(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        for child in children:
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
