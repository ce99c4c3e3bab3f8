"""Reading a paged REST service that answers JSON.

``lectura`` of a data set: ``recurso`` (path), ``parametros`` (with ``{mes}``, ``{inicio:…}``, ``{fin:…}``),
``lista`` (key of the records; without it the answer is the list), ``siguiente`` (key of the address of the next
page), ``total`` (key of the number of records, default ``total``), ``tamano_pagina``, and the names of the page
parameters, ``parametro_tamano`` (``tamano``) and ``parametro_pagina`` (``pagina``).
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pandas as pd

from movilidad.model.periods import Month
from movilidad.sources.canonical_text import frame_of_records
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.reader import Place
from movilidad.sources.transport import Transport

_PAGE_SIZE = 100


@dataclass(frozen=True)
class Page:
    """One page: its records, the address of the next one, and how many records there are in all."""

    records: list[dict[str, Any]]
    following: str | None
    total: int | None
    number: int | None


class RestReader:
    """A service opened for one month. Made by :func:`open_reader`."""

    def __init__(self, place: Place, transport: Transport) -> None:
        self.notes = place.notes
        self._place = place
        self._transport = transport

    def read(self, name: str) -> pd.DataFrame:
        """All records of all pages; a DataError if a page comes twice or records are missing.

        An UnavailableError if the records changed meanwhile: reading again may help.
        """
        records: list[dict[str, Any]] = []
        totals: list[int] = []
        pages = list(self._pages(name))
        for page in pages:
            records.extend(page.records)
            if page.total is not None:
                totals.append(page.total)
        self._require_total(name, len(records), totals)
        if len(pages) > 1:
            self._require_standing(name, pages[0])
        expected = [column.origen for column in self._place.dataset(name).columnas.values()]
        return frame_of_records(records, expected)

    def columns(self, name: str) -> list[str]:
        """The keys of the records of the first page."""
        page = next(self._pages(name))
        return list(dict.fromkeys(key for record in page.records for key in record))

    def latest_month(self) -> Month | None:
        """Unknown: a service is asked for a month."""
        return None

    def _pages(self, name: str) -> Iterator[Page]:
        url = self._first_address(name)
        seen_addresses = {str(url)}
        seen_contents: set[str] = set()
        number = 0
        while True:
            number += 1
            where = f"{name}, página {number}"
            page = self._page(name, url, where)
            self._require_new(page, number, seen_contents, where)
            yield page
            if not page.following:
                return
            url = self._next_address(url, page.following, where)
            if str(url) in seen_addresses:
                raise self._place.data_error("el servicio repite una página que ya dio", where)
            seen_addresses.add(str(url))

    def _first_address(self, name: str) -> httpx.URL:
        reading = self._place.dataset(name).lectura
        url = self._transport.base.join(str(self._transport.base.path).rstrip("/") + str(reading["recurso"]))
        parameters = {
            str(key): self._place.fill(str(value)) for key, value in reading.get("parametros", {}).items()
        }
        parameters[str(reading.get("parametro_tamano", "tamano"))] = str(reading.get("tamano_pagina", _PAGE_SIZE))
        parameters[str(reading.get("parametro_pagina", "pagina"))] = "1"
        return url.copy_merge_params(parameters)

    def _next_address(self, current: httpx.URL, following: str, where: str) -> httpx.URL:
        """The address of the next page, only if it is of the same service: the token goes nowhere else."""
        try:
            url = current.join(following)
        except (httpx.InvalidURL, ValueError):
            raise self._place.data_error("la dirección de la página siguiente no es válida", where) from None
        if _origin(url) != _origin(current):
            raise self._place.data_error("la página siguiente apunta a otro servidor", where)
        return url

    def _page(self, name: str, url: httpx.URL, where: str) -> Page:
        request = self._transport.request("GET", url, headers={"Accept": "application/json"})
        answer = self._transport.send(request, where)
        if answer.content_type.endswith("html") or answer.content.lstrip()[:1] == b"<":
            raise self._place.data_error(
                "el servicio contestó una página web en vez de datos",
                where,
                remedy="compruebe si la plataforma está en mantenimiento o pide iniciar sesión; "
                + self._place.ask_steward(),
            )
        return self._parsed(name, answer.content, where)

    def _parsed(self, name: str, content: bytes, where: str) -> Page:
        reading = self._place.dataset(name).lectura
        document = load_json(self._place, content, where)
        records = records_in(self._place, document, reading.get("lista"), where)
        if not isinstance(document, dict):
            return Page(records, None, None, None)
        following = document.get(str(reading.get("siguiente", "siguiente")))
        if following is not None and not isinstance(following, str):
            raise self._place.data_error("la dirección de la página siguiente no es un texto", where)
        return Page(
            records,
            following or None,
            _whole_number(document.get(str(reading.get("total", "total")))),
            _whole_number(document.get(str(reading.get("parametro_pagina", "pagina")))),
        )

    def _require_new(self, page: Page, number: int, seen: set[str], where: str) -> None:
        if page.number is not None and page.number != number:
            raise self._place.data_error(
                f"el servicio dio la página {page.number} cuando tocaba la {number}", where
            )
        if not page.records:
            return
        content = hashlib.sha256(json.dumps(page.records, sort_keys=True, default=str).encode()).hexdigest()
        if content in seen:
            raise self._place.data_error("el servicio repite una página que ya dio", where, rows=len(page.records))
        seen.add(content)

    def _require_standing(self, name: str, first: Page) -> None:
        """What came in meanwhile pushes records over the edge of a page: then the first page is another now."""
        again = self._page(name, self._first_address(name), f"{name}, página 1")
        if again.records != first.records:
            raise self._changed(name)

    def _changed(self, name: str) -> Exception:
        return self._place.unavailable(
            "los registros cambiaron mientras se leían las páginas", name, remedy="se leerán de nuevo"
        )

    def _require_total(self, name: str, count: int, totals: list[int]) -> None:
        if not totals:
            return
        if min(totals) != max(totals):
            raise self._changed(name)
        if count != totals[0]:
            what = "faltan registros: falta una página" if count < totals[0] else "sobran registros"
            raise self._place.data_error(
                f"{what}; el servicio anuncia {totals[0]:,} y dio {count:,}", name, rows=abs(totals[0] - count)
            )


@contextmanager
def open_reader(contract: Contract, connection: Connection, month: Month) -> Iterator[RestReader]:
    """Open the service for one month; nothing is asked before the first data set is read."""
    place = Place(contract, connection, month)
    with Transport(place) as transport:
        yield RestReader(place, transport)


def read(contract: Contract, name: str, connection: Connection, month: Month) -> pd.DataFrame:
    """Read one data set on its own."""
    with open_reader(contract, connection, month) as reader:
        return reader.read(name)


def load_json(place: Place, content: bytes, where: str) -> Any:
    """Parse JSON with exact decimals; a DataError if it is cut off or no JSON at all."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except UnicodeDecodeError:
        what = "los datos JSON no están en UTF-8"
    except (ValueError, RecursionError):
        what = "no son datos JSON válidos, o están cortados" if content.strip() else "la respuesta está vacía"
    raise place.data_error(what, where)


def records_in(place: Place, document: Any, key: str | None, where: str) -> list[dict[str, Any]]:
    """The list of records of a JSON document, at its top or under ``key``."""
    found = document.get(key) if key and isinstance(document, dict) else document
    if not isinstance(found, list):
        wanted = f"la lista «{key}»" if key else "una lista de registros"
        raise place.data_error(f"en los datos JSON no está {wanted}", where)
    if wrong := sum(not isinstance(record, dict) for record in found):
        raise place.data_error("hay registros JSON que no tienen columnas con nombre", where, rows=wrong)
    return found


def _no_constant(_: str) -> None:
    raise ValueError


def _whole_number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or default
