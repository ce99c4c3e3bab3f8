"""SFTP servers that mean harm: sizes that are lies, files without end, names that lead elsewhere."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import paramiko
import pytest
from hostile_support import memory_below
from sftp_support import serving
from sources_support import HEADER, MONTH, contract, failure, read_one

from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.limits import MIB
from movilidad.sources import file, folder
from movilidad.sources.connection import Connection

SOURCE = contract("archivo", {"archivo": "filas_{mes}.csv"})
CONTENT = f"{HEADER}\n1,,Añil,2.50\n".encode()


class Endless(paramiko.SFTPHandle):
    """Gives bytes for as long as somebody asks, a few at a time if it is slow."""

    slow: bool

    def read(self, offset: int, length: int) -> bytes:
        sleep(0.02 if self.slow else 0)
        return b"x" * (1 if self.slow else length)


class Liar(paramiko.SFTPServerInterface):
    """A folder in which every file has a size of its own choice and no end."""

    root: tuple[int, bool, list[str]]

    def list_folder(self, path: str) -> Any:
        return [self._told(name) for name in self.root[2]]

    def stat(self, path: str) -> Any:
        return self._told(path)

    lstat = stat

    def _told(self, name: str) -> paramiko.SFTPAttributes:
        told = paramiko.SFTPAttributes()
        told.filename, told.st_size, told.st_mode = name, self.root[0], stat.S_IFREG | 0o644
        told.st_uid = told.st_gid = told.st_atime = told.st_mtime = 0
        told.longname = name
        return told

    def open(self, path: str, flags: int, attr: Any) -> Any:
        handle = Endless(flags)
        handle.slow = self.root[1]
        return handle


@contextmanager
def liar(size: int, *, slow: bool = False, names: tuple[str, ...] = ()) -> Iterator[Connection]:
    with serving((size, slow, list(names)), Liar, "clave") as (port, key):  # type: ignore[arg-type]
        extra = {"url": f"sftp://127.0.0.1:{port}/entregas", "clave_servidor": key, "tiempo_espera": 5}
        yield Connection.model_validate({"login": "ana", "password": "clave", "extra": extra})


def test_a_file_that_is_longer_than_it_says_is_not_read_to_its_end() -> None:
    with liar(len(CONTENT)) as connection, memory_below(50):
        failure(UnavailableError, lambda: read_one(SOURCE, "filas", connection, MONTH), "cambió mientras se leía")


def test_a_file_that_says_it_is_huge_is_not_read() -> None:
    with liar(2048 * MIB) as connection, memory_below(20):
        failure(DataError, lambda: read_one(SOURCE, "filas", connection, MONTH), "mide 2,048 MiB")


def test_a_file_that_comes_byte_by_byte_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "QUERY_SECONDS", 1)
    started = monotonic()
    with liar(MIB, slow=True) as connection:
        failure(UnavailableError, lambda: read_one(SOURCE, "filas", connection, MONTH), "no responde")
    assert monotonic() - started < 20


def test_names_that_a_server_lists_are_compared_and_never_opened() -> None:
    names = ("../../etc/passwd", "/etc/filas_2026-10.csv", "filas_2026-11.csv\n", "filas_2026-12.csv/..")
    with liar(1, names=names) as connection, file.open_reader(SOURCE, connection, MONTH) as reader:
        assert reader.latest_month() == MONTH
