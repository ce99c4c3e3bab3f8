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
from typing import Any

import httpx
import pandas as pd

from movilidad.model.limits import LARGEST_FILE, MOST_PAGES
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.exchange import origin
from movilidad.sources.json_records import load_json, records_in, table_of
from movilidad.sources.reader import Place
from movilidad.sources.size import Size
from movilidad.sources.transport import Transport

_PAGE_SIZE = 100


@dataclass(frozen=True)
class Page:
    """One page: its records, the address of the next one, how many records there are in all, its bytes."""

    records: list[dict[str, Any]]
    following: str | None
    total: int | None
    number: int | None
    size: int


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
        return table_of(self._place, name, records)

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
        size, cells = 0, Size(self._place, name)
        for number in range(1, MOST_PAGES + 1):
            where = f"{name}, página {number}"
            page = self._page(name, url, where)
            self._require_new(page, number, seen_contents, where)
            size += page.size
            cells.add(sum(len(record) or 1 for record in page.records))
            if size > LARGEST_FILE:
                break
            yield page
            if not page.following:
                return
            url = self._next_address(url, page.following, where)
            if str(url) in seen_addresses:
                raise self._place.data_error("el servicio repite una página que ya dio", where)
            seen_addresses.add(str(url))
        raise self._place.data_error("las páginas del servicio no terminan: son demasiadas", where)

    def _first_address(self, name: str) -> httpx.URL:
        reading = self._place.dataset(name).lectura
        url = self._transport.address(str(reading["recurso"]))
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
        if origin(url) != origin(current):
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
            return Page(records, None, None, None, len(content))
        following = document.get(str(reading.get("siguiente", "siguiente")))
        if following is not None and not isinstance(following, str):
            raise self._place.data_error("la dirección de la página siguiente no es un texto", where)
        return Page(
            records,
            following or None,
            _whole_number(document.get(str(reading.get("total", "total")))),
            _whole_number(document.get(str(reading.get("parametro_pagina", "pagina")))),
            len(content),
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


def _whole_number(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 10**9 else None
