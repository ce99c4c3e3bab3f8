"""Whether all is well: one look at everything that the service needs, in sentences that anybody may read.

What names a process, a target or a place is a detail, for who is logged in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from movilidad.observation.airflow_checks import Airflow, of_airflow
from movilidad.observation.check import Check, State
from movilidad.observation.disk_check import of_disks
from movilidad.observation.readings import disks
from movilidad.observation.warehouse_checks import of_warehouse

_WORST_FIRST: tuple[State, ...] = ("mal", "atencion", "bien")
_SENTENCES: dict[State, str] = {
    "bien": "Todo funciona.",
    "atencion": "Funciona; algo pide atención.",
    "mal": "Algo no funciona.",
}


@dataclass(frozen=True)
class Health:
    """What a look found, at a moment."""

    momento: datetime
    revisiones: tuple[Check, ...]

    @property
    def estado(self) -> State:
        """The worst of all."""
        found = {each.estado for each in self.revisiones}
        return next((each for each in _WORST_FIRST if each in found), "bien")

    @property
    def frase(self) -> str:
        return _SENTENCES[self.estado]


def examine(now: datetime, began: datetime, airflow: Airflow | None = None) -> Health:
    """Look at everything.

    Args:
        began: what was announced before is not this installation's.
        airflow: where Airflow runs.
    """
    return Health(now, tuple(_checks(now, began, airflow)))


def _checks(now: datetime, began: datetime, airflow: Airflow | None) -> Iterator[Check]:
    yield from of_warehouse(now, began)
    if airflow:
        yield from of_airflow(airflow, now)
    yield of_disks(disks())
