"""Play months on the services while these die: ``python -m chaos.services --seeds 12 --first 1``."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from acceptance_support import Place, served
from drill.operator import Operator
from sqlalchemy import NullPool, create_engine, text

from chaos.judgement import End, kept_in, mails_in, told_unfairly, visible_in
from chaos.month import NeverEndsError
from chaos.schedule import MONTH
from chaos.services.living import Living
from chaos.services.month import MonthServed
from chaos.services.schedule import Event, draw
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.stack.keys import ADMINISTRATOR, ADMINISTRATOR_KEY
from movilidad.stack.processes import interrupt_on_sigterm

_ALERTS = {"operadores": ["operacion"], "personas": {"operacion": {"nombre": "Operación"}}}
# the same as in operation, only sooner: after how long Airflow gives up somebody who says nothing
_SOONER = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "45",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "20",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
}

_MONTHS = 6  # of one installation; with more behind it, the control asks somebody about the season that begins


@dataclass
class Installed:
    """Services on which one month after the other is played.

    Attributes:
        left: month → what stood after it.
    """

    place: Place
    living: Living
    operator: Operator
    left: dict[Month, End] = field(default_factory=dict)

    def play(self, month: Month, seed: int, events: tuple[Event, ...]) -> tuple[float, list[str]]:
        """A month; gives its seconds and what was wrong in the end."""
        served = MonthServed(self.living, self.operator, month, seed, events)
        seconds = served.play()
        _let_be_calm(get_settings().warehouse_url())
        served.attend()
        warehouse = get_settings().warehouse_url()
        visible = visible_in(self.place.publications / "mensual" / str(month))
        self.left[month] = End(visible, {}, kept_in(warehouse))
        return seconds, told_unfairly(warehouse, mails_in(self.place.folder / "correo"))


@contextmanager
def installed(root: Path, name: str) -> Iterator[Installed]:
    """New services in a folder of their own."""
    (root / name).mkdir(mode=0o755)
    place = Place(root / name)
    (place.root / "avisos.yml").write_text(yaml.safe_dump(_ALERTS, allow_unicode=True), encoding="utf-8")
    settings = {**_SOONER, "MOVILIDAD_AVISOS": str(place.root / "avisos.yml")}
    with served(place, lambda what: None, settings) as running:
        running.api.pause("atencion_avisos", paused=False)
        (place.folder / "correo").mkdir(exist_ok=True)
        operator = Operator(
            running.url, ADMINISTRATOR, place.secret(ADMINISTRATOR_KEY), place.secret("MOVILIDAD_BODEGA")
        )
        operator.wait_until_healthy(300, running.look_after)
        yield Installed(place, Living(running, place.secret("AIRFLOW__CELERY__BROKER_URL")), operator)


def main() -> int:
    """Every month once in peace; then, on new installations, with what the seeds bring."""
    interrupt_on_sigterm()
    asked = _arguments()
    seeds = list(range(asked.first, asked.first + asked.seeds))
    months = [MONTH.plus(number) for number in range(min(_MONTHS, len(seeds)))]
    bad = []
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o755)
        with installed(root, "calma") as calm:
            for month in months:
                seconds, wrong = calm.play(month, 0, ())
                assert not wrong, wrong
                _say(f"{month} sin que pase nada: {seconds:.0f} s")
        for first in range(0, len(seeds), _MONTHS):
            with installed(root, f"averias-{first}") as troubled:
                for seed, month in zip(seeds[first:], months, strict=False):
                    if not _is_right(troubled, calm.left, month, seed):
                        bad.append(seed)
    which = f" (semillas {', '.join(map(str, bad))})" if bad else ""
    _say(f"{len(seeds)} meses sobre los servicios: {len(seeds) - len(bad)} bien, {len(bad)} mal{which}")
    return 1 if bad else 0


def _is_right(troubled: Installed, expected: Mapping[Month, End], month: Month, seed: int) -> bool:
    events = draw(seed)
    try:
        seconds, wrong = troubled.play(month, seed, events)
        wrong += troubled.left[month].differences(expected[month])
    except NeverEndsError as error:
        seconds, wrong = 0.0, [str(error)]
    _say(f"semilla {seed} ({month}): {'MAL' if wrong else 'BIEN'}, {seconds:.0f} s")
    for line in (*(f"    · {event}" for event in events), *(f"    ✗ {each}" for each in wrong)):
        _say(line)
    return not wrong


def _let_be_calm(warehouse: str) -> None:
    """Let what was put right have been so for the hours after which it is told."""
    with create_engine(warehouse, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE control.avisos SET no_antes = now() WHERE estado = 'pendiente'"))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.services", description="Meses sobre servicios que mueren."
    )
    parser.add_argument("--seeds", type=int, default=12, help="cuántos meses")
    parser.add_argument("--first", type=int, default=1, help="la primera semilla")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
