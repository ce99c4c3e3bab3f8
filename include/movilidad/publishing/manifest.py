"""The manifest of a release: all that is needed to make it again, and the hash of each of its files."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from movilidad.model.errors import DataError
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.metadata import DEMONSTRATION

NAME = "manifest.json"
SUMS = "SHA256SUMS"


def manifest(candidate: Candidate, huella: str, notes: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """The manifest of the files that ``folder`` holds now."""
    notice = {"aviso": DEMONSTRATION} if candidate.demostracion else {}
    return {
        "publicacion_id": candidate.publicacion_id,
        "revision": candidate.revision,
        "candidata_sha256": candidate.sha256,
        "demostracion": candidate.demostracion,
        **notice,
        **candidate.as_dict(),
        "huella": huella,
        "notas": dict(notes),
        "archivos": file_list(folder),
    }


def file_list(folder: Path) -> list[dict[str, Any]]:
    """Path, size and hash of every file that ``folder`` holds now."""
    return [
        {"ruta": name, "bytes": (folder / name).stat().st_size, "sha256": sha256_of(folder / name)}
        for name in files_of(folder)
    ]


def checksums(folder: Path) -> str:
    """The text of ``SHA256SUMS``, which ``sha256sum -c`` reads, for all other files of the folder."""
    return "".join(f"{sha256_of(folder / name)}  {name}\n" for name in files_of(folder) if name != SUMS)


def files_of(folder: Path) -> list[str]:
    """Paths of all files below a folder, relative to it, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def sha256_of(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release's folder; a DataError if it is missing or damaged."""
    try:
        content: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        _require(content, ("publicacion_id", "huella", "notas", "archivos", "entradas", "programa"))
    except (OSError, ValueError) as error:
        raise DataError(
            "el manifiesto de la publicación falta o está dañado",
            place="/".join([*folder.parts[-3:], NAME]),
            remedy="restituya la carpeta desde una copia",
        ) from error
    return content


def _require(content: object, names: Iterable[str]) -> None:
    if not isinstance(content, dict) or any(name not in content for name in names):
        raise ValueError("incomplete")
