"""The stages of a release. Each reads only what the one before stored, so each can be killed and run again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from movilidad.disclosure.history import read_history
from movilidad.disclosure.ledger import record
from movilidad.model.atomic import new_folder
from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.model.series import require_series
from movilidad.model.settings import get_settings
from movilidad.publishing.audit_record import keep_audit
from movilidad.publishing.candidate import (
    DRAFT_FOLDER,
    Candidate,
    folder_of,
    keep,
    load,
    release_id,
    series_and_period,
    stored,
)
from movilidad.publishing.code_version import code_version
from movilidad.publishing.draft import fingerprint_of, write_draft
from movilidad.publishing.editions import edition_of
from movilidad.publishing.explaining import explanation_of, recorded_explanation
from movilidad.publishing.explanation import told
from movilidad.publishing.locks import exclusive
from movilidad.publishing.past import history_of
from movilidad.publishing.publisher import publisher
from movilidad.publishing.register import (
    discard_drafts,
    enter_draft,
    find,
    newest_public,
    next_id,
    withdrawn_ids,
)
from movilidad.publishing.schedule import announced_for
from movilidad.publishing.signatories import signatories
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

TABLES = "cuadros"
PROTECTED = "protegidos"
DRAFT = DRAFT_FOLDER
_DECISIONS = "decisiones.jsonl"


def prepare(series: str, span: Month | Period, today: date) -> str:
    """Fix what a release of a period is made of: loads, thresholds, program; give the candidate's id.

    Args:
        series: one of ``movilidad.model.series``.
        span: a month that every source has delivered (a DataError names those that have not), or four months whose
            monthly releases are public.
        today: the date in Guatemala; printed on the release if its ingredients are new.
    """
    period = Period.of(span)
    familia = require_series(series, period).familia
    engine = warehouse(Role.STATISTICS)
    with exclusive(engine, f"{series}/{period}"):
        with engine.connect() as connection:
            newest = newest_public(connection, series, period)
            past = history_of(connection, period.last.year, familia)
            following = next_id(connection, series, period)
            why = explanation_of(connection, following)
            announced = announced_for(connection, following)
            withdrawn = withdrawn_ids(connection)
        found = edition_of(series).ingredients(engine, period, past)
        settings = get_settings()
        candidate = Candidate(
            serie=series,
            periodo=period,
            anterior=newest.publicacion_id if newest else None,
            fecha_publicacion=max(today, announced.date()) if announced else today,
            programa=code_version(),
            configuracion=settings.thresholds,
            entradas=found.inputs,
            partes=found.parts,
            historia=past.releases,
            anteriores=found.earlier,
            comparables=found.comparables,
            editor=publisher(settings),
            explicacion=why,
            retiradas=withdrawn,
            anunciada=announced.isoformat() if announced else None,
            acceso_previo=tuple(told(each, "el cargo") for each in signatories().acceso_previo),
        )
        if newest and (kept := stored(newest.candidate_id)) and candidate.has_ingredients_of(kept):
            return newest.candidate_id
        _require_decision(engine, candidate)
        return keep(candidate).candidate_id


def compute_tables(candidate: str) -> str:
    """Count; store the tables of the period. Gives the candidate's id back."""

    def work(prepared: Candidate, folder: Path) -> None:
        edition_of(prepared.serie).count(warehouse(Role.STATISTICS), prepared).save(folder)

    return _once(candidate, TABLES, work)


def protect_tables(candidate: str) -> str:
    """Hide the cells in which somebody could be recognised; store what may be shown, and each decision."""

    def work(prepared: Candidate, folder: Path) -> None:
        with warehouse(Role.STATISTICS).connect() as connection:
            history = read_history(connection, prepared.historia)
        edition = edition_of(prepared.serie)
        counted = edition.read(_stored(candidate, TABLES))
        tables, decisions = edition.protect(counted, prepared, history)
        tables.save(folder / "cuadros")
        decisions.to_json(folder / _DECISIONS, orient="records", lines=True, force_ascii=False)

    return _once(candidate, PROTECTED, work)


def render(candidate: str) -> str:
    """Write the draft and enter it; give the id of the release.

    When no figure differs from the newest public revision of the period, nothing is made and that revision's id
    is given. Every cell enters the ledger in the same transaction as the draft, so before it can be published.
    """
    engine = warehouse(Role.PUBLISH)
    with _stage(engine, candidate) as prepared:
        protected, edition = _stored(candidate, PROTECTED), edition_of(prepared.serie)
        tables = edition.read(protected / "cuadros")
        huella = fingerprint_of(prepared, tables)
        with engine.begin() as connection:
            newest = newest_public(connection, prepared.serie, prepared.periodo)
            following = next_id(connection, prepared.serie, prepared.periodo)
            if newest and newest.huella == huella and not prepared.explicacion.is_correction:
                discard_drafts(connection, prepared.serie, prepared.periodo)
                return newest.publicacion_id
        _require_next(prepared, newest.publicacion_id if newest else None, following)
        if not (folder_of(candidate) / DRAFT).is_dir():
            with warehouse(Role.STATISTICS).connect() as connection:
                context = edition.context(connection, prepared, tables)
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
    engine = warehouse(Role.STATISTICS)
    with engine.connect() as connection:
        release = find(connection, publicacion_id)
        if not release.was_seen:
            candidate = load(release.candidate_id)
            keep_audit(candidate, edition_of(release.serie).audit(connection, candidate, publicacion_id))
    return publicacion_id


@contextmanager
def _stage(engine: Engine, candidate: str) -> Iterator[Candidate]:
    """Alone with a period, and with the program that the candidate was prepared with."""
    series, period = series_and_period(candidate)
    with exclusive(engine, f"{series}/{period}"):
        prepared = load(candidate)
        if prepared.programa != code_version():
            raise DataError(
                "el programa cambió después de reunir los insumos",
                period=period,
                remedy="repita el informe desde «Reunir insumos»",
            )
        yield prepared


def _once(candidate: str, stage: str, work: Callable[[Candidate, Path], None]) -> str:
    """Do a stage whose result is not stored yet."""
    with _stage(warehouse(Role.STATISTICS), candidate) as prepared:
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


def _require_decision(engine: Engine, candidate: Candidate) -> None:
    """A DataError if the last revision was withdrawn and nobody said why another one shall come out.

    The records that it was made of are still there: left to itself, the program would publish them again.
    """
    last = release_id(candidate.serie, candidate.periodo, candidate.revision - 1)
    if last not in candidate.retiradas:
        return
    with engine.connect() as connection:
        decided = recorded_explanation(connection, candidate.publicacion_id)
    if decided is None:
        period = last.rpartition("/")[0]
        raise DataError(
            f"{last} se retiró, y no sale otra revisión sin que alguien lo decida",
            place=period,
            remedy=f"registre el motivo: movilidad release explain {period} --type correccion --reason …"
            " --approved-by …",
        )


def _require_next(prepared: Candidate, newest: str | None, following: str) -> None:
    """A DataError if another revision became public or was withdrawn since the inputs were gathered."""
    if (prepared.anterior, prepared.publicacion_id) != (newest, following):
        raise DataError(
            f"desde que se reunieron los insumos salió o se retiró otra revisión (vigente: {newest or 'ninguna'})",
            period=prepared.periodo,
            remedy="repita el informe desde «Reunir insumos»",
        )


def _decisions(protected: Path) -> pd.DataFrame:
    lines = (protected / _DECISIONS).read_text(encoding="utf-8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines], dtype=object)
