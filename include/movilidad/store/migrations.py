"""The warehouse's schema, moved forward by the SQL files of ``include/sql/migraciones`` in order of name."""

import hashlib
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from movilidad.model import paths
from movilidad.model.errors import DataError
from movilidad.store import roles
from movilidad.store.scripts import run_script

_LOCK = 7_206_100  # any constant: keeps two migrations of one database apart


def migrate(engine: Engine) -> list[str]:
    """Apply what is missing, all or nothing, and say again who may do what; give the names of the files applied.

    A DataError says so when the warehouse is of a newer program, when a file already applied was changed later and
    when one cannot be applied; the database then stays as it was.
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        applied = _applied(connection)
        files = _files()
        _require_known(applied, {file.name for file in files})
        done = []
        for file in files:
            script = file.read_text(encoding="utf-8")
            digest = _digest(script)
            if file.name in applied:
                if applied[file.name] != digest:
                    raise DataError(
                        "una migración ya aplicada cambió después",
                        place=file.name,
                        remedy="restituya el archivo y escriba el cambio en una migración nueva",
                    )
                continue
            try:
                run_script(connection, script)
            except DBAPIError as error:
                raise _failed(file.name, error) from None
            connection.execute(
                text("INSERT INTO migraciones (archivo, sha256) VALUES (:name, :digest)"),
                {"name": file.name, "digest": digest},
            )
            done.append(file.name)
        roles.grant(connection)
    return done


def differing(connection: Connection) -> list[str]:
    """In what the warehouse is not as this version wants it, by file: not applied, otherwise, or unknown."""
    there = connection.scalar(text("SELECT to_regclass('migraciones') IS NOT NULL"))
    applied = _recorded(connection) if there else {}
    wanted = {file.name: _digest(file.read_text(encoding="utf-8")) for file in _files()}
    return sorted({name for name, _ in applied.items() ^ wanted.items()})


def _files() -> list[Path]:
    return sorted((paths.SQL / "migraciones").glob("*.sql"))


def _digest(script: str) -> str:
    return hashlib.sha256(script.encode()).hexdigest()


def _applied(connection: Connection) -> dict[str, str]:
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS migraciones (archivo text PRIMARY KEY, sha256 text NOT NULL)")
    )
    return _recorded(connection)


def _recorded(connection: Connection) -> dict[str, str]:
    found = connection.execute(text("SELECT archivo, sha256 FROM migraciones"))
    return {row.archivo: row.sha256 for row in found}


def _require_known(applied: dict[str, str], known: set[str]) -> None:
    if newer := sorted(set(applied) - known):
        raise DataError(
            "la bodega es de una versión más nueva que este programa",
            place=newer[-1],
            remedy="ponga en marcha la versión nueva, o restaure el respaldo que se hizo antes de actualizar",
        )


def _failed(name: str, error: DBAPIError) -> DataError:
    """PostgreSQL's own sentence may hold values of records: only its code and the names of things are told."""
    diagnosis = getattr(error.orig, "diag", None)
    named = [getattr(diagnosis, part, None) for part in ("table_name", "constraint_name")]
    code = getattr(error.orig, "pgcode", None) or type(error.orig).__name__
    about = "".join(f", {each}" for each in named if each)
    return DataError(
        f"la migración no se pudo aplicar (PostgreSQL {code}{about}); la bodega quedó como estaba",
        place=name,
        remedy="siga con la versión anterior y envíe este mensaje al equipo técnico",
    )
