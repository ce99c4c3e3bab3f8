"""Which program made a release: its version and the hash of everything that shapes a figure or a page."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import movilidad
from movilidad.model import office, paths


@dataclass(frozen=True)
class CodeVersion:
    """Version of the package, and SHA-256 over its files (code, SQL, templates, code lists, expectations),
    those of the office (``movilidad.model.office``) among them."""

    version: str
    sha256: str


@lru_cache
def code_version() -> CodeVersion:
    """The version of the running program; its files are read once per process."""
    # the lock pins the libraries that draw pages and write numbers, so it belongs to the program
    # these say when and who, not what: a changed date or person is no other program
    people = {paths.CALENDAR, paths.ALERTS, paths.SIGNATORIES, paths.EVALUATION}
    shipped = [
        *(file for file in paths.files_below(paths.INCLUDE) if file not in people),
        *paths.files_below(paths.EXPECTATIONS),
        paths.PROJECT / "requirements.lock",
    ]
    named = {file.relative_to(paths.PROJECT).as_posix(): file for file in shipped if file.is_file()}
    named |= {f"oficina/{name}": file for name, file in office.own_files().items()}
    digest = hashlib.sha256()
    for name, file in named.items():
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{name}\0{content}\n".encode())
    return CodeVersion(movilidad.__version__, digest.hexdigest())
