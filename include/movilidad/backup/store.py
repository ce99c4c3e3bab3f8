"""Contents by their hash: whatever was kept once is neither copied again nor ever written over."""

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from uuid import uuid4

from movilidad.backup.record import Entry
from movilidad.model.atomic import PRIVATE, make_folder, sync_disk_of, write_file
from movilidad.model.errors import DataError, UnavailableError
from movilidad.publishing.manifest import sha256_of


class Store:
    """The contents of a folder of backups.

    Attributes:
        folder: the folder of backups.
        unfinished: a place in it, on the same disk, for what is being made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.unfinished = folder, folder / ".en_curso"
        self._contents, self._new = folder / "archivos", self.unfinished / "archivos"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other backups out of the folder meanwhile; what an interrupted one left unfinished is removed."""
        make_folder(self.folder, PRIVATE)
        guard = self.folder / ".candado"
        guard.touch(mode=PRIVATE & 0o666)
        with guard.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UnavailableError(
                    "ya hay un respaldo en curso en esta carpeta", remedy="espere a que termine y repita"
                ) from None
            self._clear()
            make_folder(self._new, PRIVATE)
            try:
                yield
            finally:
                self._clear()

    def seal(self) -> None:
        """Let everything that was kept since ``writing`` be a part of the store, for good."""
        sync_disk_of(self.folder)  # a content that has its name is whole, also after a power failure
        for file in self._new.iterdir():
            target = self._place(file.name)
            make_folder(target.parent, PRIVATE)
            file.rename(target)
        sync_disk_of(self.folder)

    def identity(self) -> str:
        """What tells this folder of backups from others: eight hexadecimal digits, made once."""
        file = self.folder / ".identidad"
        if not file.is_file():
            write_file(file, token_hex(4).encode())
        return file.read_text()

    def keep(self, file: Path, path: str) -> Entry:
        """Keep a copy of a file, as the content of ``path``; FileNotFoundError if it is gone meanwhile."""
        digest, size = sha256_of(file), file.stat().st_size
        if self._has(digest, size):
            return Entry(ruta=path, sha256=digest, bytes=size)
        building = self.unfinished / uuid4().hex
        shutil.copyfile(file, building)
        return self.take(building, path)

    def take(self, file: Path, path: str) -> Entry:
        """Keep a file of ``unfinished`` itself."""
        digest, size = sha256_of(file), file.stat().st_size
        if self._has(digest, size):
            file.unlink()
        else:
            file.chmod(PRIVATE & 0o666)
            file.rename(self._new / digest)
        return Entry(ruta=path, sha256=digest, bytes=size)

    def place_of(self, entry: Entry) -> Path:
        """The file that holds a content."""
        return self._place(entry.sha256)

    def bring(self, entry: Entry, folder: Path, mode: int) -> None:
        """Put a file or link back below ``folder``; a DataError if its content is not the one that was kept."""
        target = folder / entry.ruta
        make_folder(target.parent, mode)
        if entry.enlace:
            target.symlink_to(entry.enlace)
            return
        shutil.copyfile(self.place_of(entry), target)
        target.chmod(mode & 0o666)
        if sha256_of(target) != entry.sha256:
            raise _damaged([entry])

    def require_intact(self, entries: Iterable[Entry]) -> int:
        """Read every content once; give their number, or a DataError that names what is damaged or missing."""
        distinct = {entry.sha256: entry for entry in entries}
        if wrong := [entry for entry in distinct.values() if not self._is_intact(entry)]:
            raise _damaged(wrong)
        return len(distinct)

    def _is_intact(self, entry: Entry) -> bool:
        place = self.place_of(entry)
        return place.is_file() and sha256_of(place) == entry.sha256

    def _has(self, digest: str, size: int) -> bool:
        places = (self._place(digest), self._new / digest)
        return any(place.is_file() and place.stat().st_size == size for place in places)

    def _place(self, digest: str) -> Path:
        return self._contents / digest[:2] / digest

    def _clear(self) -> None:
        if self.unfinished.exists():
            shutil.rmtree(self.unfinished)


def _damaged(entries: list[Entry]) -> DataError:
    first = entries[0]
    more = f" y {len(entries) - 1:,} más" if len(entries) > 1 else ""
    return DataError(
        f"el respaldo está dañado: «{first.ruta}»{more} no es lo que se guardó, o falta",
        place=f"archivos/{first.sha256[:2]}/{first.sha256[:12]}…",
        remedy="use otra copia del respaldo o un respaldo anterior; si el original vive, borre ese archivo y haga"
        " otro respaldo",
    )
