"""Recording, before it is built, why the next revision of a period is made."""

from datetime import datetime

from sqlalchemy import Connection, text

from movilidad.model.errors import UsageError
from movilidad.publishing.explanation import PLANNED, Explanation, explanation
from movilidad.publishing.locks import exclusive
from movilidad.publishing.register import next_id, parse_id, releases
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def explain(period: str, kind: str, reason: str, approver: str, now: datetime) -> str:
    """Record why the next revision of ``mensual/2026-10`` is made; give that revision's id.

    Recording it again replaces what was said, as long as that revision is not public.

    Args:
        kind: ``revision`` or ``correccion``.
        reason: for readers; approver: an office or a post, never a person's name.

    Raises:
        UsageError: the period was never published, or a text is missing or too long.
    """
    given = explanation(kind, reason, approver)
    series, month, _ = parse_id(f"{period}/r1")
    engine = warehouse(Role.PUBLISH)
    with exclusive(engine, f"{series}/{month}"), engine.begin() as connection:
        if not any(found.was_seen for found in releases(connection, series, month)):
            raise UsageError(
                f"«{period}» no tiene ninguna publicación que revisar o corregir",
                remedy="la primera publicación no lleva motivo; «movilidad release list» muestra las que hay",
            )
        following = next_id(connection, series, month)
        connection.execute(
            text(
                "INSERT INTO control.explicaciones (publicacion_id, tipo, motivo, aprobada_por, registrada)"
                " VALUES (:id, :kind, :reason, :approver, :now) ON CONFLICT (publicacion_id) DO UPDATE SET"
                " tipo = EXCLUDED.tipo, motivo = EXCLUDED.motivo, aprobada_por = EXCLUDED.aprobada_por,"
                " registrada = EXCLUDED.registrada"
            ),
            {
                "id": following,
                "kind": given.tipo,
                "reason": given.motivo,
                "approver": given.aprobada_por,
                "now": now,
            },
        )
    return following


def explanation_of(connection: Connection, publicacion_id: str) -> Explanation:
    """Why this release is made: what was recorded, or else the first release or a planned revision."""
    recorded = recorded_explanation(connection, publicacion_id)
    if recorded:
        return recorded
    return Explanation() if parse_id(publicacion_id)[2] == 1 else PLANNED


def recorded_explanation(connection: Connection, publicacion_id: str) -> Explanation | None:
    """What somebody recorded about this release, if anybody did."""
    query = text("SELECT tipo, motivo, aprobada_por FROM control.explicaciones WHERE publicacion_id = :id")
    row = connection.execute(query, {"id": publicacion_id}).first()
    return Explanation(*row) if row else None
