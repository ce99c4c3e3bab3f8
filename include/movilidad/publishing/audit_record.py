"""That a draft passed the attacker's audit, kept beside it: a draft that did not is never published."""

import json
from dataclasses import asdict, dataclass

from movilidad.model.atomic import write_file
from movilidad.model.errors import DataError
from movilidad.publishing.candidate import DRAFT_FOLDER, Candidate, folder_of
from movilidad.publishing.manifest import SUMS, sha256_of

_NAME = "auditoria.json"


@dataclass(frozen=True)
class Audit:
    """What was attacked and not found out.

    Attributes:
        celdas: cells of the draft, shown and hidden; ``ocultas`` those that are hidden.
        publicaciones: earlier releases of its year that the attacker had before him.
    """

    celdas: int
    ocultas: int
    publicaciones: int


def keep_audit(candidate: Candidate, found: Audit) -> None:
    """Record that the draft as it stands passed."""
    content = {"borrador_sha256": _draft(candidate), **asdict(found)}
    write_file(folder_of(candidate.candidate_id) / _NAME, (json.dumps(content, indent=1) + "\n").encode())


def audit_of(candidate: Candidate) -> Audit | None:
    """What the draft as it stands passed; None if it did not, or was written again since."""
    try:
        content = json.loads((folder_of(candidate.candidate_id) / _NAME).read_text(encoding="utf-8"))
        return Audit(**content) if content.pop("borrador_sha256") == _draft(candidate) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def require_audited(candidate: Candidate) -> None:
    """A DataError unless the draft passed the audit."""
    if audit_of(candidate) is None:
        raise DataError(
            "el borrador no ha pasado la auditoría del atacante",
            place=candidate.publicacion_id,
            remedy="repita «Auditar» en Airflow, o «movilidad release build»; si no aprueba, avise al equipo"
            " técnico",
        )


def _draft(candidate: Candidate) -> str:
    return sha256_of(folder_of(candidate.candidate_id) / DRAFT_FOLDER / SUMS)
