"""The connection to the warehouse, with no more rights than the work needs."""

from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine, event

from movilidad.model.settings import get_settings


class Role(StrEnum):
    """Database roles of the warehouse; ``include/sql/roles.sql`` says what each may do."""

    INGEST = "movilidad_ingesta"
    STATISTICS = "movilidad_estadistica"
    PUBLISH = "movilidad_publicacion"
    WATCH = "movilidad_vigilancia"
    READ = "movilidad_consulta"
    ANALYST = "movilidad_analisis"


@lru_cache
def engine_for(url: str, role: Role | None = None) -> Engine:
    """One engine per URL, role and process."""
    engine = create_engine(url, pool_pre_ping=True)
    if role:
        event.listen(engine, "connect", lambda connection, _: _take(connection, role))
    return engine


def warehouse(role: Role | None = None) -> Engine:
    """The warehouse of this deployment (setting ``bodega``), in a role; without one as whoever logs in."""
    return engine_for(get_settings().warehouse_url(), role)


def _take(connection: Any, role: Role) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    connection.commit()
