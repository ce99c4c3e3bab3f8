"""What the four-month accountability report tells besides the monthly ones, from the loads of its months.

Actions, money and goals are public acts. Enrolments in courses and complaints are counted like all that needs
protection: as tables of ``cuadros.yml`` with the finest crossing behind them. Nothing here is protected yet.
"""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

import pandas as pd
from sqlalchemy import Engine

from movilidad.model.periods import Period
from movilidad.statistics import actions, budget, complaints, training
from movilidad.statistics.compute import count
from movilidad.statistics.inputs import LoadsByMonth
from movilidad.statistics.populations import stacked
from movilidad.statistics.stored import load_frames, save_frames
from movilidad.statistics.tables import PeriodTables

_NO_HISTORY: LoadsByMonth = MappingProxyType({})
_FRAMES = ("acciones", "cantidades", "lista_acciones", "cursos", "plazos", "presupuesto", "metas")


@dataclass(frozen=True)
class Accountability:
    """All of a period; every frame is long, with ``indicador``, ``unidad`` and ``valor``.

    Attributes:
        cuadros: the tables of enrolments and complaints; to be protected.
        acciones: actions by milestone and state (``actions.actions_by_milestone``).
        cantidades: what they amount to (``actions.amounts_by_milestone``).
        lista_acciones: the actions one by one (``actions.listed_actions``).
        cursos: courses that ended (``training.courses_held``).
        plazos: days until complaints were closed (``complaints.days_to_close``); to be protected.
        presupuesto: money by budget line (``budget.budget``).
        metas: physical goals (``budget.goals``); to be protected where they count persons.
    """

    period: Period
    cuadros: PeriodTables
    acciones: pd.DataFrame
    cantidades: pd.DataFrame
    lista_acciones: pd.DataFrame
    cursos: pd.DataFrame
    plazos: pd.DataFrame
    presupuesto: pd.DataFrame
    metas: pd.DataFrame

    def save(self, folder: Path) -> None:
        """Write all into ``folder`` (made if missing)."""
        save_frames({name: getattr(self, name) for name in _FRAMES}, folder)
        self.cuadros.save(folder / "cuadros")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        tables = PeriodTables.load(folder / "cuadros")
        return cls(period=tables.period, cuadros=tables, **load_frames(folder))


def compute_accountability(
    engine: Engine, period: Period, loads: LoadsByMonth, earlier: LoadsByMonth = _NO_HISTORY
) -> Accountability:
    """Count four months or a year.

    Reads the core rows of the given loads only, so the same loads always give the same figures.

    Args:
        loads: the loads of each of its months (``inputs.period_loads``).
        earlier: those of the year's months before it, for what is told to date.
    """
    with engine.connect() as connection:
        known = {month: list(own) for month, own in {**earlier, **loads}.items()}
        lines = {month: budget.read_lines(connection, month, own) for month, own in known.items()}
        goals = {month: budget.read_goals(connection, month, own) for month, own in known.items()}
        courses = stacked([training.read_courses(connection, month, loads[month]) for month in period.months])
        # both registers give all they have, as it stood when the last month was delivered
        newest = loads[period.last]
        all_complaints = complaints.read_complaints(connection, period.last.last_day, newest)
        done = actions.read_actions(connection, period, newest)
    decided = complaints.closed(all_complaints, period)
    rows = {
        training.POPULATION: training.enrolments(courses),
        complaints.RECEIVED: complaints.received(all_complaints, period),
        complaints.CLOSED: decided,
    }
    counted = count(rows, period.kind)
    return Accountability(
        period=period,
        cuadros=PeriodTables(period, counted.cuadros, counted.detalle),
        acciones=actions.actions_by_milestone(done),
        cantidades=actions.amounts_by_milestone(done),
        lista_acciones=actions.listed_actions(done),
        cursos=training.courses_held(courses),
        plazos=complaints.days_to_close(decided),
        presupuesto=budget.budget(period, lines),
        metas=budget.goals(period, goals),
    )
