"""A month on the services: triggered as the calendar would, with somebody who clears what has failed."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random

import httpx
from drill.operator import Operator, until
from sqlalchemy.exc import OperationalError

from chaos.month import NeverEndsError
from chaos.services.living import Living
from chaos.services.schedule import FLUSH, TASK, TWICE, TWO_SCHEDULERS, Event
from movilidad.model.periods import Month
from movilidad.sources.contracts import sources_of
from movilidad.stack.airflow_api import FINISHED
from movilidad.stack.monthly import REPORT

_MINUTES = 25.0  # also for messages that Redis lost: Airflow asks for them again after a while
_CLEARED = 3
_ALERTS = "atencion_avisos"
_CALM = 3.0  # seconds in which nothing begins any more
_GONE = (httpx.HTTPError, OperationalError)  # what is being started again


@dataclass
class MonthServed:
    """One month.

    Attributes:
        cleared: DAG → how often somebody had to clear it.
    """

    living: Living
    operator: Operator
    month: Month
    seed: int
    events: tuple[Event, ...]
    cleared: Counter[str] = field(default_factory=Counter)

    def play(self) -> float:
        """From the triggers to the publication; gives the seconds that it took."""
        begun, random = time.monotonic(), Random(self.seed)  # noqa: S311 - not a secret
        kinds = {event.kind for event in self.events}
        end_second = self.living.second("scheduler") if TWO_SCHEDULERS in kinds else None
        try:
            for _ in range(2 if TWICE in kinds else 1):
                for source in sources_of("mensual"):
                    self._insist(lambda dag=f"ingesta_{source}": self.operator.trigger(dag, str(self.month)))
            waiting = [event for event in self.events if event.kind not in (TWO_SCHEDULERS, TWICE)]
            while waiting or not self._over():
                if time.monotonic() - begun > _MINUTES * 60:
                    raise NeverEndsError(f"no termina en {_MINUTES:.0f} minutos: {self._standing()}")
                while waiting and time.monotonic() - begun >= waiting[0].second:
                    self._happen(waiting.pop(0), random)
                self.living.look_after()
                time.sleep(0.5)
        finally:
            if end_second:
                end_second()
        return time.monotonic() - begun

    def attend(self) -> None:
        """The periodic passes over the alerts, until one finds that it has been calm for long enough."""
        for _ in range(2):
            run = self.operator.trigger_now(_ALERTS)
            until("el fin de la pasada de avisos", partial(self.operator.has_ended, _ALERTS, run))

    def _happen(self, event: Event, random: Random) -> None:
        if event.kind == TASK:
            self.living.kill_a_task(random)
        elif event.kind == FLUSH:
            self.living.flush()
        for name in event.victims:
            self.living.kill(name)

    def _over(self) -> bool:
        """Whether everything has ended well, also after a moment of calm; what has failed is cleared."""
        with suppress(*_GONE):
            self.operator.hurry_retries()
            if self._all_ended():
                time.sleep(_CALM)
                return self._all_ended()
        return False

    def _all_ended(self) -> bool:
        ended = True
        for dag in (*(f"ingesta_{source}" for source in sources_of("mensual")), REPORT):
            runs = self.operator.runs(dag, str(self.month))
            ended &= bool(runs) and all(run["state"] in FINISHED for run in runs)
            for run in runs:
                if self.operator.waiting_for_people(dag, run["dag_run_id"]):
                    raise NeverEndsError(f"{dag} espera una decisión")
                if run["state"] == "failed":
                    self._clear(dag, run["dag_run_id"])
                    ended = False
        return ended

    def _clear(self, dag: str, run: str) -> None:
        """*Clear* of all that has failed, and what waits for it."""
        self.cleared[dag] += 1
        if self.cleared[dag] > _CLEARED:
            raise NeverEndsError(f"{dag} falla siempre: {self.operator.failures(dag, run)}")
        for task, state in self.operator.states(dag, run).items():
            if state == "failed":
                self.operator.clear(dag, run, task)

    def _insist(self, act: Callable[[], object]) -> None:
        """Whoever triggers tries again where nobody answers."""
        deadline = time.monotonic() + 120
        while True:
            try:
                act()
            except httpx.TransportError:
                assert time.monotonic() < deadline, "Airflow no responde"
                self.living.look_after()
                time.sleep(0.5)
            else:
                return

    def _standing(self) -> dict[str, list[str]]:
        """Of every DAG the states of its tasks, as far as somebody answers."""
        found = {}
        for dag in (*(f"ingesta_{source}" for source in sources_of("mensual")), REPORT):
            with suppress(*_GONE):
                for run in self.operator.runs(dag, str(self.month)):
                    states = self.operator.states(dag, run["dag_run_id"])
                    found[dag] = [f"{task}: {state}" for task, state in states.items() if state != "success"]
        return {dag: states for dag, states in found.items() if states}
