"""Which program made a release: its version and the hash of everything that shapes a figure or a page."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import movilidad
from movilidad.model import paths


@dataclass(frozen=True)
class CodeVersion:
    """Version of the package, and SHA-256 over its files (code, SQL, templates, code lists, expectations)."""

    version: str
    sha256: str


@lru_cache
def code_version() -> CodeVersion:
    """The version of the running program; its files are read once per process."""
    # the lock pins the libraries that draw pages and write numbers, so it belongs to the program
    # these say when and who, not what: a changed date or person is no other program
    people = {paths.CALENDAR, paths.ALERTS, paths.SIGNATORIES, paths.EVALUATION}
    files = [
        *(file for file in _files(paths.INCLUDE) if file not in people),
        *_files(paths.EXPECTATIONS),
        paths.PROJECT / "requirements.lock",
    ]
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(paths.PROJECT).as_posix()}\0{content}\n".encode())
    return CodeVersion(movilidad.__version__, digest.hexdigest())


def _files(folder: Path) -> list[Path]:
    """Files of a folder in order of their paths, without caches and hidden files."""
    files = [file for file in folder.rglob("*") if file.is_file() and not _passing(file.relative_to(folder))]
    return sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def _passing(path: Path) -> bool:
    return any(part == "__pycache__" or part.startswith(".") or part.endswith("~") for part in path.parts)
