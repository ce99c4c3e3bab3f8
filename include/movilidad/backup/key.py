"""By which key the pseudonyms of a backup were made: enough to know it again, not enough to find it."""

import secrets

from movilidad.model.errors import UsageError
from movilidad.model.pseudonym_key import fingerprint
from movilidad.model.settings import get_settings
from movilidad.model.strict import Strict


class KeyPrint(Strict):
    """A fingerprint of the key.

    Attributes:
        contenida: whether the backup holds the key itself, in the program's folder.
        sal, huella: hexadecimal; the salt is another one in every backup.
    """

    contenida: bool
    sal: str
    huella: str

    def is_of(self, key: bytes) -> bool:
        return fingerprint(key, bytes.fromhex(self.sal)) == self.huella


def print_of_key() -> KeyPrint | None:
    """The fingerprint of this deployment's key; None if it has none. It is not made here."""
    settings = get_settings()
    written, kept = settings.clave_seudonimos.get_secret_value(), _kept_key()
    key = written.encode() or kept
    if not key:
        return None
    salt = secrets.token_bytes(16)
    return KeyPrint(contenida=key == kept, sal=salt.hex(), huella=fingerprint(key, salt))


def require_same_key(found: KeyPrint | None) -> None:
    """A UsageError unless this place will go on with the key of the backup."""
    written = get_settings().clave_seudonimos.get_secret_value().encode()
    if found is None or (found.contenida and not written) or (written and found.is_of(written)):
        return
    if not written:
        raise UsageError(
            "el respaldo no contiene la clave de los seudónimos y aquí no está definida",
            remedy="ponga en MOVILIDAD_CLAVE_SEUDONIMOS la clave con que se hizo el respaldo",
        )
    hint = "quite esa variable: la clave del respaldo vuelve con él" if found.contenida else "busque la otra clave"
    raise UsageError(
        "la clave de MOVILIDAD_CLAVE_SEUDONIMOS no es la del respaldo; con otra clave la misma persona sería otra",
        remedy=hint,
    )


def _kept_key() -> bytes:
    file = get_settings().pseudonym_key_file
    return file.read_text().strip().encode() if file.is_file() else b""
