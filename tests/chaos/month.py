"""A month played as Airflow would: each step in a process, tried again, called back, cleared if it failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chaos.attempt import AGAIN, DIED, DONE, FAILED, HUNG, SKIPPED, WAITS, Outcome, Running, callback_of, work_of
from chaos.scene import Scene
from chaos.schedule import CLOCK, DATABASE_DEATH, DATABASE_RESTART, DISK_FULL, LEFT_FOR_DEAD, TWICE, Fault
from chaos.steps import Step, as_list, clock_at, run_context

_HEAD_START = 1.0  # seconds that the second of two has before the first goes on
_CLEARED = 3  # times that an operator clears one step
_CALM = timedelta(hours=2)  # by then it is told what is over


class NeverEndsError(Exception):
    """A step that hangs, or fails although nothing is wrong any more."""


@dataclass(frozen=True)
class Failure:
    """A step that failed for good; ``known`` says whether the warehouse answered all the time."""

    dag: str
    task: str
    said: str
    known: bool


@dataclass
class MonthPlayed:
    """One month with its faults.

    Attributes:
        acts: every step → its acts when nothing is wrong; found out where it is empty.
        now: what the clock shows.
        announced: the minute of publication.
    """

    scene: Scene
    faults: tuple[Fault, ...]
    acts: Mapping[str, int]
    seed: int
    now: datetime
    announced: datetime
    counted: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    attempts: int = 0
    troubled: list[str] = field(default_factory=list)

    def play(self, way: list[list[Step]]) -> None:
        """From the first source to the last target."""
        for steps in way:
            self._run(steps)
        self._attend(self.now)
        self._attend(self.now + _CALM)

    def _run(self, steps: list[Step]) -> None:
        given: list[Any] = []
        for step in steps:
            if step.task == "aplicar_decision":
                given = [*given, [None]]  # nobody was asked
            value = self._step(step, given)
            if step.task == "aplicar_decision":
                given = given[:1]
            elif step.task not in ("decidir", "esperar_hora"):
                given = [value]
        self._call_back(steps[0], "on_success_callback", "")

    def _step(self, step: Step, given: list[Any]) -> Any:
        cleared = number = waits = 0
        while True:
            number += 1
            self.attempts += 1
            outcome = self._attempt(step, given, number, waits)
            over = number >= step.attempts or outcome.state in (DONE, SKIPPED, FAILED)
            self._mend(step, step.attempts if over else number + waits)
            if outcome.state == HUNG:
                raise NeverEndsError(f"{step.name} se colgó")
            if outcome.state in (DONE, SKIPPED):
                self.counted[step.name] = outcome.acts
                return outcome.value
            if outcome.state == WAITS:
                self.now = self.announced
                number, waits = number - 1, waits + 1  # to wait is no failure
            elif outcome.state == FAILED or number >= step.attempts:
                self._fail(step, outcome)
                cleared, number = cleared + 1, 0
                if cleared > _CLEARED:
                    raise NeverEndsError(f"{step.name} falla siempre: {outcome.value}")
            else:
                self.troubled.append(f"{step.name}: {outcome.state} {outcome.value or ''}")

    def _attempt(self, step: Step, given: list[Any], number: int, waits: int) -> Outcome:
        active = [fault for fault in self.faults if fault.step == step.name and number + waits <= fault.tries]
        doubles = [fault for fault in active if fault.kind in (TWICE, LEFT_FOR_DEAD)]
        active = [fault for fault in active if fault not in doubles[1:]]  # who was stopped once is let go on once
        double = doubles[0].kind if doubles else ""
        last = number >= step.attempts
        with clock_at(sum((fault.jump for fault in active if fault.kind == CLOCK), self.now)):
            first = Running(
                work_of(step, given, last=last, heard=double != LEFT_FOR_DEAD),
                self._troubles(step, active),
                self.scene.log,
            )
            if not double or not first.has_stopped():
                return first.outcome()
            if double == LEFT_FOR_DEAD:
                self.scene.cluster.restart()
            second = Running(work_of(step, given, last=last), lambda act: None, self.scene.log)
            second.ends_within(_HEAD_START)
            first.go_on()
            outcomes = [second.outcome(), first.outcome()]
        if double == LEFT_FOR_DEAD or outcomes[1].state == outcomes[0].state == DONE:
            return outcomes[0]
        return next(each for each in outcomes if each.state != DONE)

    def _troubles(self, step: Step, active: list[Fault]) -> Any:
        """What happens before which act."""
        whole = self.acts.get(step.name, 1)
        planned: dict[int, list[Fault]] = {}
        for fault in active:
            planned.setdefault(1 + round(fault.point * (whole - 1)), []).append(fault)

        def on_act(act: int) -> None:
            for fault in planned.get(act, ()):
                self.scene.happen(fault, self.seed)

        return on_act

    def _mend(self, step: Step, number: int) -> None:
        """What has lasted long enough is over; a server that is down is started by whatever watches over it."""
        ours = [fault for fault in self.faults if fault.step == step.name]
        for fault in ours:
            if number >= fault.tries:
                self.scene.mend(fault)
        dead = any(fault.kind in (DATABASE_DEATH, DISK_FULL) and number < fault.tries for fault in ours)
        if ours and not dead:
            self.scene.cluster.ensure()

    def _fail(self, step: Step, outcome: Outcome) -> None:
        """The run has failed: whoever watches is told, puts it right, and then clears the task."""
        shaken = {DATABASE_DEATH, DATABASE_RESTART, DISK_FULL, LEFT_FOR_DEAD}
        known = not any(fault.step == step.name and fault.kind in shaken for fault in self.faults)
        self.failures.append(Failure(step.dag.dag_id, step.task, f"{outcome.state}: {outcome.value}", known))
        self.faults = tuple(fault for fault in self.faults if fault.step != step.name)
        self._call_back(step, "on_failure_callback", "task_failure")
        self._attend(self.now)

    def _call_back(self, step: Step, kind: str, reason: str) -> None:
        """What Airflow's DAG processor does for the run."""
        for function in as_list(getattr(step.dag, kind)):
            with clock_at(self.now):
                work = callback_of(function, run_context(step.dag, step.month, reason))
                self._must_end(work, f"{kind} de {step.dag.dag_id}")

    def _attend(self, moment: datetime) -> None:
        """The periodic pass over the alerts."""
        from movilidad import alerts
        from movilidad_avisos import connections

        work = callback_of(lambda now: alerts.attend(now, connections), moment)
        self._must_end(work, "la atención de avisos")

    def _must_end(self, work: Any, name: str) -> None:
        outcome = Running(work, lambda act: None, self.scene.log).outcome()
        if outcome.state in (AGAIN, DIED, FAILED, HUNG):
            raise NeverEndsError(f"{name}: {outcome.state} {outcome.value}")
