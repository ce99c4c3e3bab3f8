"""Everything that the four-month report tells, as one stage of its release hands it to the next."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pandas as pd
from sqlalchemy import Engine

from movilidad.model.periods import Period
from movilidad.statistics.accountability import Accountability, compute_accountability
from movilidad.statistics.compute import compute_period
from movilidad.statistics.inputs import LoadsByMonth
from movilidad.statistics.stored import load_frames, save_frames
from movilidad.statistics.summary import authorised_recruiters
from movilidad.statistics.tables import PeriodTables

_MONTHS = "meses"


@dataclass(frozen=True)
class FourMonths:
    """All figures of four months.

    Attributes:
        tablas: the counts of people, employers and recruiters, as in the monthly releases.
        cuentas: actions, training, complaints, budget and goals.
        reclutadores: recruiters authorised on the last day (``summary.authorised_recruiters``). Public by law.
        meses: the counts of each month, as the monthly releases were made from them; the protection decides with
            them and leaves none.
        resumen: headline figures, made of the protected ones: ``indicador``, ``titulo``, ``unidad``, ``valor`` and
            the two states. Empty before the protection.
        notas: what a reader must know, by topic.
    """

    tablas: PeriodTables
    cuentas: Accountability
    reclutadores: pd.DataFrame
    meses: tuple[PeriodTables, ...] = ()
    resumen: pd.DataFrame = field(default_factory=pd.DataFrame)
    notas: dict[str, str] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        return self.tablas.period

    @property
    def cuadros(self) -> dict[str, pd.DataFrame]:
        """The tables of ``cuadros.yml``: of people first, then of enrolments and complaints."""
        return self.tablas.cuadros | self.cuentas.cuadros.cuadros

    def save(self, folder: Path) -> None:
        """Write all into ``folder`` (made if missing); equal figures give equal bytes."""
        self.tablas.save(folder / "tablas")
        self.cuentas.save(folder / "cuentas")
        for month in self.meses:
            month.save(folder / _MONTHS / str(month.period))
        save_frames({"reclutadores": self.reclutadores, "resumen": self.resumen}, folder)
        notes = json.dumps(self.notas, ensure_ascii=False, indent=1)
        (folder / "notas.json").write_text(notes, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        frames = load_frames(folder)
        return cls(
            tablas=PeriodTables.load(folder / "tablas"),
            cuentas=Accountability.load(folder / "cuentas"),
            reclutadores=frames["reclutadores"],
            meses=tuple(PeriodTables.load(path) for path in sorted((folder / _MONTHS).glob("*"))),
            resumen=frames["resumen"],
            notas=json.loads((folder / "notas.json").read_text(encoding="utf-8")),
        )


def compute_four_months(engine: Engine, period: Period, loads: LoadsByMonth, earlier: LoadsByMonth) -> FourMonths:
    """Count four months, each of them, and what was done in them.

    Reads the core rows of the given loads only, so the same loads always give the same figures.

    Args:
        loads: the loads of each month, of all sources of the report.
        earlier: those of the year's months before, for what is told to date.
    """
    last = period.last
    with engine.connect() as connection:
        recruiters = authorised_recruiters(connection, last, list(loads[last]))
    return FourMonths(
        tablas=compute_period(engine, period, loads),
        cuentas=compute_accountability(engine, period, loads, earlier),
        reclutadores=recruiters,
        meses=tuple(compute_period(engine, Period.of_month(month), loads) for month in period.months),
    )
