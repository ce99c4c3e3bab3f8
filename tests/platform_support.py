"""An invented history of two platforms, and evaluations of it that went the way of every release."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from database_support import own_warehouse
from monitoring_support import OCTOBER, PROGRAMME
from sqlalchemy import Engine, text

from movilidad.model.periods import TZ, Month
from movilidad.monitoring import keeping
from movilidad.publishing import releases
from movilidad.publishing.portal import write_portal
from movilidad.quality.findings.memory import enter
from movilidad.quality.verdicts import QUARANTINE, Verdict, store

SEPTEMBER = OCTOBER.plus(-1)
BANK = "tu_empleo"
R1, R2 = "plataformas/2026-10/r1", "plataformas/2026-10/r2"
NOW = datetime(2026, 11, 24, 12, tzinfo=TZ)
CUI = "El CUI falta, está mal escrito o su dígito verificador no corresponde."
TWICE = "La clave del aplicante aparece en otra fila."

#: data set → records, field → (empty, unusable), reasons → records
Delivered = Mapping[str, tuple[int, Mapping[str, tuple[int, int]], Mapping[tuple[str, str], int]]]

FIRST: Delivered = {
    "personas": (80, {"sexo": (4, 7)}, {("duplicada", TWICE): 6}),
    "colocaciones": (60, {"tipo_visa": (20, 5), "persona_id": (0, 4)}, {("persona_id", CUI): 4}),
    "solicitudes": (90, {"etapa": (0, 0)}, {}),
}
SECOND: Delivered = {
    "personas": (84, {"sexo": (4, 9)}, {("duplicada", TWICE): 8}),
    "colocaciones": (60, {"tipo_visa": (6, 5), "persona_id": (0, 2)}, {("persona_id", CUI): 2}),
    "solicitudes": (95, {"etapa": (0, 0)}, {}),
}
AGAIN: Delivered = {**SECOND, "personas": (86, {"sexo": (5, 9)}, {("duplicada", TWICE): 10})}


def measured(engine: Engine, fuente: str, month: Month, dead: int = 0) -> None:
    """A look every quarter of an hour, the last ``dead`` ones of them without an answer."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.chequeos_plataforma (fuente, momento, responde, correcta, latencia_ms,"
                " columnas_faltantes, columnas_nuevas, motivo, demostracion)"
                " SELECT :fuente, m, NOT d, NOT d, CASE WHEN d THEN NULL ELSE 150 + (n % 90) END, 0, 0,"
                " CASE WHEN d THEN 'No responde.' ELSE '' END, true FROM (SELECT m, n, m >= :dead AS d FROM"
                " generate_series(CAST(:begin AS timestamptz), CAST(:end AS timestamptz) - interval '1 minute',"
                " interval '15 minutes') WITH ORDINALITY AS g (m, n)) looks ON CONFLICT (fuente, momento)"
                " DO UPDATE SET responde = excluded.responde, correcta = excluded.correcta,"
                " latencia_ms = excluded.latencia_ms, motivo = excluded.motivo"
            ),
            {
                "fuente": fuente,
                "begin": month.start,
                "end": month.end,
                "dead": month.end - dead * timedelta(minutes=15),
            },
        )
        keeping.find_incidents(connection, fuente, month.end)


BANKED: Delivered = {"inscripciones": (340, {"sexo": (12, 0), "interes": (0, 0)}, {})}


def delivered(engine: Engine, month: Month, found: Delivered, version: str = "1", fuente: str = PROGRAMME) -> None:
    """A month of a platform as the quality control left it."""
    snapshot, rules, came = f"{fuente}-{month}-{version}", "a" * 64, month.end + timedelta(days=3)
    results: dict[str, Any] = {}
    apart: list[tuple[str, int, str, str, str, str]] = []
    for name, (rows, fields, reasons) in found.items():
        count = max(reasons.values(), default=0)
        results[name] = {
            "filas": rows,
            "en_cuarentena": count,
            "reglas": [],
            "campos": {field: list(gaps) for field, gaps in fields.items()},
        }
        apart += [
            (name, row, f"K{row:03}", field, "expect_column_values_to_be_in_set", reason)
            for (field, reason), several in reasons.items()
            for row in range(several)
        ]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.instantaneas (snapshot_id, fuente, contrato_sha256, filas, demostracion,"
                " extraida) VALUES (:snapshot, :fuente, 'c', '{}', true, :came)"
            ),
            {"snapshot": snapshot, "fuente": fuente, "came": came},
        )
        connection.execute(
            text(
                "INSERT INTO control.extracciones (fuente, periodo, snapshot_id, momento, notas,"
                " columnas_nuevas, columnas_faltantes)"
                " VALUES (:fuente, :month, :snapshot, :came, '[]', '{}', '{}')"
            ),
            {"fuente": fuente, "month": str(month), "snapshot": snapshot, "came": came},
        )
        verdict = Verdict(snapshot, rules, True, None, len(apart), "Aprobada.")
        store(connection, verdict, results, pd.DataFrame(apart, columns=list(QUARANTINE)))
        enter(connection, (fuente, str(month), snapshot, rules), True, results)


def published(month: Month, now: datetime = NOW) -> Path:
    """The evaluation of a month, made and published."""
    name = releases.build("plataformas", month, now.date())
    assert releases.needed(name, now) == ""
    return releases.publish(name, now)


def history(engine: Engine) -> None:
    """Two months, measured throughout; in September the job bank was away for ten hours."""
    for month, found in ((SEPTEMBER, FIRST), (OCTOBER, SECOND)):
        delivered(engine, month, found)
        delivered(engine, month, BANKED, fuente=BANK)
        measured(engine, PROGRAMME, month)
        measured(engine, BANK, month, dead=40 if month == SEPTEMBER else 0)


@dataclass(frozen=True)
class Evaluated:
    """Published evaluations of September and October, October's revised."""

    warehouse: Engine
    folder: Path

    @property
    def release(self) -> Path:
        return self.folder / R2


@contextmanager
def evaluated(postgres_folder: str, folder: Path) -> Iterator[Evaluated]:
    """A warehouse with the history, its evaluations and their portal, all of it real."""
    with own_warehouse(postgres_folder, folder) as (engine, _):
        history(engine)
        published(SEPTEMBER)
        published(OCTOBER)
        delivered(engine, OCTOBER, AGAIN, "2")
        published(OCTOBER, NOW + timedelta(days=1))
        write_portal(folder / "publicaciones", NOW)
        yield Evaluated(engine, folder / "publicaciones")
