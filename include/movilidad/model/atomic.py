"""Files and folders that appear whole or not at all, also when the process or the machine dies."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o700
PUBLIC = 0o755


@contextmanager
def new_folder(target: Path, mode: int = PRIVATE) -> Iterator[Path]:
    """Give a hidden folder beside ``target`` to fill; afterwards it gets its name in one step.

    What an interrupted attempt left is removed first, so the caller keeps other writers out.
    """
    make_folder(target.parent, mode)
    building = target.with_name(f".{target.name}.en_curso")
    if building.exists():
        shutil.rmtree(building)
    building.mkdir(mode=mode)
    yield building
    for path in [*building.rglob("*"), building]:
        path.chmod(mode if path.is_dir() else mode & 0o666)
        sync(path)
    building.rename(target)
    sync(target.parent)


def write_file(target: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write a whole file in place of what is there."""
    make_folder(target.parent, mode)
    building = target.with_name(f".{target.name}.en_curso")
    building.unlink(missing_ok=True)
    building.touch(mode=mode & 0o666)  # before there is anything to read
    building.write_bytes(content)
    building.chmod(mode & 0o666)
    sync(building)
    building.replace(target)
    sync(target.parent)


def point_to(link: Path, target: str) -> None:
    """Let the relative symbolic link ``link`` point to ``target``, in one step."""
    if link.is_symlink() and link.readlink() == Path(target):
        return
    building = link.with_name(f".{link.name}.en_curso")
    building.unlink(missing_ok=True)
    building.symlink_to(target)
    building.replace(link)
    sync(link.parent)


def make_folder(folder: Path, mode: int = PRIVATE) -> None:
    """Make a folder and its parents; only those that are missing get ``mode``."""
    if not folder.exists():
        make_folder(folder.parent, mode)
        folder.mkdir(mode=mode, exist_ok=True)


def sync(path: Path) -> None:
    """Have a file or folder on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
