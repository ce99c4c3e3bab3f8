"""Writing the portal's files: only what changed, and each file whole."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from movilidad.model import office, paths
from movilidad.model.atomic import PUBLIC, write_file
from movilidad.publishing.manifest import SUMS
from movilidad.publishing.series import FOLDER

STATE = ".portal.json"


@dataclass(frozen=True)
class Page:
    """A file of the portal.

    Attributes:
        path: in the publication folder.
        inputs: texts on which its bytes depend, besides the program: with the same ones it is not made again.
        make: its bytes.
    """

    path: str
    inputs: tuple[str, ...]
    make: Callable[[], bytes]


def bring_up_to_date(folder: Path, pages: Iterable[Page]) -> list[str]:
    """Write the pages whose inputs changed, remove those that are no longer there; give the paths written.

    What was written from which inputs stands in a hidden file of the folder, written last: whoever is killed in
    between makes a few pages once more.
    """
    known = _known(folder)
    now: dict[str, str] = {}
    written = []
    for page in pages:
        now[page.path] = _fingerprint(page)
        file = folder / page.path
        if known.get(page.path) == now[page.path] and file.is_file():
            continue
        content = page.make()
        if not file.is_file() or file.read_bytes() != content:
            write_file(file, content, PUBLIC)
            written.append(page.path)
    for path in sorted(known.keys() - now.keys()):
        (folder / path).unlink(missing_ok=True)
    if now != known:
        write_file(folder / STATE, (json.dumps(now, indent=0, sort_keys=True) + "\n").encode(), PUBLIC)
    return written


def series_are_current(folder: Path, series: str, inputs: Iterable[str]) -> bool:
    """Whether the joined files of a series were made of these inputs by this program."""
    marker, files = _marker(folder, series), folder / FOLDER / series
    is_there = marker.is_file() and (files / SUMS).is_file() and (files / "datapackage.json").is_file()
    return is_there and marker.read_text(encoding="utf-8") == _series_fingerprint(inputs)


def note_series(folder: Path, series: str, inputs: Iterable[str]) -> None:
    """Remember of what the joined files were made; called when they are complete."""
    write_file(_marker(folder, series), _series_fingerprint(inputs).encode(), PUBLIC)


def _marker(folder: Path, series: str) -> Path:
    return folder / FOLDER / f".{series}"


def _series_fingerprint(inputs: Iterable[str]) -> str:
    return hashlib.sha256("\0".join([_program(), *inputs]).encode()).hexdigest()


def _known(folder: Path) -> dict[str, str]:
    try:
        content = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return {str(path): str(text) for path, text in content.items() if _is_inside(str(path))}
    except (OSError, ValueError, AttributeError):
        return {}


def _is_inside(path: str) -> bool:
    """Whether a path names a page: never one outside of the folder, nor a file of a release."""
    parts = Path(path).parts
    return (
        bool(parts)
        and not Path(path).is_absolute()
        and ".." not in parts
        and not any(_is_revision(p) for p in parts)
    )


def _is_revision(part: str) -> bool:
    return part == "latest" or (part.startswith("r") and part[1:].isdigit())


def _fingerprint(page: Page) -> str:
    return hashlib.sha256("\0".join([_program(), page.path, *page.inputs]).encode()).hexdigest()


@lru_cache
def _program() -> str:
    """Hash of what makes the pages: these modules, the templates, the words of the codes, the methodology."""
    folders = [Path(__file__).parent, Path(__file__).parents[1] / "formats", paths.TEMPLATES / "portal"]
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.is_file()]
    files += [Path(__file__).parents[1] / name for name in ("series.py", "csv_text.py", "metadata.py")]
    files += [Path(__file__).parents[2] / "model" / "series.py"]
    files += [*sorted(paths.CODELISTS.glob("*.csv")), *office.own_files().values()]
    files += [paths.PROJECT / "docs" / "metodologia.md"]
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
