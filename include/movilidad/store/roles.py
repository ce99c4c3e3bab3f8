"""The roles of the warehouse: what each part of the program may do there, enforced by PostgreSQL.

Nobody logs in with a role. The login of the deployment is a member of all of them, and each engine takes one right
after connecting. ``include/sql/roles/derechos.sql`` says what each may do.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text

from movilidad.model import paths
from movilidad.store.scripts import run_script


class Role(StrEnum):
    """What a part of the program does.

    INGEST brings records into the core, STATISTICS reads them, PUBLISH decides, keeps the ledger and makes public,
    WATCH measures the platforms and alerts, READ shows how everything stands, ANALYST sees what is public.
    """

    INGEST = "movilidad_ingesta"
    STATISTICS = "movilidad_estadistica"
    PUBLISH = "movilidad_publicacion"
    WATCH = "movilidad_vigilancia"
    READ = "movilidad_consulta"
    ANALYST = "movilidad_analisis"


# whether the login may take a role: older servers have no word for it but membership
_MAY_TAKE = """pg_has_role(r.oid, CASE WHEN current_setting('server_version_num')::int >= 160000
                                  THEN 'SET' ELSE 'MEMBER' END)"""
_TAKE = f"SELECT set_config('role', r.rolname, false) FROM pg_roles r WHERE r.rolname = %s AND {_MAY_TAKE}"
_USABLE = f"SELECT r.rolname FROM pg_roles r WHERE {_MAY_TAKE}"
_MAY_CREATE = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"


def take(connection: Any, role: Role) -> bool:
    """Let a connection of the driver have the rights of a role until it ends; False if it cannot."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, (str(role),))
        taken = cursor.fetchone() is not None
    connection.commit()
    return taken


def grant(connection: Connection) -> None:
    """Make the roles that are not there, if the login may, and say again what each may do.

    As long as one is missing no right is given to any: whoever would take it works with those of the login.
    """
    if connection.scalar(text(_MAY_CREATE)):
        run_script(connection, script("crear.sql"))
    if not missing(connection):
        run_script(connection, script("derechos.sql"))


def missing(connection: Connection) -> list[Role]:
    """The roles that the login may not take."""
    usable = set(connection.scalars(text(_USABLE)))
    return [role for role in Role if role not in usable]


def script(name: str) -> str:
    """One of ``include/sql/roles``."""
    return (paths.SQL / "roles" / name).read_text(encoding="utf-8")
