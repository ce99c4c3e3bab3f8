"""Whether the attacker's audit passed a release, in words."""

from dataclasses import dataclass

from sqlalchemy import Connection

from movilidad.alerts import incidents
from movilidad.alerts.words import sentence
from movilidad.desk.standing import Standing
from movilidad.publishing.audit_record import Audit, audit_of
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.register import Release


@dataclass(frozen=True)
class AuditTold:
    """The outcome, and what was attacked where that is recorded."""

    estado: Standing
    atacado: Audit | None


def audit_told(connection: Connection, release: Release, candidate: Candidate | None) -> AuditTold:
    """What is known of the audit of a release."""
    found = audit_of(candidate) if candidate else None
    if found:
        return AuditTold(Standing("Aprobada", "bien"), found)
    failed = ("tarea_fallida", f"informe_{release.serie}/auditar", release.periodo)
    for incident in incidents.open_of(connection, [failed]):
        return AuditTold(Standing("No aprobada", "mal", sentence(incident.que)), None)
    if release.was_seen:
        return AuditTold(Standing("Aprobada", "bien", "Sin ella no habría salido."), None)
    return AuditTold(Standing("Pendiente", "espera", "Sin ella no se publica."), None)
