"""What people answered when they were asked for a sign-off, and what it amounts to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import TZ
from movilidad.publishing.approval import OPTIONS, PUBLISH, WITH_NOTE
from movilidad.publishing.decisions import Signed
from movilidad.publishing.explanation import told
from movilidad.publishing.markdown import unmarked
from movilidad.publishing.signatories import SOMEBODY, Signatories

NOBODY = "Nadie: venció el plazo"
_AGAIN = "limpie la tarea «Visto bueno» y decida otra vez"


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        decision: ``publicar``, ``publicar_con_nota``, ``retener`` or ``rechazar``.
        usuario: who gave it; empty if nobody did in time.
        quien: what readers are told of him.
    """

    decision: str
    nota: str
    usuario: str
    quien: str
    momento: datetime

    @property
    def publishes(self) -> bool:
        return self.decision in {PUBLISH, WITH_NOTE}

    @property
    def signed(self) -> Signed:
        return Signed(self.usuario, self.quien, self.momento.astimezone(TZ).isoformat(timespec="seconds"))


def answer_of(payload: Mapping[str, Any], rules: Signatories) -> Answer:
    """An answer as Airflow's human-in-the-loop operators leave it.

    Raises:
        DataError: somebody answered who is no signatory.
    """
    (chosen,) = payload["chosen_options"]
    user = (payload.get("responded_by_user") or {}).get("id") or ""
    moment = payload["responded_at"]
    return Answer(
        decision=OPTIONS[chosen],
        nota=str((payload.get("params_input") or {}).get("nota") or ""),
        usuario=str(user),
        quien=_office(str(user), rules) if user else NOBODY,
        momento=datetime.fromisoformat(moment) if isinstance(moment, str) else moment,
    )


def given_by(user: str, decision: str, note: str, rules: Signatories, now: datetime) -> Answer:
    """An answer given outside of Airflow: by a signatory, or where nobody is named, by an office.

    Raises:
        UsageError: there is no such decision, or no office.
        DataError: somebody who is no signatory.
    """
    if decision not in OPTIONS.values():
        known = ", ".join(OPTIONS.values())
        raise UsageError(f"no existe la decisión «{decision}»", remedy=f"elija una de: {known}")
    office = _office(user, rules) if rules.firmantes else told(user, "quién decide (cargo u oficina)")
    return Answer(decision, note, user, office, now)


def outcome(answers: Sequence[Answer], rules: Signatories) -> tuple[str, str, tuple[Signed, ...]]:
    """What the answers amount to: decision, note, signatures. One objection is enough.

    Raises:
        UsageError: a note was chosen and is missing or too long.
        DataError: two persons must sign, and only one did.
    """
    for number, answer in enumerate(answers, start=1):
        if not answer.publishes:
            return answer.decision, "", tuple(each.signed for each in answers[:number])
    if rules.dos_personas:
        _require_two(answers)
    else:
        answers = answers[:1]
    note = next((told(each.nota, "la nota") for each in answers if each.decision == WITH_NOTE), "")
    return WITH_NOTE if note else PUBLISH, note, tuple(each.signed for each in answers)


def first_said(payload: Mapping[str, Any]) -> str:
    """What the first of two answered, in Markdown, for the second; empty if there is nothing to second."""
    (chosen,) = payload["chosen_options"]
    if OPTIONS[chosen] not in {PUBLISH, WITH_NOTE}:
        return ""
    note = str((payload.get("params_input") or {}).get("nota") or "")
    return f"**Primera firma: {chosen}.**{f' Nota: {unmarked(note)}' if note else ''}"


def _office(user: str, rules: Signatories) -> str:
    found = rules.office_of(user)
    if rules.firmantes and found is None:
        raise DataError(
            "respondió alguien que no está entre los firmantes",
            place="visto_bueno.yml",
            remedy=f"{_AGAIN}, o añádalo a los firmantes",
        )
    return found or SOMEBODY


def _require_two(answers: Sequence[Answer]) -> None:
    if len({each.usuario for each in answers if each.usuario}) < 2:
        raise DataError(
            "para publicar tienen que firmar dos personas distintas, y firmó una",
            remedy="limpie la tarea «Segundo visto bueno» para que decida otra persona",
        )
