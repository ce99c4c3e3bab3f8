"""A folder in which files are dropped: on this machine, on an SFTP server or in an object store (fsspec)."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from fsspec.implementations.local import LocalFileSystem

from movilidad.model.errors import DataError, MovilidadError, UnavailableError
from movilidad.model.limits import LARGEST_FILE, MIB, QUERY_SECONDS, REQUEST_SECONDS, STEP_SECONDS
from movilidad.sources.deadline import Line
from movilidad.sources.reader import Place
from movilidad.sources.storage import close_storage, descriptor_of, open_storage, protocol_of, trouble_of
from movilidad.sources.structure import listed
from movilidad.sources.transit import REMEDY


class Folder:
    """An open folder. Made by :meth:`open`."""

    def __init__(self, place: Place, files: Any, path: str) -> None:
        self._place, self._files, self._path = place, files, path.rstrip("/")
        self._line = Line()
        self._line.watch(descriptor_of(files))

    @classmethod
    @contextmanager
    def open(cls, place: Place, url: str) -> Iterator[Self]:
        """Open the folder at ``url`` (``file:///…``, ``sftp://…``, ``s3://…`` or a path).

        Raises:
            UnavailableError: it cannot be reached.
            DataError: it refuses the user, or shows another host key than the connection says.
            UsageError: the address or its options are not usable.
        """
        if protocol_of(url) is None:
            raise place.usage_error("la carpeta de la conexión no es file://, sftp:// ni s3://", "conexión")
        if not isinstance(place.connection.extra.get("opciones") or {}, dict):
            raise place.usage_error("«opciones» debe ser un objeto JSON", "conexión")
        seconds = place.seconds("tiempo_espera", STEP_SECONDS)
        try:
            files, path = open_storage(url, place.connection, seconds)
        except Exception as error:
            raise _problem(place, "conexión", error) from None
        try:
            yield cls(place, files, path)
        finally:
            close_storage(files)

    def has(self, name: str) -> bool:
        """Whether the folder holds a file of this name."""
        return name in self.names()

    def names(self) -> list[str]:
        """Names of what lies in the folder, sorted."""
        try:
            with self._line.limited(REQUEST_SECONDS):
                entries = self._files.ls(self._path, detail=False)
        except FileNotFoundError:
            raise self._place.unavailable(
                "no existe la carpeta de la fuente",
                "conexión",
                remedy=f"revise la dirección de la conexión «{self._place.contract.conexion}»",
            ) from None
        except Exception as error:
            raise _problem(self._place, "carpeta", error) from None
        return sorted(str(entry).rstrip("/").rpartition("/")[2] for entry in entries)

    def content(self, name: str) -> bytes:
        """All of a file.

        Raises:
            UsageError: the name leads out of the folder.
            UnavailableError: the file is not there (yet), or grew while it was read.
            DataError: it is empty or too large, no file, or a link out of a folder of this machine.
        """
        if "/" in name or "\\" in name or name.startswith(".") or "\0" in name:
            raise self._place.usage_error("el nombre del archivo lleva partes de una ruta", "lectura")
        path = f"{self._path}/{name}"
        try:
            found = self._files.info(path)
            self._require_file(path, name, str(found["type"]))
            size = int(found["size"])
            if size > LARGEST_FILE:
                raise self._place.data_error(f"el archivo mide {size / MIB:,.0f} MiB y es demasiado grande", name)
            with self._line.limited(QUERY_SECONDS), self._files.open(path, "rb") as handle:
                content: bytes = handle.read(size + 1)
        except MovilidadError:
            raise
        except FileNotFoundError:
            raise self._missing(name) from None
        except Exception as error:
            raise _problem(self._place, name, error) from None
        if len(content) != size:
            raise self._place.unavailable("el archivo cambió mientras se leía", name)
        if not content.strip():
            raise self._place.data_error("el archivo está vacío", name)
        return content

    def _require_file(self, path: str, name: str, kind: str) -> None:
        if kind != "file":
            raise self._place.data_error("no es un archivo que se pueda leer", name)
        is_local = isinstance(self._files, LocalFileSystem)
        # who may leave files in a folder shall not have others of this machine read
        if is_local and not Path(path).resolve().is_relative_to(Path(self._path).resolve()):
            raise self._place.data_error("el archivo es un enlace a otra carpeta", name)

    def _missing(self, name: str) -> UnavailableError:
        likely = [other for other in self.names() if other.isprintable() and len(other) < 2 * len(name)]
        near = difflib.get_close_matches(name, likely, n=3, cutoff=0.8)
        hint = f"; hay nombres parecidos: {listed(near)}" if near else ""
        return self._place.unavailable(
            f"el archivo no está en la carpeta{hint}",
            name,
            remedy=f"pida el archivo: {self._place.ask_steward()}",
        )


def _problem(place: Place, where: str, error: Exception) -> MovilidadError:
    """What a file system's own error means; its text is not repeated."""
    trouble = trouble_of(error)
    if trouble == "abierto":
        return place.usage_error("la dirección de la carpeta es http://, sin cifrar", where, remedy=REMEDY)
    if trouble == "clave":
        return place.data_error(
            "el servidor SFTP no muestra una clave conocida",
            where,
            remedy="pida la clave pública del servidor y póngala en «clave_servidor» de la conexión "
            f"«{place.contract.conexion}»",
        )
    if trouble == "rechazo":
        return DataError(
            "la carpeta rechaza al usuario o no le permite leer",
            source=place.contract.fuente,
            period=place.period,
            place=where,
            remedy=f"revise el usuario y la contraseña de la conexión «{place.contract.conexion}»",
        )
    if trouble == "uso":
        return place.usage_error("la dirección o las opciones de la carpeta no son válidas", where)
    return place.unavailable("no se puede leer la carpeta: el servidor no responde", where)
