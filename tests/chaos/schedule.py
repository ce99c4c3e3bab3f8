"""What goes wrong in a month: drawn from a seed, so that a seed alone brings the same month back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from movilidad.model.periods import Month

#: the month that is played: small, and every source of the report gives it
MONTH = Month(2022, 11)

DEATH = "muerte de la tarea"
DATABASE_DEATH = "muerte de PostgreSQL"
DATABASE_RESTART = "PostgreSQL reinicia"
DISK_FULL = "disco lleno"
CUT = "red cortada"
LOSS = "pierde 30 % de los paquetes"
TRUNCATED = "respuesta truncada"
ERROR = "responde 500"
CLOCK = "salto del reloj"
TWICE = "la tarea dos veces a la vez"
LEFT_FOR_DEAD = "PostgreSQL reinicia y la tarea se repite mientras la primera sigue"

EVERYWHERE = (DEATH, DATABASE_DEATH, DATABASE_RESTART, DISK_FULL, CLOCK, TWICE, LEFT_FOR_DEAD)
ON_THE_LINE = (CUT, LOSS, TRUNCATED, ERROR)
_JUMPS = (-30 * 24, -26, -1, 1, 40)  # hours; what is printed does not depend on the day before the announced one
_NO_HTTP = {"ingesta_programa_trabajo_temporal.extraer"}  # a database does not answer 500


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        step: in which, ``informe_mensual.proteger``.
        point: how far through the step it happens, from 0 to 1.
        tries: how many attempts of the step it lasts.
        hours: of a clock, how far it jumps.
    """

    kind: str
    step: str
    point: float
    tries: int
    hours: int = 0

    @property
    def jump(self) -> timedelta:
        return timedelta(hours=self.hours)

    def __str__(self) -> str:
        hours = f" de {self.hours:+} h" if self.hours else ""
        tries = f", {self.tries} intentos" if self.tries > 1 else ""
        return f"{self.kind}{hours} en {self.step} al {self.point:.0%}{tries}"


def draw(seed: int, attempts: Mapping[str, int], lines: Sequence[str], *, disk: bool = True) -> tuple[Fault, ...]:
    """What goes wrong in the month of a seed: one to three faults, some for longer than the step is tried again.

    Args:
        attempts: every step → how often it is tried before it has failed.
        lines: the steps that speak with somebody outside.
        disk: whether disks can be filled here.
    """
    random = Random(seed)  # noqa: S311 - not a secret
    found = []
    for _ in range(random.choice((1, 1, 2, 2, 3))):
        outside = random.random() < 0.35  # the few steps with a line have faults of their own
        step = random.choice([*lines] if outside else [*attempts])
        kinds = [*EVERYWHERE, *(3 * ON_THE_LINE if step in lines else ())]
        kind = random.choice(
            [each for each in kinds if (disk or each != DISK_FULL) and (each != ERROR or step not in _NO_HTTP)]
        )
        tries = attempts[step] if random.random() < 0.2 else random.choice((1, 1, 2, 3))
        # a line is asked for once: half of the time it is bad from the beginning
        point = random.random() if kind not in ON_THE_LINE or random.random() < 0.5 else 0.0
        # the moment of publication is kept as the clock shows it, also when that is ahead
        jumps = [hours for hours in _JUMPS if hours < 0 or not step.endswith(".publicar")]
        found.append(Fault(kind, step, point, tries, random.choice(jumps) if kind == CLOCK else 0))
    return tuple(found)
