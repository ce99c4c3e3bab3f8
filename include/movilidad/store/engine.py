"""The connection to the warehouse, with no more rights than the work needs."""

import logging
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine, event

from movilidad.model.settings import get_settings
from movilidad.store.roles import Role, take

_log = logging.getLogger(__name__)


@lru_cache
def engine_for(url: str, role: Role | None = None) -> Engine:
    """One engine per URL, role and process."""
    engine = create_engine(url, pool_pre_ping=True)
    if role:
        event.listen(engine, "connect", lambda connection, _: _enter(connection, role))
    return engine


def warehouse(role: Role | None = None) -> Engine:
    """The warehouse of this deployment (setting ``bodega``), in a role.

    Without a role it has all the rights of the login: for migrations, backups and keys alone.
    """
    return engine_for(get_settings().warehouse_url(), role)


def _enter(connection: Any, role: Role) -> None:
    if not take(connection, role):
        _log.warning(
            "la bodega no tiene el rol «%s» para esta cuenta; se trabaja con los derechos de la cuenta."
            " Qué hacer: «movilidad migrate» dice cómo crearlo",
            role,
        )
