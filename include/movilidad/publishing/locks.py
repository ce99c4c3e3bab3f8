"""One at a time: advisory locks of the warehouse, freed by the database when a process dies."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text


@contextmanager
def exclusive(engine: Engine, name: str) -> Iterator[None]:
    """Wait until nobody else works on ``name`` (``mensual/2026-10``), and keep others out meanwhile."""
    digest = hashlib.sha256(f"movilidad:{name}".encode()).digest()
    key = {"key": int.from_bytes(digest[:8], "big", signed=True)}
    # autocommit: a lock held for minutes must not hold a transaction open
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
