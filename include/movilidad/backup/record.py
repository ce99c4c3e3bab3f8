"""What a backup is: one file that names the contents it is made of by their hashes, and is named by its own."""

import hashlib
from datetime import datetime
from pathlib import Path, PurePosixPath

from pydantic import ValidationError, field_validator

from movilidad.backup.key import KeyPrint
from movilidad.model.atomic import write_file
from movilidad.model.errors import DataError
from movilidad.model.periods import TZ
from movilidad.model.strict import Strict

_FOLDER = "respaldos"


class Entry(Strict):
    """A file by its path in a folder (``sha256`` and size of its content), or a link to ``enlace``."""

    ruta: str
    sha256: str = ""
    bytes: int = 0
    enlace: str = ""

    @field_validator("ruta", "enlace")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        if PurePosixPath(value).is_absolute() or ".." in PurePosixPath(value).parts:
            raise ValueError("leads out of its folder")
        return value


class Dump(Strict):
    """A database as ``pg_dump`` wrote it: name, user, server (its system identifier and version), the file."""

    base: str
    usuario: str
    sistema: str
    version: int
    archivo: Entry


class Continuous(Strict):
    """What leads to any moment after this backup, and from the one before up to it.

    Attributes:
        sistema, version: the server, as in ``Dump``.
        termino: from then on the base stands for the server; moments after it can be reached from it.
        base: the server's folder as ``pg_basebackup`` packed it.
        wal: the segments of its log since the backup before.
    """

    sistema: str
    version: int
    termino: datetime
    base: list[Entry]
    wal: list[Entry]


class Backup(Strict):
    """One backup.

    Attributes:
        momento: what the warehouse knew then is what it holds; its files are of then or a little later.
        programa: version and hash of the program that it was taken by.
        publicaciones: how many releases readers could see.
        clave: fingerprint of the key of the pseudonyms; None if there was none yet.
        bases: the dump of each database: ``bodega``, ``airflow``.
        continuo: None where the server does not let the program have it; ``sin_continuo`` says why.
        carpetas: files of the program's folder (``carpeta``) and of the publication folder (``publicaciones``).
    """

    momento: datetime
    programa: tuple[str, str]
    publicaciones: int
    clave: KeyPrint | None = None
    bases: dict[str, Dump]
    continuo: Continuous | None = None
    sin_continuo: str = ""
    carpetas: dict[str, list[Entry]]

    @property
    def name(self) -> str:
        """``2026-11-29T10:00:05``, Guatemala's time."""
        return f"{self.momento.astimezone(TZ):%Y-%m-%dT%H:%M:%S}"

    def files(self) -> list[Entry]:
        """Every file of the two folders that has a content."""
        return [each for entries in self.carpetas.values() for each in entries if not each.enlace]

    def entries(self) -> list[Entry]:
        """Everything that has a content."""
        log = [*self.continuo.base, *self.continuo.wal] if self.continuo else []
        return [*self.files(), *(dump.archivo for dump in self.bases.values()), *log]


def write_backup(folder: Path, backup: Backup) -> None:
    """Let a backup be there, in one step, after everything that it names."""
    content = (backup.model_dump_json(exclude_defaults=True, indent=0) + "\n").encode()
    name = f"{backup.name.replace(':', '')}_{hashlib.sha256(content).hexdigest()}.json"
    write_file(folder / _FOLDER / name, content)


def backups_in(folder: Path) -> list[Backup]:
    """The backups of a folder, oldest first; a DataError if one is not as it was written."""
    files = sorted((folder / _FOLDER).glob("[0-9]*.json"))
    return sorted((_read(file) for file in files), key=lambda backup: backup.momento)


def _read(file: Path) -> Backup:
    content = file.read_bytes()
    try:
        if hashlib.sha256(content).hexdigest() != file.stem.rpartition("_")[2]:
            raise ValueError("not what was written")
        return Backup.model_validate_json(content)
    except (ValidationError, ValueError):
        raise DataError(
            "este respaldo está dañado: su contenido no corresponde a su nombre",
            place=f"{_FOLDER}/{file.name[:17]}…",
            remedy="saque ese archivo de la carpeta y repita; quedan los demás respaldos",
        ) from None
