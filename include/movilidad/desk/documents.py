"""The files of a release that the desk shows: those that its manifest lists, and nothing else."""

from dataclasses import dataclass
from pathlib import Path

from movilidad.desk.viewer import Viewer
from movilidad.model.errors import DataError
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.register import Release
from movilidad.publishing.release_state import files_of
from movilidad.quality.findings.titles import title_of_examined

_REPORTS = (
    ("informe.html", "Página"),
    ("informe.pdf", "PDF"),
    ("informe.en.html", "Página en inglés"),
    ("informe.en.pdf", "PDF en inglés"),
)
_TABLES = "datos/"


@dataclass(frozen=True)
class Document:
    """A file of a release: its path within it, what it is called, its size in bytes."""

    ruta: str
    titulo: str
    bytes: int


def may_see(release: Release, viewer: Viewer) -> bool:
    """Whether a viewer may see the figures of a release: what is public, or whoever acts."""
    return viewer.actua or release.is_public


def documents(release: Release) -> tuple[list[Document], list[Document]]:
    """The reports of a release, and its tables as CSV; none where its files are gone or damaged."""
    sizes = _listed(files_of(release))
    reports = [Document(path, title, sizes[path]) for path, title in _REPORTS if path in sizes]
    reports += _apart(sizes)
    tables = [
        Document(path, path.removeprefix(_TABLES), size)
        for path, size in sizes.items()
        if path.startswith(_TABLES) and path.endswith(".csv")
    ]
    return reports, tables


def file_of(release: Release, path: str) -> Path | None:
    """The file of a release at a path within it; None if the release has no such file."""
    folder = files_of(release).resolve()
    if path not in _listed(folder):
        return None
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder) and file.is_file() else None


def _apart(sizes: dict[str, int]) -> list[Document]:
    """The reports about a part of a release, which stand in a folder of its own: of evaluations, a platform."""
    titles = dict(_REPORTS)
    return [
        Document(path, f"{titles[name]}, {title_of_examined(folder)}", size)
        for path, size in sizes.items()
        for folder, _, name in [path.partition("/")]
        if name in titles
    ]


def _listed(folder: Path) -> dict[str, int]:
    try:
        return {str(each["ruta"]): int(each["bytes"]) for each in read_manifest(folder)["archivos"]}
    except (DataError, KeyError, TypeError, ValueError):
        return {}
