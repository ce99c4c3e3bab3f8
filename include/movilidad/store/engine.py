"""The connection to the warehouse."""

from functools import lru_cache

from sqlalchemy import Engine, create_engine

from movilidad.model.settings import get_settings


@lru_cache
def engine_for(url: str) -> Engine:
    """One engine per URL and process."""
    return create_engine(url, pool_pre_ping=True)


def warehouse() -> Engine:
    """The warehouse of this deployment (setting ``bodega``)."""
    return engine_for(get_settings().warehouse_url())
