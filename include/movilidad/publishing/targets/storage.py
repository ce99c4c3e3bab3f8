"""A folder elsewhere in which whole releases appear: on a disk, on an SFTP server, in an object store."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, Self, TypeVar

from movilidad.model.atomic import point_to
from movilidad.model.errors import MovilidadError
from movilidad.publishing.manifest import NAME as MANIFEST
from movilidad.publishing.manifest import SUMS
from movilidad.publishing.targets import trouble
from movilidad.publishing.targets.configuration import Target
from movilidad.sources.connection import Connection
from movilidad.sources.storage import close_storage, open_storage, protocol_of

_SECONDS = 30.0
_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".atom": "application/atom+xml",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ics": "text/calendar; charset=utf-8",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}
Done = TypeVar("Done")


class Storage:
    """An open folder of a target. Paths are relative to it. Made by :meth:`open`."""

    def __init__(self, target: Target, protocol: str, files: Any, root: str) -> None:
        self._target, self._protocol, self._files, self._root = target, protocol, files, root.rstrip("/")

    @classmethod
    @contextmanager
    def open(cls, target: Target, connection: Connection) -> Iterator[Self]:
        """Open it; UnavailableError, DataError and UsageError name the target."""
        url = str(connection.extra.get("url") or "").rstrip("/")
        protocol = protocol_of(url) if url else None
        if protocol is None or not isinstance(connection.extra.get("opciones") or {}, dict):
            raise trouble.misused(
                target, "«url» no es file://, sftp:// ni s3://, u «opciones» no es un objeto JSON"
            )
        seconds = float(connection.extra.get("tiempo_espera") or _SECONDS)
        try:
            files, root = open_storage(url, connection, seconds)
        except Exception as error:
            raise trouble.of_storage(target, error) from None
        try:
            yield cls(target, protocol, files, root)
        finally:
            close_storage(files)

    def read(self, path: str) -> bytes | None:
        """A file, or None if there is none."""

        def work() -> bytes | None:
            try:
                content: bytes = self._files.cat_file(self._at(path))
            except FileNotFoundError:
                return None
            return content

        return self._tried(work)

    def names(self, path: str) -> set[str]:
        """Every file below a folder, relative to it."""
        start = f"{self._at(path)}/"

        def work() -> set[str]:
            found = self._files.find(self._at(path)) if self._files.exists(self._at(path)) else []
            return {str(each).removeprefix(start) for each in found}

        return self._tried(work)

    def write(self, path: str, content: bytes) -> None:
        """Write a file in place of what is there; one that is the same already is left alone."""
        if self.read(path) != content:
            self._tried(lambda: self._write(path, content))

    def remove(self, path: str) -> None:
        """Remove a file if it is there."""
        self._tried(lambda: self._files.rm_file(self._at(path)) if self._files.exists(self._at(path)) else None)

    def put_folder(self, path: str, files: Iterable[tuple[str, bytes]]) -> None:
        """Let a folder appear with these files in place of what is there, and prove that they arrived.

        Where folders can be renamed nobody sees a part of it; in an object store, which has no folders, the files
        come one by one in the order given, so that those that say it is whole come last.
        """
        if self._protocol == "s3":
            sent = self._fill(path, files)
            for extra in sorted(self.names(path) - sent):
                self.remove(f"{path}/{extra}")
            return
        parent, _, name = path.rpartition("/")
        building, old = f"{parent}/.{name}.en_curso", f"{parent}/.{name}.anterior"
        self._clear(building)
        self._fill(building, files)
        self._clear(old)
        self._tried(lambda: self._swap(path, building, old))
        self._clear(old)

    def point(self, path: str, folder: str, page: bytes) -> None:
        """Let ``path`` lead to its sibling ``folder``: by a link, or without links by a page."""
        if self._protocol == "file":
            self._tried(lambda: point_to(Path(self._at(path)), folder))
        elif self._protocol == "sftp":
            self._tried(lambda: self._link(self._at(path), folder))
        else:
            for name in ("informe.html", "index.html"):
                self.write(f"{path}/{name}", page)

    def unpoint(self, path: str) -> None:
        """Let ``path`` lead nowhere."""
        if self._protocol == "file":
            self._tried(lambda: Path(self._at(path)).unlink(missing_ok=True))
        elif self._protocol == "sftp":
            self._tried(lambda: self._unlink(self._at(path)))
        else:
            for name in sorted(self.names(path)):
                self.remove(f"{path}/{name}")

    def prove(self) -> None:
        """Write a small file, read it back and remove it."""
        name, content = ".prueba_de_movilidad", b"prueba\n"
        self.write(name, content)
        same = self.read(name) == content
        self.remove(name)
        if not same:
            raise trouble.silent(self._target, "no devuelve lo que se escribió")

    def _fill(self, path: str, files: Iterable[tuple[str, bytes]]) -> set[str]:
        """Write the files and read them back; what says that a release is whole comes after that proof."""
        sent = list(files)
        last = [each for each in sent if each[0] in (SUMS, MANIFEST)]
        for group in ([each for each in sent if each not in last], last):
            for name, content in group:
                self.write(f"{path}/{name}", content)
            if any(self.read(f"{path}/{name}") != content for name, content in group):
                raise trouble.silent(self._target, "lo que guardó no es lo que se le envió")
        return {name for name, _ in sent}

    def _write(self, path: str, content: bytes) -> None:
        place = self._at(path)
        if self._protocol == "s3":
            kind = _MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
            self._files.pipe_file(place, content, ContentType=kind)
            return
        parent, _, name = place.rpartition("/")
        building = f"{parent}/.{name}.en_curso"
        self._files.makedirs(parent, exist_ok=True)
        self._files.pipe_file(building, content)
        self._files.mv(building, place)

    def _swap(self, path: str, building: str, old: str) -> None:
        if self._files.exists(self._at(path)):
            self._files.mv(self._at(path), self._at(old))
        self._files.mv(self._at(building), self._at(path))

    def _clear(self, path: str) -> None:
        def work() -> None:
            if self._files.exists(self._at(path)):
                self._files.rm(self._at(path), recursive=True)

        self._tried(work)

    def _link(self, path: str, folder: str) -> None:
        sftp = self._files.ftp
        with suppress(OSError):
            if sftp.readlink(path) == folder:
                return
        building = f"{path}.en_curso"
        self._unlink(building)
        sftp.symlink(folder, building)
        sftp.posix_rename(building, path)

    def _unlink(self, path: str) -> None:
        with suppress(FileNotFoundError):
            self._files.ftp.remove(path)

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def _tried(self, work: Callable[[], Done]) -> Done:
        try:
            return work()
        except MovilidadError:
            raise
        except Exception as error:
            raise trouble.of_storage(self._target, error) from None
