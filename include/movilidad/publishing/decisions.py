"""The register of decisions, table ``control.decisiones_publicacion``: the newest one of a draft counts."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from movilidad.model.periods import TZ, Month
from movilidad.publishing.approval import HOLD, PENDING, PUBLISHES, REJECT, Approval, Signature
from movilidad.quality.findings.finding import OpenFinding

Motive = tuple[str, str, str, str]

_COLUMNS = "publicacion_id, borrador, decision, nota, firmas, motivos, registrada"
_NAMED = {
    PENDING: "espera visto bueno",
    "automatica": "sale sin intervención",
    "publicar": "publicar",
    "publicar_con_nota": "publicar con nota",
    HOLD: "retenida",
    REJECT: "rechazada",
}


@dataclass(frozen=True)
class Signed:
    """Who decided: the user (for the office alone), what readers are told of him, the instant in ISO form."""

    usuario: str
    quien: str
    momento: str


@dataclass(frozen=True)
class Decision:
    """One decision about a draft.

    Attributes:
        borrador: hash of what the draft is made of, apart from decisions.
        motivos: what was open when it was decided: source, period, subject, how much.
    """

    publicacion_id: str
    borrador: str
    decision: str
    nota: str = ""
    firmas: tuple[Signed, ...] = ()
    motivos: tuple[Motive, ...] = ()
    registrada: datetime | None = None

    @property
    def publishes(self) -> bool:
        return self.decision in PUBLISHES

    @property
    def objects(self) -> bool:
        """Whether somebody, or the term, said that it must not come out."""
        return self.decision in {HOLD, REJECT}

    @property
    def approval(self) -> Approval:
        """What the release says of it."""
        return Approval(
            self.decision, self.nota, tuple(Signature(each.quien, each.momento) for each in self.firmas)
        )

    def covers(self, motives: Iterable[Motive]) -> bool:
        """Whether whoever decided knew all of this."""
        return set(motives) <= set(self.motivos)

    def same_as(self, other: "Decision | None") -> bool:
        """Whether both say the same, whenever they were recorded."""
        return other is not None and self._said == other._said

    @property
    def _said(self) -> tuple[Any, ...]:
        return self.borrador, self.decision, self.nota, self.firmas, set(self.motivos)

    @property
    def told(self) -> str:
        """``retenida, 13 de noviembre de 2026, 10:05 (Jefatura …)``."""
        when = f", {moment_told(self.registrada)}" if self.registrada else ""
        by = ", ".join(each.quien for each in self.firmas)
        return f"{_NAMED[self.decision]}{when}{f' ({by})' if by else ''}"


def moment_told(moment: datetime) -> str:
    """``13 de noviembre de 2026, 10:05``."""
    local = moment.astimezone(TZ)
    return f"{local.day} de {Month.of(local).label}, {local:%H:%M}"


def motives(findings: Iterable[OpenFinding]) -> tuple[Motive, ...]:
    """What names open findings in a decision."""
    return tuple((each.fuente, each.periodo, each.hallazgo.asunto, each.hallazgo.cuanto) for each in findings)


def keep_decision(connection: Connection, decision: Decision, now: datetime) -> None:
    """Record a decision; the same again changes nothing."""
    if decision.same_as(standing(connection, decision.borrador)):
        return
    connection.execute(
        text(
            "INSERT INTO control.decisiones_publicacion"
            " (publicacion_id, borrador, decision, nota, firmas, motivos, registrada)"
            " VALUES (:id, :draft, :decision, :note, CAST(:signed AS jsonb), CAST(:motives AS jsonb), :now)"
        ),
        {
            "id": decision.publicacion_id,
            "draft": decision.borrador,
            "decision": decision.decision,
            "note": decision.nota,
            "signed": json.dumps([asdict(each) for each in decision.firmas], ensure_ascii=False),
            "motives": json.dumps(decision.motivos, ensure_ascii=False),
            "now": now,
        },
    )


def standing(connection: Connection, draft: str) -> Decision | None:
    """The decision about a draft that counts."""
    return next(iter(_read(connection, "borrador = :key", draft)), None)


def decisions_about(connection: Connection, publicacion_id: str) -> list[Decision]:
    """All decisions about a release and its earlier drafts, newest first."""
    return _read(connection, "publicacion_id = :key", publicacion_id)


def newest_decisions(connection: Connection) -> dict[str, Decision]:
    """The newest decision about each release that ever was decided about, also in an earlier draft of it."""
    query = text(
        f"SELECT DISTINCT ON (publicacion_id) {_COLUMNS} FROM control.decisiones_publicacion"
        " ORDER BY publicacion_id, orden DESC"
    )
    return {row["publicacion_id"]: _as_decision(row) for row in connection.execute(query).mappings()}


def _read(connection: Connection, condition: str, key: str) -> list[Decision]:
    query = text(f"SELECT {_COLUMNS} FROM control.decisiones_publicacion WHERE {condition} ORDER BY orden DESC")
    return [_as_decision(row) for row in connection.execute(query, {"key": key}).mappings()]


def _as_decision(row: RowMapping) -> Decision:
    return Decision(
        **{
            **row,
            "firmas": tuple(Signed(**each) for each in row["firmas"]),
            "motivos": tuple((str(a), str(b), str(c), str(d)) for a, b, c, d in row["motivos"]),
        }
    )
