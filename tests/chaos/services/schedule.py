"""What happens to the services in a month: drawn from a seed."""

from dataclasses import dataclass
from random import Random

#: the services that a container engine starts again
MORTAL = (
    *("worker-1", "worker-2", "scheduler", "dag-processor", "triggerer", "api-server"),
    *("postgres", "redis", "portal"),
)
BOTH_WORKERS = "mueren los dos trabajadores"
TASK = "muere una tarea"
FLUSH = "Redis se vacía"
TWO_SCHEDULERS = "dos planificadores"
TWICE = "las mismas ejecuciones dos veces a la vez"
_DEATH = "muere "
KINDS = (*(f"{_DEATH}{name}" for name in MORTAL), BOTH_WORKERS, TASK, TASK, FLUSH, FLUSH, TWO_SCHEDULERS, TWICE)
_FROM_THE_BEGINNING = {TWO_SCHEDULERS, TWICE}
_LENGTH = 60.0  # seconds that a month takes if nothing happens


@dataclass(frozen=True)
class Event:
    """One thing that happens, ``second`` seconds after the month began."""

    kind: str
    second: float

    @property
    def victims(self) -> tuple[str, ...]:
        """The services that die of it."""
        if self.kind == BOTH_WORKERS:
            return ("worker-1", "worker-2")
        name = self.kind.removeprefix(_DEATH)
        return (name,) if name in MORTAL else ()

    def __str__(self) -> str:
        return self.kind if self.kind in _FROM_THE_BEGINNING else f"{self.kind} a los {self.second:.0f} s"


def draw(seed: int) -> tuple[Event, ...]:
    """One to three events, each at any second of the month or from its beginning, in order."""
    random = Random(seed)  # noqa: S311 - not a secret
    kinds = random.sample(KINDS, random.choice((1, 2, 2, 3)))
    events = [Event(kind, 0.0 if kind in _FROM_THE_BEGINNING else random.uniform(0, _LENGTH)) for kind in kinds]
    return tuple(sorted(set(events), key=lambda event: event.second))
