"""Files and folders that appear whole or not at all, also when the process or the machine dies."""

import ctypes
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE = 0o700
PUBLIC = 0o755

_BUILDING, _ASIDE = ".en_curso", ".anterior"
# earlier editions named what they build without the eight digits
_HIDDEN = re.compile(rf"\.(?P<target>.+?)(\.[0-9a-f]{{8}})?{_BUILDING}(?P<aside>{_ASIDE})?")
_HERE, _RENAME_EXCHANGE = -100, 2  # AT_FDCWD and the flag of renameat2(2)


@contextmanager
def new_folder(target: Path, mode: int = PRIVATE) -> Iterator[Path]:
    """Give a hidden folder beside ``target`` to fill; afterwards it gets its name in one step.

    The caller keeps other writers out. One that was taken for dead and lives on finds its folder gone, for what
    other attempts left is removed first: its work and ours never mix.
    """
    with _hidden_folder(target, mode) as building:
        yield building
    building.rename(target)
    sync(target.parent)


@contextmanager
def replaced_folder(target: Path, mode: int = PRIVATE) -> Iterator[Path]:
    """Like ``new_folder``, in place of the folder that is there: whoever looks sees the old one or the new one."""
    with _hidden_folder(target, mode) as building:
        yield building
    _exchange(building, target)
    sync(target.parent)
    shutil.rmtree(building)


def finish_replacing(parent: Path) -> None:
    """Clear away what interrupted calls of ``replaced_folder`` left below a folder: of each, one version stays."""
    for path in sorted(parent.iterdir()):
        name = _HIDDEN.fullmatch(path.name)
        if name is None or not path.is_dir():
            continue
        target = path.with_name(name["target"])
        if name["aside"] and not target.exists():
            path.rename(target)
        else:
            shutil.rmtree(path)


def remove_unfinished(target: Path) -> None:
    """Remove what an interrupted ``new_folder`` or ``replaced_folder`` left beside ``target``."""
    for path in target.parent.iterdir() if target.parent.is_dir() else ():
        name = _HIDDEN.fullmatch(path.name)
        if name is None or name["target"] != target.name or name["aside"]:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)  # somebody may still write there; nobody will look
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _hidden_folder(target: Path, mode: int) -> Iterator[Path]:
    make_folder(target.parent, mode)
    remove_unfinished(target)
    building = _hidden(target)
    building.mkdir(mode=mode)
    yield building
    for path in [*building.rglob("*"), building]:
        path.chmod(mode if path.is_dir() else mode & 0o666)
        sync(path)


def _hidden(target: Path) -> Path:
    """A name of this attempt alone."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}{_BUILDING}")


def _exchange(one: Path, other: Path) -> None:
    """Let two folders swap their names, in one step where the system knows how (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    swap = getattr(libc, "renameat2", None)
    if swap and swap(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return
    # elsewhere nothing stands there for a moment: of an old and a new folder, the old one may not come back
    aside = one.with_name(f"{one.name}{_ASIDE}")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


def write_file(target: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write a whole file in place of what is there."""
    make_folder(target.parent, mode)
    remove_unfinished(target)
    building = _hidden(target)
    _write_whole(building, content, mode)
    building.replace(target)
    sync(target.parent)


def create_file(target: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write a whole file unless there is one: of several writers at once the first one's stays."""
    make_folder(target.parent, mode)
    building = _hidden(target)  # whatever else is being built there may be another writer's
    try:
        _write_whole(building, content, mode)
        with suppress(FileExistsError):
            os.link(building, target)
    finally:
        building.unlink(missing_ok=True)
    sync(target.parent)


def point_to(link: Path, target: str) -> None:
    """Let the relative symbolic link ``link`` point to ``target``, in one step."""
    if link.is_symlink() and link.readlink() == Path(target):
        return
    remove_unfinished(link)
    building = _hidden(link)
    building.symlink_to(target)
    building.replace(link)
    sync(link.parent)


def make_folder(folder: Path, mode: int = PRIVATE) -> None:
    """Make a folder and its parents; only those that are missing get ``mode``."""
    if not folder.exists():
        make_folder(folder.parent, mode)
        folder.mkdir(mode=mode, exist_ok=True)
        folder.chmod(mode)  # the process may hide from others what it makes


def _write_whole(building: Path, content: bytes, mode: int) -> None:
    building.touch(mode=mode & 0o666)  # before there is anything to read
    building.write_bytes(content)
    building.chmod(mode & 0o666)
    sync(building)


def sync(path: Path) -> None:
    """Have a file or folder on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_disk_of(folder: Path) -> None:
    """Have everything on the disk that was written to the disk of ``folder``: quicker than file by file."""
    libc = ctypes.CDLL(None, use_errno=True)
    flush = getattr(libc, "syncfs", None)
    handle = os.open(folder, os.O_RDONLY)
    try:
        if flush is None or flush(handle) != 0:
            os.sync()
    finally:
        os.close(handle)
