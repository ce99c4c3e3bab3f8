"""The sign-off of a draft: is one needed, what was decided, and the draft that says so.

A decision is about what a draft is made of. When that changes, so does the draft, and what was decided about
the other one does not hold for it.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from movilidad.model.atomic import new_folder
from movilidad.model.errors import DataError, NotYetError
from movilidad.model.periods import TZ
from movilidad.publishing.answers import Answer, answer_of, given_by, outcome
from movilidad.publishing.approval import AUTOMATIC, PENDING
from movilidad.publishing.candidate import Candidate, folder_of, keep, load
from movilidad.publishing.decisions import Decision, keep_decision, motives, standing
from movilidad.publishing.examined import examined_for
from movilidad.publishing.register import Release, find, parse_id
from movilidad.publishing.signatories import Signatories, signatories
from movilidad.publishing.signoff_summary import summary
from movilidad.publishing.stages import DRAFT, PROTECTED, TABLES, audit_draft, render
from movilidad.quality.findings import OpenFinding, open_warnings
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def needed(publicacion_id: str, now: datetime) -> str:
    """What somebody has to read and decide about a draft, in Markdown; empty if nobody has to.

    Nobody has to when nothing is odd, or when it was decided already in knowledge of all that is odd.
    """
    parse_id(publicacion_id)
    with warehouse(Role.PUBLISH).begin() as connection:
        release = find(connection, publicacion_id)
        if release.was_seen:
            return ""
        candidate = load(release.candidate_id)
        odd, last = _odd(candidate), standing(connection, candidate.undecided.sha256)
        if last and last.publishes and last.covers(motives(odd)):
            return ""
        asks = bool(odd) or bool(last and last.objects)
        decision = Decision(
            publicacion_id,
            candidate.undecided.sha256,
            PENDING if asks else AUTOMATIC,
            motivos=motives(odd),
        )
        keep_decision(connection, decision, now)
        return summary(connection, candidate, odd) if asks else ""


def apply(publicacion_id: str, answers: Sequence[Mapping[str, Any] | None], now: datetime) -> str:
    """Record what was answered in Airflow and let the draft say so; give the release's id back.

    Args:
        answers: as the operators leave them, None where nobody was asked.

    Raises:
        DataError: the answer does not hold: no signatory, two persons needed, nobody was asked.
        UsageError: the note is missing or too long.
    """
    rules = signatories()
    return _decide(publicacion_id, [answer_of(each, rules) for each in answers if each], rules, now)


def decide(publicacion_id: str, users: Sequence[str], decision: str, note: str, now: datetime) -> str:
    """Like ``apply``, for decisions that were not taken in Airflow: all ``users`` decided the same.

    Raises:
        DataError: also if readers can see the release already.
    """
    rules = signatories()
    with warehouse(Role.PUBLISH).connect() as connection:
        if find(connection, publicacion_id).was_seen:
            raise DataError(
                "ya se publicó: no hay nada que decidir",
                place=publicacion_id,
                remedy="para quitarla de la vista: movilidad release withdraw",
            )
    return _decide(publicacion_id, [given_by(user, decision, note, rules, now) for user in users], rules, now)


def require_no_objection(connection: Connection, release: Release) -> None:
    """An error if a draft waits for a sign-off, was held or rejected, or does not say what was decided.

    Raises:
        DataError: the first two; deciding otherwise helps.
    """
    candidate = load(release.candidate_id)
    last = standing(connection, candidate.undecided.sha256)
    if last is None:
        return
    if not last.publishes:
        raise DataError(
            f"no puede salir: {last.told}",
            place=release.publicacion_id,
            remedy="decida en la tarea «Visto bueno» de Airflow, o con «movilidad release decide»",
        )
    if last.approval != candidate.visto_bueno:
        raise DataError(
            "el borrador no dice todavía lo que se decidió",
            place=release.publicacion_id,
            remedy="repita «Aplicar decisión»",
        )


def require_decided(connection: Connection, release: Release) -> None:
    """A NotYetError if a draft is held or rejected: the run ends well, and a further decision goes on."""
    last = standing(connection, load(release.candidate_id).undecided.sha256)
    if last and not last.publishes:
        raise NotYetError(
            f"no se publica: {last.told}",
            place=release.publicacion_id,
            remedy="para decidir otra vez, limpie la tarea «Decidir» con las que le siguen",
        )


def _decide(publicacion_id: str, answers: Sequence[Answer], rules: Signatories, now: datetime) -> str:
    with warehouse(Role.PUBLISH).begin() as connection:
        release = find(connection, publicacion_id)
        if release.was_seen:
            return publicacion_id
        candidate = load(release.candidate_id)
        draft = candidate.undecided.sha256
        if answers:
            decision, note, signed = outcome(answers, rules)
            known = motives(_odd(candidate))
            keep_decision(connection, Decision(publicacion_id, draft, decision, note, signed, known), now)
        last = standing(connection, draft)
    if last is None or last.decision == PENDING:
        raise DataError(
            "nadie ha decidido",
            place=publicacion_id,
            remedy="limpie la tarea «Decidir» con las que le siguen",
        )
    return _saying(candidate, last, now) if last.publishes else publicacion_id


def _odd(candidate: Candidate) -> list[OpenFinding]:
    return open_warnings(candidate.periodo, examined_for(candidate))


def _saying(candidate: Candidate, decision: Decision, now: datetime) -> str:
    """Write the draft again so that it says what was decided; nothing if it does."""
    if candidate.visto_bueno == decision.approval:
        return decision.publicacion_id
    day = max(candidate.fecha_publicacion, now.astimezone(TZ).date())
    signed = keep(replace(candidate, visto_bueno=decision.approval, fecha_publicacion=day))
    for stage in (TABLES, PROTECTED):
        source, target = (folder_of(each.candidate_id) / stage for each in (candidate, signed))
        if not target.is_dir():
            with new_folder(target) as folder:
                shutil.copytree(source, folder, dirs_exist_ok=True)
    if not (folder_of(candidate.candidate_id) / DRAFT).is_dir():
        raise DataError("falta el borrador", place=decision.publicacion_id, remedy="repita «Redactar»")
    return audit_draft(render(signed.candidate_id))
