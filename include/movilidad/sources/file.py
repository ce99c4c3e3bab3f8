"""Reading files (CSV, XLSX, JSON) from the folder that the connection names in ``url``.

``lectura`` of a data set: ``archivo`` (name, with ``{mes}``), ``encabezado`` (row of the header, from 1),
``hoja`` (XLSX), ``separador`` and ``codificacion`` (CSV), ``lista`` (JSON: key of the records).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.csv_table import read_csv
from movilidad.sources.folder import Folder
from movilidad.sources.json_records import load_json, records_in, table_of
from movilidad.sources.reader import Place
from movilidad.sources.xlsx_table import read_xlsx


class FileReader:
    """A folder opened for one month. Made by :func:`open_reader`."""

    def __init__(self, place: Place, folder: Folder) -> None:
        self.notes = place.notes
        self._place = place
        self._folder = folder

    def read(self, name: str) -> pd.DataFrame:
        """All rows of the data set's file."""
        return read_file(self._place, self._folder, name, self._place.fill(self._pattern(name)))

    def columns(self, name: str) -> list[str]:
        """The columns of the data set's file."""
        return [str(column) for column in self.read(name).columns]

    def latest_month(self) -> Month | None:
        """The last month for which every data set has its file, where the names tell the month."""
        names = self._folder.names()
        newest = []
        for pattern in (self._pattern(name) for name in self._place.contract.conjuntos):
            if pattern.count("{mes}") != 1:
                return None
            before, after = pattern.split("{mes}")
            form = re.compile(re.escape(before) + r"(\d{4}-(?:0[1-9]|1[0-2]))" + re.escape(after))
            months = [Month.parse(match[1]) for match in map(form.fullmatch, names) if match]
            if not months:
                return None
            newest.append(max(months))
        return min(newest)

    def _pattern(self, name: str) -> str:
        return str(self._place.dataset(name).lectura["archivo"])


@contextmanager
def open_reader(contract: Contract, connection: Connection, month: Month) -> Iterator[FileReader]:
    """Open the folder for one month."""
    place = Place(contract, connection, month)
    if not connection.extra.get("url"):
        raise place.usage_error(
            "la conexión no dice en qué carpeta están los archivos",
            "conexión",
            remedy=f"ponga «url» en los extras de la conexión «{contract.conexion}»",
        )
    with Folder.open(place, connection.base_url()) as folder:
        yield FileReader(place, folder)


def read_file(place: Place, folder: Folder, name: str, file: str) -> pd.DataFrame:
    """Read one file as the contract describes the data set ``name``; its ending tells the format."""
    form = file.rpartition(".")[2].lower()
    if form not in {"csv", "xlsx", "json"}:
        raise place.usage_error(
            "el formato del archivo no se conoce", "lectura", remedy="use un archivo .csv, .xlsx o .json"
        )
    content = folder.content(file)
    if form == "csv":
        return read_csv(place, name, file, content)
    if form == "xlsx":
        return read_xlsx(place, name, file, content)
    wanted = place.dataset(name).lectura.get("lista")
    return table_of(place, name, records_in(place, load_json(place, content, file), wanted, file))
