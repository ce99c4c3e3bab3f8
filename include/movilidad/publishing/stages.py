"""The stages of a release. Each reads only what the one before stored, so each can be killed and run again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine, text

from movilidad.disclosure.history import read_history
from movilidad.disclosure.ledger import record
from movilidad.disclosure.protection import protect
from movilidad.model.atomic import new_folder
from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.publishing.attack import require_safe
from movilidad.publishing.candidate import (
    DRAFT_FOLDER,
    Candidate,
    FrozenInput,
    folder_of,
    keep,
    load,
    require_series,
    series_and_month,
    stored,
)
from movilidad.publishing.code_version import code_version
from movilidad.publishing.draft import fingerprint_of, write_draft
from movilidad.publishing.locks import exclusive
from movilidad.publishing.past import comparables_of, context_of, history_of
from movilidad.publishing.publisher import publisher
from movilidad.publishing.register import discard_drafts, enter_draft, find, newest_public
from movilidad.sources.contracts import load_contract
from movilidad.statistics.compute import compute
from movilidad.statistics.inputs import Load, current_loads
from movilidad.statistics.tables import MonthTables
from movilidad.store.engine import warehouse

TABLES = "cuadros"
PROTECTED = "protegidos"
DRAFT = DRAFT_FOLDER
_DECISIONS = "decisiones.jsonl"


def prepare(series: str, month: Month, today: date) -> str:
    """Fix what a release of the month is made of: loads, thresholds, program; give the candidate's id.

    Args:
        series: ``mensual``.
        month: a month that every source has delivered; a DataError names those that have not.
        today: the date in Guatemala; printed on the release if its ingredients are new.
    """
    require_series(series)
    engine = warehouse()
    with exclusive(engine, f"{series}/{month}"):
        loads = current_loads(engine, month)
        with engine.connect() as connection:
            newest = newest_public(connection, series, month)
            inputs = tuple(_freeze(connection, found) for found in sorted(loads, key=lambda load: load.fuente))
            past = history_of(connection, month)
            demo = any(entry.demostracion for entry in inputs)
            comparables = comparables_of(connection, series, month, demo=demo)
        settings = get_settings()
        candidate = Candidate(
            serie=series,
            mes=month,
            anterior=newest.publicacion_id if newest else None,
            fecha_publicacion=today,
            programa=code_version(),
            configuracion={
                "frecuencia_minima": settings.frecuencia_minima,
                "empleadores_minimos": settings.empleadores_minimos,
                "ancho_minimo": settings.ancho_minimo,
            },
            entradas=inputs,
            historia=past.releases,
            anteriores=past.loads_before(month),
            comparables=comparables,
            editor=publisher(settings),
        )
        if newest and (found := stored(newest.candidate_id)) and candidate.has_ingredients_of(found):
            return newest.candidate_id
        return keep(candidate).candidate_id


def compute_tables(candidate: str) -> str:
    """Count; store the tables of the month. Gives the candidate's id back."""

    def work(prepared: Candidate, folder: Path) -> None:
        compute(warehouse(), prepared.mes, prepared.loads, prepared.earlier_loads).save(folder)

    return _once(candidate, TABLES, work)


def protect_tables(candidate: str) -> str:
    """Hide the cells in which somebody could be recognised; store what may be shown, and each decision."""

    def work(prepared: Candidate, folder: Path) -> None:
        with warehouse().connect() as connection:
            history = read_history(connection, prepared.historia)
        protected = protect(MonthTables.load(_stored(candidate, TABLES)), prepared.rules, history)
        protected.tables.save(folder / "cuadros")
        protected.decisions.to_json(folder / _DECISIONS, orient="records", lines=True, force_ascii=False)

    return _once(candidate, PROTECTED, work)


def render(candidate: str) -> str:
    """Write the draft and enter it; give the id of the release.

    When no figure differs from the newest public revision of the month, nothing is made and that revision's id
    is given. Every cell enters the ledger in the same transaction as the draft, so before it can be published.
    """
    engine = warehouse()
    with _stage(engine, candidate) as prepared:
        protected = _stored(candidate, PROTECTED)
        tables = MonthTables.load(protected / "cuadros")
        huella = fingerprint_of(prepared, tables)
        with engine.begin() as connection:
            newest = newest_public(connection, prepared.serie, prepared.mes)
            if newest and newest.huella == huella:
                discard_drafts(connection, prepared.serie, prepared.mes)
                return newest.publicacion_id
        _require_next(prepared, newest.publicacion_id if newest else None)
        if not (folder_of(candidate) / DRAFT).is_dir():
            with engine.connect() as connection:
                context = context_of(connection, prepared, tables)
            with new_folder(folder_of(candidate) / DRAFT) as folder:
                write_draft(prepared, tables, context, folder)
        with engine.begin() as connection:
            enter_draft(connection, prepared, huella)
            record(connection, prepared.publicacion_id, _decisions(protected))
        return prepared.publicacion_id


def audit_draft(publicacion_id: str) -> str:
    """Let the attacker try a draft, beside everything public; give its id back. What is public passed before.

    A DataError if he finds out anything, or if the files differ from what was decided.
    """
    engine = warehouse()
    with engine.connect() as connection:
        release = find(connection, publicacion_id)
        if not release.is_public:
            require_safe(connection, load(release.candidate_id), publicacion_id)
    return publicacion_id


@contextmanager
def _stage(engine: Engine, candidate: str) -> Iterator[Candidate]:
    """Alone with a month, and with the program that the candidate was prepared with."""
    series, month = series_and_month(candidate)
    with exclusive(engine, f"{series}/{month}"):
        prepared = load(candidate)
        if prepared.programa != code_version():
            raise DataError(
                "el programa cambió después de reunir los insumos",
                period=month,
                remedy="repita el informe desde «Reunir insumos»",
            )
        yield prepared


def _once(candidate: str, stage: str, work: Callable[[Candidate, Path], None]) -> str:
    """Do a stage whose result is not stored yet."""
    with _stage(warehouse(), candidate) as prepared:
        target = folder_of(candidate) / stage
        if not target.is_dir():
            with new_folder(target) as folder:
                work(prepared, folder)
    return candidate


def _stored(candidate: str, stage: str) -> Path:
    """The result of an earlier stage; a DataError if it has not run."""
    folder = folder_of(candidate) / stage
    if not folder.is_dir():
        raise DataError(
            f"falta el resultado de la etapa «{stage}»",
            place=candidate,
            remedy="repita el informe desde «Reunir insumos»",
        )
    return folder


def _freeze(connection: Connection, found: Load) -> FrozenInput:
    contract = load_contract(found.fuente)
    query = text(
        "SELECT i.contrato_sha256, c.reglas_sha256, v.en_cuarentena,"
        " (SELECT sum((d.value->>'filas')::int) FROM jsonb_each(v.resultados) d)::int AS filas"
        " FROM control.cargas c JOIN control.instantaneas i USING (snapshot_id)"
        " LEFT JOIN control.veredictos v USING (snapshot_id, reglas_sha256) WHERE c.carga_id = :id"
    )
    row = connection.execute(query, {"id": found.carga_id}).mappings().one()
    return FrozenInput(
        fuente=found.fuente,
        titulo=contract.titulo,
        licencia=contract.licencia,
        carga_id=found.carga_id,
        snapshot_id=found.snapshot_id,
        contrato_sha256=row["contrato_sha256"],
        reglas_sha256=row["reglas_sha256"],
        demostracion=found.demostracion,
        filas=row["filas"],
        en_cuarentena=row["en_cuarentena"],
    )


def _require_next(prepared: Candidate, newest: str | None) -> None:
    """A DataError if another revision became public since the inputs were gathered."""
    if prepared.anterior != newest:
        raise DataError(
            f"desde que se reunieron los insumos salió otra revisión ({newest})",
            period=prepared.mes,
            remedy="repita el informe desde «Reunir insumos»",
        )


def _decisions(protected: Path) -> pd.DataFrame:
    lines = (protected / _DECISIONS).read_text(encoding="utf-8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines], dtype=object)
