"""A database into a file and back, by PostgreSQL's own pg_dump and pg_restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from movilidad.backup.databases import connected, server_of
from movilidad.backup.programs import programs_for


@contextmanager
def frozen(url: URL) -> Iterator[tuple[Connection, datetime]]:
    """A connection that sees the database as it is now as long as it lives, and the moment by its clock."""
    with connected(url) as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection, connection.scalar(text("SELECT statement_timestamp()"))


def dump(url: URL, connection: Connection, target: Path) -> None:
    """Write the database, as a connection of ``frozen`` sees it, into the file ``target``."""
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    _, version = server_of(connection)
    programs_for(version).run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}", url=url)


def load(file: Path, url: URL) -> None:
    """Fill an empty database from such a file, all or nothing; everything belongs to the user of ``url``."""
    with connected(url) as connection:
        _, version = server_of(connection)
    programs_for(version).run(
        "pg_restore",
        *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
        f"--dbname={url.database}",
        file,
        url=url,
        may_tell=False,
    )
    with connected(url) as connection:
        connection.execute(text("ANALYZE"))
