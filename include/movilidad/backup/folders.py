"""The files of a deployment: which belong into a backup, copied while nobody changes them, and put back."""

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

from sqlalchemy import Engine

from movilidad.backup.record import Entry
from movilidad.backup.store import Store
from movilidad.model.atomic import make_folder
from movilidad.model.errors import UsageError
from movilidad.model.series import SERIES
from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import series_and_period
from movilidad.publishing.locks import exclusive

OWN, PUBLISHED = "carpeta", "publicaciones"

# the embedded server's own folder (its databases are dumped), what processes print, who runs now
_LEFT_OUT = {"postgres", "registros", "estado.json", "airflow/logs"}


def copy_files(store: Store, engine: Engine) -> dict[str, list[Entry]]:
    """Keep every file of both folders; each part while nobody publishes or withdraws in it."""
    own, published = get_settings().carpeta, get_settings().publicaciones
    return {
        # what is withdrawn meanwhile moves from the public to the other folder
        PUBLISHED: list(_copied(store, engine, published, _periods(published), "portal")),
        OWN: list(_copied(store, engine, own, {**_candidates(own), **_periods(own, "retiradas/")}, "")),
    }


def require_empty_folders() -> None:
    """A UsageError if one of the folders that a restore fills holds anything."""
    for folder in (get_settings().carpeta, get_settings().publicaciones):
        if folder.is_dir() and (found := sorted(path.name for path in folder.iterdir())):
            raise UsageError(
                f"la carpeta no está vacía: hay {len(found):,} archivos o carpetas en ella, como «{found[0]}»",
                place=str(folder),
                remedy="se restaura solo en carpetas vacías; indique otras, o aparte lo que hay",
            )


def require_apart(folder: Path) -> None:
    """A UsageError if a folder of backups lies within what it shall keep."""
    for kept in (get_settings().carpeta, get_settings().publicaciones):
        if folder.resolve().is_relative_to(kept.resolve()):
            raise UsageError(
                f"la carpeta de respaldos no puede estar dentro de {kept}",
                remedy="indique una en otro disco o en otro servidor",
            )


def put_back(
    store: Store, entries: list[Entry], folder: Path, mode: int, wanted: Callable[[str], bool] = lambda path: True
) -> None:
    """Put the files back whose paths are wanted; folders and files get ``mode``."""
    make_folder(folder, mode)
    for entry in entries:
        if wanted(entry.ruta):
            store.bring(entry, folder, mode)


def _periods(root: Path, below: str = "") -> dict[str, str]:
    """The folder of each period of a series, and the lock of whoever publishes or withdraws in it."""
    found = [path for series in SERIES for path in sorted((root / below / series).glob("*")) if path.is_dir()]
    return {f"{below}{path.parent.name}/{path.name}": f"{path.parent.name}/{path.name}" for path in found}


def _candidates(root: Path) -> dict[str, str]:
    """The folder of each candidate, and the lock of whoever works on its period."""
    found = {}
    for path in sorted((root / "trabajo").glob("*")):
        with suppress(UsageError):
            found[f"trabajo/{path.name}"] = "/".join(str(part) for part in series_and_period(path.name))
    return found


def _copied(store: Store, engine: Engine, root: Path, parts: dict[str, str], rest: str) -> Iterator[Entry]:
    """Each part while its lock is held, then the rest of the folder."""
    for part, lock in [*parts.items(), ("", rest)]:
        with exclusive(engine, lock) if lock else nullcontext():
            for path in _files(root, part, without=set(parts) - {part}):
                if entry := _kept(store, root / path, path):
                    yield entry


def _files(root: Path, part: str, without: set[str]) -> Iterator[str]:
    """Files and links of a part of a folder in order, but for those that are left out or unfinished."""
    for place, folders, files in os.walk(root / part):
        here = Path(place).relative_to(root)
        names = {name: (here / name).as_posix() for name in [*folders, *files]}
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        unwanted = {name for name, path in names.items() if path in without | _LEFT_OUT or _is_unfinished(name)}
        folders[:] = sorted(set(folders) - unwanted - set(links))
        yield from (names[name] for name in sorted({*files, *links} - unwanted))


def _is_unfinished(name: str) -> bool:
    """Whether a name is one that atomic writing or a snapshot gives to what is not whole yet."""
    return name.startswith(".") and (name.endswith((".en_curso", ".anterior")) or name.startswith(".escribiendo"))


def _kept(store: Store, file: Path, path: str) -> Entry | None:
    try:
        return Entry(ruta=path, enlace=str(file.readlink())) if file.is_symlink() else store.keep(file, path)
    except FileNotFoundError:
        return None  # a draft or a page that was made again meanwhile
