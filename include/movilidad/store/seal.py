"""Pseudonyms as they are kept: under the seal of the key, so that the key can be rotated.

In memory a pseudonym is the one that its root gives, and a snapshot's name is the hash of that. On the disk and in
the core it stands sealed (AES-256, a block each): equal ones stay equal, whatever the seal.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
from sqlalchemy import Connection, Engine, text

from movilidad.model.errors import UsageError
from movilidad.model.pseudonym_key import PseudonymKey, fingerprint
from movilidad.model.settings import get_settings

#: whoever writes pseudonyms shares it; whoever gives them another seal holds it alone
LOCK = 7_206_102
_ROOT_LOCK = 7_206_105  # of those who note a root
_ROOT = "raiz"  # among the seals: by which root, with salt and fingerprint
_DIGITS = 32
_PSEUDONYM = rf"[0-9a-f]{{{_DIGITS}}}"


def sealed(values: pd.Series, key: PseudonymKey) -> pd.Series:
    """The texts with every pseudonym among them sealed; whatever is none stays."""
    return _translated(values, key.seal, opening=False)


def opened(values: pd.Series, key: PseudonymKey) -> pd.Series:
    """What ``sealed`` was given."""
    return _translated(values, key.seal, opening=True)


def pseudonym_columns(names: Sequence[str]) -> list[str]:
    """Those columns of a snapshot's table with pseudonyms: beside each stands what is said of the identifier."""
    return [name for name in names if f"{name}_estado" in names]


def seal_in_force(connection: Connection) -> str:
    """By ``seal_id``, the seal under which the core's pseudonyms stand."""
    query = text("SELECT sello FROM control.sellos WHERE sello NOT LIKE :root ORDER BY orden DESC LIMIT 1")
    return str(connection.scalar(query, {"root": f"{_ROOT}:%"}) or "")


def require_key_in_force(connection: Connection) -> PseudonymKey:
    """This process's key, and nobody rotates it until the transaction ends.

    A UsageError if it is another one than the warehouse's: the same person would be two.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": LOCK})
    key = get_settings().pseudonym_key()
    if key.seal_id != seal_in_force(connection):
        raise UsageError(
            "la clave de los seudónimos de este proceso no es la que está vigente en la bodega",
            remedy="si la clave se acaba de cambiar, ponga la nueva en MOVILIDAD_CLAVE_SEUDONIMOS y reinicie los"
            " servicios; si el cambio se interrumpió, repita «movilidad keys rotate»",
        )
    require_root(connection, key)
    return key


def require_root(connection: Connection, key: PseudonymKey) -> None:
    """A UsageError if the warehouse's pseudonyms come of another root; the first one that comes is noted."""
    noted = _root_noted(connection)
    if noted is None:
        # of two that come first, the second waits and finds what the first noted
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ROOT_LOCK})
        noted = _root_noted(connection) or _note_root(connection, key)
    _, salt, known = noted.split(":")
    if fingerprint(key.root, bytes.fromhex(salt)) != known:
        raise UsageError(
            "la clave de los seudónimos de este proceso no es la de los registros de la bodega; con otra clave"
            " cada persona pasaría a ser otra",
            remedy="ponga en MOVILIDAD_CLAVE_SEUDONIMOS la clave con que se cargaron, sin cambiarle nada, y"
            " reinicie los servicios; si vive en la carpeta del programa, restituya del respaldo"
            " «secretos/clave_seudonimos»",
        )


@contextmanager
def key_kept(engine: Engine) -> Iterator[None]:
    """Nobody rotates the key meanwhile."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock_shared(:lock)"), {"lock": LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock_shared(:lock)"), {"lock": LOCK})


def _root_noted(connection: Connection) -> str | None:
    query = text("SELECT sello FROM control.sellos WHERE sello LIKE :root ORDER BY orden LIMIT 1")
    found: str | None = connection.scalar(query, {"root": f"{_ROOT}:%"})
    return found


def _note_root(connection: Connection, key: PseudonymKey) -> str:
    salt = secrets.token_bytes(16)
    note = f"{_ROOT}:{salt.hex()}:{fingerprint(key.root, salt)}"
    connection.execute(text("INSERT INTO control.sellos (sello) VALUES (:note)"), {"note": note})
    return note


def _translated(values: pd.Series, seal: bytes, *, opening: bool) -> pd.Series:
    if not seal or values.empty:
        return values
    texts = values.astype("str")
    which = texts.str.fullmatch(_PSEUDONYM).fillna(value=False).to_numpy(dtype=bool)
    if not which.any():
        return values
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # only a rotated key needs it

    # one block each, of what nobody can tell from chance: equal ones have to stay equal
    cipher = Cipher(algorithms.AES(seal), modes.ECB())  # noqa: S305 - single blocks, as said above
    work = cipher.decryptor() if opening else cipher.encryptor()
    digits = work.update(bytes.fromhex("".join(texts[which]))).hex()
    parts = [digits[start : start + _DIGITS] for start in range(0, len(digits), _DIGITS)]
    result = texts.copy()
    result[which] = pd.array(parts, dtype="str")
    return result
