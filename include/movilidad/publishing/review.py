"""Quality control on the way of a release: the core before it is counted, the tables before they are protected."""

from typing import Any

import pandas as pd

from movilidad.model.periods import Month
from movilidad.publishing.candidate import folder_of, load
from movilidad.publishing.editions import edition_of
from movilidad.publishing.stages import TABLES
from movilidad.quality.findings.finding import CORE, Finding
from movilidad.quality.findings.finding import TABLES as TABLES_SUITE
from movilidad.quality.findings.store import keep
from movilidad.quality.joint.core import check_core
from movilidad.quality.joint.judging import SHAPES, Subject, judge_joint, shaped
from movilidad.statistics.consistency import consistency_frames
from movilidad.statistics.reconciliation import DIFFERENT, reconcile_ending
from movilidad.store.engine import warehouse

_RECONCILED = "conciliacion"


def review_core(candidate: str) -> str:
    """Judge the loads of a candidate's month together; give its id back.

    Of four months there is nothing to judge: they are made of monthly releases, whose loads were judged then.

    Raises:
        DataError: a critical rule of ``expectations/nucleo.yml`` failed.
    """
    prepared = load(candidate)
    if not prepared.partes:
        check_core(prepared.mes, [each.carga_id for each in prepared.loads[prepared.mes]])
        compare_published(prepared.mes)
    return candidate


def review_tables(candidate: str) -> str:
    """Judge the finished tables of a candidate before anything is hidden; give its id back.

    Raises:
        DataError: a critical rule of ``expectations/cuadros.yml`` failed.
    """
    prepared = load(candidate)
    tables: Any = edition_of(prepared.serie).read(folder_of(candidate) / TABLES)
    made = consistency_frames(tables.cuadros)
    frames = {name: shaped(TABLES_SUITE, name, made[name]) for name in SHAPES[TABLES_SUITE]}
    judge_joint(Subject(TABLES_SUITE, prepared.periodo, prepared.candidate_id), frames, [])
    return candidate


def compare_published(month: Month) -> None:
    """Set what institutions published of a span that ends with this month beside ours; keep what differs."""
    found = reconcile_ending(warehouse(), month)
    own = found[found["veredicto"] == DIFFERENT]
    with warehouse().begin() as connection:
        keep(connection, CORE, str(month), [_differs(row) for _, row in own.iterrows()], [_RECONCILED])


def _differs(row: pd.Series) -> Finding:
    return Finding(
        asunto=f"{_RECONCILED}/{row['id']}",
        gravedad="warning",
        que=f"Lo contado no es lo que se publicó de {row['desde']} a {row['hasta']} ({row['pais']}).",
        cuanto=f"publicado {row['publicado']:,}, contado {row['salidas']:,} ({row['diferencia']:+,})",
        que_hacer="Busque la causa con quien publicó la cifra; si la nuestra es la correcta, apruébelo.",
        antes_despues=(("publicado", f"{row['publicado']:,}"), ("contado", f"{row['salidas']:,}")),
    )
