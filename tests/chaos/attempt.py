"""One attempt of a step in a process of its own, forked as Airflow's workers do; anything may happen to it."""

import io
import os
import pickle
import select
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acts import before_each_act
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException, AirflowSkipException

from chaos.steps import Step

DONE, SKIPPED, WAITS = "hecha", "saltada", "espera"
AGAIN, FAILED, DIED, HUNG = "otra vez", "falló", "murió", "colgada"
_SECONDS = 240.0  # of one attempt; nothing here takes longer, also on a busy machine

Work = Callable[[], tuple[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: what it gave, or what was said; and how many acts it had."""

    state: str
    value: Any = None
    acts: int = 0


class Running:
    """A process at work. It reports its state before its callbacks run, as a task does to Airflow."""

    def __init__(self, work: Work, on_act: Callable[[int], None], log: Path) -> None:
        self._reading, writing = os.pipe()
        self._said = b""
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._reading)
            _live(work, on_act, log, writing)
        os.close(writing)

    def has_stopped(self) -> bool:
        """Wait until it stops itself or ends; whether it stopped."""
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            found, status = os.waitpid(self.pid, os.WUNTRACED | os.WNOHANG)
            if found and os.WIFSTOPPED(status):
                return True
            if found:
                self._status = status
                break
            time.sleep(0.005)
        return False

    def go_on(self) -> None:
        """Let a stopped process continue."""
        os.kill(self.pid, signal.SIGCONT)

    def ends_within(self, seconds: float) -> bool:
        """Whether it has said all that it will say by then."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([self._reading], [], [], left)
            if not ready:
                return False
            part = os.read(self._reading, 65_536)
            if not part:
                return True
            self._said += part
        return False

    def outcome(self) -> Outcome:
        """Wait for its end."""
        hung = not self.ends_within(_SECONDS)
        if hung:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._reading)
        if self._status is None:
            _, self._status = os.waitpid(self.pid, 0)
        if hung:
            return Outcome(HUNG)
        outcomes = _unpickled(self._said)
        return outcomes[-1] if outcomes else Outcome(DIED)


def work_of(step: Step, given: list[Any], *, last: bool, heard: bool = True) -> Work:
    """A step with its callbacks, as a worker does them.

    Args:
        last: a failure is one for good.
        heard: Airflow still listens to this process; otherwise it has no callbacks.
    """

    def work() -> tuple[str, Any]:
        error: BaseException | None = None
        try:
            state, value = DONE, step.call(given)
        except AirflowSkipException as caught:
            state, value = SKIPPED, str(caught)
        except AirflowRescheduleException as caught:
            state, value = WAITS, caught.reschedule_date
        except BaseException as caught:
            error, value = caught, str(caught)
            state = FAILED if last or isinstance(caught, AirflowFailException) else AGAIN
        kind = {DONE: "on_success_callback", FAILED: "on_failure_callback"}.get(state)
        _report(Outcome(state, value))
        for function in step.callbacks(kind) if kind and heard else []:
            _call_back(function, step.context(error))
        return state, value

    return work


def callback_of(function: Callable[[Any], Any], context: Any) -> Work:
    """What Airflow does apart from the tasks, as for a run that has ended."""

    def work() -> tuple[str, Any]:
        _call_back(function, context)
        return DONE, None

    return work


def _call_back(function: Callable[[Any], Any], context: Any) -> None:
    """Airflow writes down what a callback raises, and goes on."""
    try:
        function(context)
    except Exception:
        traceback.print_exc()


_writing = -1


def _report(outcome: Outcome) -> None:
    os.write(_writing, pickle.dumps(outcome))


def _live(work: Work, on_act: Callable[[int], None], log: Path, writing: int) -> None:
    """The child's life; it never returns."""
    global _writing  # noqa: PLW0603 - of the child alone
    _writing = writing
    acts, busy = 0, False

    def act() -> None:
        nonlocal acts, busy
        if not busy:  # what a fault itself does is no act
            acts, busy = acts + 1, True
            on_act(acts)
            busy = False

    state: tuple[str, Any] = (AGAIN, None)
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        before_each_act(act, talking=True)
        state = work()
    except BaseException:
        state = (FAILED, traceback.format_exc())
    finally:
        _report(Outcome(*state, acts))
        os._exit(0)


def _unpickled(said: bytes) -> list[Outcome]:
    """All that a process reported; what it was reporting when it died is not said."""
    stream, found = io.BytesIO(said), []
    with suppress(EOFError, pickle.UnpicklingError):
        while True:
            found.append(pickle.load(stream))  # noqa: S301 - of our own child
    return found
