"""Withdrawing a release: its figures go, the fact and the reason stay.

The register comes first, so that whoever is killed in between is finished by the next call. The cells stay in the
ledger: the protection of later releases reckons with everything that was ever seen.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from movilidad.model.errors import UsageError
from movilidad.publishing.explanation import told
from movilidad.publishing.locks import exclusive
from movilidad.publishing.places import public_folder
from movilidad.publishing.register import WITHDRAWN, discard_drafts, enter_published, find, parse_id
from movilidad.publishing.standing import settle
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def withdraw(publicacion_id: str, reason: str, approver: str, now: datetime) -> Path:
    """Put a tombstone in the place of a public release and give its folder.

    ``latest`` then leads to the newest revision that was not withdrawn, or disappears. Twice is the same as once:
    date, reason and office of the first time count.

    Args:
        publicacion_id: ``mensual/2026-10/r1``.
        reason: for readers; approver: an office or a post, never a person's name.

    Raises:
        UsageError: there is no such release, it was never public, or a text is missing or too long.
    """
    reason, approver = told(reason, "el motivo"), told(approver, "quién aprueba (cargo u oficina)")
    series, month, _ = parse_id(publicacion_id)
    engine = warehouse(Role.PUBLISH)
    with exclusive(engine, f"{series}/{month}"):
        with engine.begin() as connection:
            release = find(connection, publicacion_id)
            if not release.was_seen:
                raise UsageError(
                    f"«{publicacion_id}» no es pública: es un borrador",
                    remedy="un borrador no se retira; sin publicarlo, nadie lo ve",
                )
            if not release.is_withdrawn:
                enter_published(connection, publicacion_id, now)
                _enter_withdrawn(connection, publicacion_id, reason, approver, now)
                discard_drafts(connection, series, month)  # they tell what they change in it
        settle(engine, series, month, now)
    return public_folder(publicacion_id)


def _enter_withdrawn(
    connection: Connection, publicacion_id: str, reason: str, approver: str, now: datetime
) -> None:
    given = {"id": publicacion_id, "reason": reason, "approver": approver, "now": now, "state": WITHDRAWN}
    connection.execute(
        text(
            "INSERT INTO control.retiros (publicacion_id, motivo, aprobada_por, retirada)"
            " VALUES (:id, :reason, :approver, :now)"
        ),
        given,
    )
    connection.execute(text("UPDATE control.publicaciones SET estado = :state WHERE publicacion_id = :id"), given)
