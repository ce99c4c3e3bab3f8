"""Rotating the key of the pseudonyms: all that is kept gets another seal, and nobody becomes another person.

The new key is on the disk before anything changes. The core changes in one transaction, each snapshot in one step,
and every one of them says which seal it has; so whoever was killed finishes by the same call. Until then whatever
writes pseudonyms is refused.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine, text

from movilidad.model.atomic import sync, write_file
from movilidad.model.errors import UsageError
from movilidad.model.pseudonym_key import PseudonymKey
from movilidad.model.settings import get_settings
from movilidad.store import audit_trail, snapshots
from movilidad.store.core import PERSON, copy_rows
from movilidad.store.seal import LOCK, opened, require_root, seal_in_force, sealed

_TABLES = """
SELECT table_name FROM information_schema.columns
WHERE table_schema = 'nucleo' AND column_name = :column ORDER BY table_name
"""


@dataclass(frozen=True)
class Rotated:
    """What was done: persons and snapshots under the new seal, and the file that holds the new key.

    Attributes:
        in_use: whether the deployment takes the key from that file already.
    """

    personas: int
    instantaneas: int
    archivo: Path
    in_use: bool


def rotate(engine: Engine, output: Path | None, who: str) -> Rotated:
    """Make a new key and put everything under its seal.

    Args:
        engine: with all rights of the login.
        output: the file for the new key, where a variable holds the one in use; where a file does, that one is
            replaced.
        who: for the audit trail.

    Raises:
        UsageError: a variable holds the key and there is no ``output``, or the other way round; the key in use is
            not the warehouse's.
        DataError: a snapshot is damaged.
    """
    key, pending = get_settings().pseudonym_key(), _place_of_new(output)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        require_root(connection, key)
        new = _new_key(pending, key)
        standing = seal_in_force(connection)
        if standing not in {key.seal_id, new.seal_id}:
            raise UsageError(
                "la clave de los seudónimos que hay aquí no es la que está vigente en la bodega",
                remedy="repita la orden con la clave vigente",
            )
        persons = stored = 0
        if standing != new.seal_id:
            persons = _translate(connection, key, new)
            stored = snapshots.reseal(key, new)
            connection.execute(text("INSERT INTO control.sellos (sello) VALUES (:id)"), {"id": new.seal_id})
            audit_trail.note(connection, who, "cambio de la clave de los seudónimos", new.seal_id)
    _sweep(engine)
    if output:
        return Rotated(persons, stored, output, in_use=False)
    kept = get_settings().pseudonym_key_file
    pending.replace(kept)
    sync(kept.parent)
    return Rotated(persons, stored, kept, in_use=True)


def _place_of_new(output: Path | None) -> Path:
    """Where the new key is written before anything changes."""
    settings = get_settings()
    if settings.clave_seudonimos.get_secret_value():
        if output is None:
            raise UsageError(
                "la clave está en MOVILIDAD_CLAVE_SEUDONIMOS, que esta orden no puede cambiar",
                remedy="agregue --output con el archivo en que dejar la nueva; después póngala en la variable",
            )
        return output
    if output is not None:
        raise UsageError(
            "la clave está en la carpeta del programa y ahí se cambia", remedy="repita la orden sin --output"
        )
    return settings.pseudonym_key_file.with_name(f"{settings.pseudonym_key_file.name}.nueva")


def _new_key(pending: Path, key: PseudonymKey) -> PseudonymKey:
    """The key that a killed run left, or a new one, on the disk either way."""
    if not pending.exists():
        write_file(pending, key.with_new_seal().text.encode())
    new = PseudonymKey.parse(pending.read_text().strip())
    if new.root != key.root or not new.seal or new == key:
        raise UsageError(
            "en el archivo de la clave nueva hay otra cosa",
            place=str(pending),
            remedy="indique un archivo que no exista",
        )
    return new


def _translate(connection: Connection, old: PseudonymKey, new: PseudonymKey) -> int:
    """Replace every person of the core; gives their number."""
    tables = connection.scalars(text(_TABLES), {"column": PERSON}).all()
    every = " UNION ".join(f"SELECT {PERSON} FROM nucleo.{table}" for table in tables)
    before = pd.Series(connection.scalars(text(every)).all(), dtype="str")
    words = pd.DataFrame({"antes": before, "ahora": sealed(opened(before, old), new)})
    connection.execute(
        text("CREATE TEMPORARY TABLE traduccion (antes text PRIMARY KEY, ahora text NOT NULL) ON COMMIT DROP")
    )
    copy_rows(connection, "pg_temp", "traduccion", words)
    connection.execute(text("ANALYZE traduccion"))
    for table in tables:
        connection.execute(
            text(f"UPDATE nucleo.{table} SET {PERSON} = ahora FROM traduccion WHERE {PERSON} = antes")
        )
    return len(words)


def _sweep(engine: Engine) -> None:
    """Free the rows as they were: under the old seal nothing shall stay in the tables."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in connection.scalars(text(_TABLES), {"column": PERSON}).all():
            connection.execute(text(f"VACUUM (FULL, ANALYZE) nucleo.{table}"))
