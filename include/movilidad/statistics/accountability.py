"""What the four-month accountability report tells besides the monthly ones, from the loads of its months.

Actions, money and goals are public acts. Enrolments in courses and complaints are counted like all that needs
protection: as tables of ``cuadros.yml`` with the finest crossing behind them. Nothing here is protected yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd
from sqlalchemy import Engine

from movilidad.model.codelists import REMAINDER
from movilidad.model.periods import Period
from movilidad.statistics import actions, budget, complaints, training
from movilidad.statistics.compute import count
from movilidad.statistics.inputs import LoadsByMonth
from movilidad.statistics.populations import stacked
from movilidad.statistics.tables import PeriodTables

YEAR_BEFORE = "valor_anio_anterior"
_NO_HISTORY: LoadsByMonth = MappingProxyType({})
_FRAMES = ("acciones", "cantidades", "cursos", "plazos", "presupuesto", "metas")


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


def with_year_before(now: Accountability, before: Accountability | None) -> Accountability:
    """Each frame with the column ``valor_anio_anterior``: the figure of the same months a year before.

    Missing where that year did not tell it, or hid it: both must be protected already.
    """
    tables: Mapping[str, pd.DataFrame] = before.cuadros.cuadros if before else {}
    return replace(
        now,
        cuadros=replace(
            now.cuadros,
            cuadros={name: _beside(frame, tables.get(name)) for name, frame in now.cuadros.cuadros.items()},
        ),
        **{name: _beside(getattr(now, name), getattr(before, name, None)) for name in _FRAMES},
    )


def _beside(frame: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    keys = _keys(frame)
    cells = [tuple(row) for row in frame[keys].itertuples(index=False)]
    known: dict[tuple[object, ...], object] = {}
    if before is not None:
        known = dict(
            zip((tuple(row) for row in before[keys].itertuples(index=False)), before["valor"], strict=True)
        )
    # what is hidden together is not the same in both years
    values = [None if REMAINDER in cell else known.get(cell) for cell in cells]
    number = "Float64" if pd.api.types.is_float_dtype(frame["valor"].dtype) else "Int64"
    return frame.assign(**{YEAR_BEFORE: pd.Series(values, index=frame.index, dtype=number)})


def _keys(frame: pd.DataFrame) -> list[str]:
    """The columns that name a figure; how a budget line or a product is called may change."""
    names = list(frame.columns[: frame.columns.get_loc("unidad") + 1])
    return [name for name in names if name not in ("descripcion", "producto")]
