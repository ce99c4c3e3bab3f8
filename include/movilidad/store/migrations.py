"""The warehouse's schema, moved forward by the SQL files of ``include/sql/migraciones`` in order of name."""

import hashlib

from sqlalchemy import Connection, Engine, text

from movilidad.model import paths
from movilidad.model.errors import DataError

_LOCK = 7_206_100  # any constant: keeps two migrations of one database apart


def migrate(engine: Engine) -> list[str]:
    """Apply what is missing, all or nothing; give the names of the files applied.

    A DataError says so when a file already applied has been changed since.
    """
    files = sorted((paths.SQL / "migraciones").glob("*.sql"))
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        applied = _applied(connection)
        done = []
        for file in files:
            script = file.read_text(encoding="utf-8")
            digest = hashlib.sha256(script.encode()).hexdigest()
            if file.name in applied:
                if applied[file.name] != digest:
                    raise DataError(
                        "una migración ya aplicada cambió después",
                        place=file.name,
                        remedy="restituya el archivo y escriba el cambio en una migración nueva",
                    )
                continue
            connection.exec_driver_sql(script)
            connection.execute(
                text("INSERT INTO migraciones (archivo, sha256) VALUES (:name, :digest)"),
                {"name": file.name, "digest": digest},
            )
            done.append(file.name)
    return done


def _applied(connection: Connection) -> dict[str, str]:
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS migraciones (archivo text PRIMARY KEY, sha256 text NOT NULL)")
    )
    found = connection.execute(text("SELECT archivo, sha256 FROM migraciones"))
    return {row.archivo: row.sha256 for row in found}
