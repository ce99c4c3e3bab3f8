"""Reading a SOAP 1.1 service, such as ``TipoCambio.asmx`` of the Bank of Guatemala.

``lectura`` of a data set: ``servicio`` (path), ``espacio`` (name space), ``operacion``, ``parametros``,
``registros`` (name of the element of one record), ``total`` (name of the element with their number) and
``respaldo``: a CSV file with the same columns, read from the folder ``respaldo`` of the connection when the
service fails. The use of the fallback is logged and noted in the snapshot.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from xml.sax.saxutils import escape

import pandas as pd

from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.periods import Month
from movilidad.sources.answer import Answer
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.file import read_file
from movilidad.sources.folder import Folder
from movilidad.sources.json_records import table_of
from movilidad.sources.reader import Place
from movilidad.sources.soap_records import records_in
from movilidad.sources.transport import Transport

_log = logging.getLogger(__name__)


class SoapReader:
    """A service opened for one month. Made by :func:`open_reader`."""

    def __init__(self, place: Place, transport: Transport) -> None:
        self.notes = place.notes
        self._place = place
        self._transport = transport

    def read(self, name: str) -> pd.DataFrame:
        """The records of the service or, when it fails, of the fallback file, if there is one."""
        try:
            return self._from_service(name)
        except (DataError, UnavailableError) as error:
            failure = error
        file = self._fallback(name)
        if file is None:
            raise failure
        self.notes.append(f"{name}: el servicio falló y se usó el archivo de respaldo {file}")
        _log.warning("%s: el servicio falló (%s); se usa el archivo de respaldo %s", name, failure.what, file)
        with self._fallback_folder() as folder:
            return read_file(self._place, folder, name, file)

    def columns(self, name: str) -> list[str]:
        """The elements of the records of the month."""
        return [str(column) for column in self._from_service(name).columns]

    def latest_month(self) -> Month | None:
        """Unknown: the service is asked for a range of days."""
        return None

    def _from_service(self, name: str) -> pd.DataFrame:
        reading = self._place.dataset(name).lectura
        request = self._transport.request(
            "POST",
            self._transport.address(str(reading["servicio"])),
            content=self._envelope(name),
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": f'"{reading["espacio"]}{reading["operacion"]}"',
            },
        )
        answer = self._transport.send(request, name, is_final=_is_fault)
        return table_of(self._place, name, records_in(self._place, answer, name))

    def _envelope(self, name: str) -> bytes:
        reading = self._place.dataset(name).lectura
        parameters = "".join(
            f"<{key}>{escape(self._place.fill(str(value)))}</{key}>"
            for key, value in reading.get("parametros", {}).items()
        )
        operation = reading["operacion"]
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
            f'<{operation} xmlns="{escape(str(reading["espacio"]))}">{parameters}</{operation}>'
            "</soap:Body></soap:Envelope>"
        ).encode()

    def _fallback(self, name: str) -> str | None:
        pattern = self._place.dataset(name).lectura.get("respaldo")
        if not pattern or not self._place.connection.extra.get("respaldo"):
            return None
        file = self._place.fill(str(pattern))
        with self._fallback_folder() as folder:
            return file if folder.has(file) else None

    @contextmanager
    def _fallback_folder(self) -> Iterator[Folder]:
        url = str(self._place.connection.extra["respaldo"])
        with Folder.open(self._place, url) as folder:
            yield folder


@contextmanager
def open_reader(contract: Contract, connection: Connection, month: Month) -> Iterator[SoapReader]:
    """Open the service for one month; nothing is asked before the data set is read."""
    place = Place(contract, connection, month)
    with Transport(place) as transport:
        yield SoapReader(place, transport)


def _is_fault(answer: Answer) -> bool:
    """A SOAP fault comes with status 500, yet is an answer."""
    return answer.status == 500 and b"Fault>" in answer.content and b"Envelope" in answer.content
