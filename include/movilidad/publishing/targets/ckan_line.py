"""HTTP with a CKAN catalogue: with nobody but its own server, without redirects, bounded in time and size."""

from typing import Any

import httpx

from movilidad.model.limits import LARGEST_DOCUMENT, QUERY_SECONDS
from movilidad.publishing.targets import trouble
from movilidad.publishing.targets.configuration import Target
from movilidad.sources.answer import Answer, UnusableContentError
from movilidad.sources.connection import Connection
from movilidad.sources.exchange import EndlessError, Exchange, origin, web_address
from movilidad.sources.transit import REMEDY, UNREADABLE_AUTHORITY, may_be_plain, tls_of

_SECONDS = 60.0


class ElsewhereError(Exception):
    """The catalogue sends whoever asks for a file to another place; its text says so in Spanish."""


class CkanLine:
    """The way to one catalogue.

    ckanapi takes it for its session: a session of requests reads whatever comes, for as long as it comes.
    """

    def __init__(self, target: Target, connection: Connection) -> None:
        self._target = target
        self.base = _address(target, connection)
        seconds = float(connection.extra.get("tiempo_espera") or _SECONDS)
        try:
            tls = tls_of(connection)
        except OSError:
            raise trouble.misused(target, UNREADABLE_AUTHORITY) from None
        self._exchange = Exchange(self.base.host, seconds, tls, {})

    def close(self) -> None:
        """End its connections."""
        self._exchange.close()

    def post(
        self, url: str, data: Any, headers: dict[str, str], files: dict[str, Any] | None, **_: object
    ) -> httpx.Response:
        """One action, as ckanapi writes it; its status and text are all that ckanapi wants of the answer."""
        if files:
            # of a form ckanapi writes the names as bytes too
            content = {"data": {name.decode(): value for name, value in data.items()}, "files": files}
        else:
            content = {"content": data}
        try:
            answer = self._answer(self._exchange.request("POST", url, headers=headers, **content))
        except UnusableContentError as error:
            raise trouble.silent(self._target, str(error)) from None
        return httpx.Response(answer.status, content=answer.content)

    def served(self, address: Any, size: int) -> bytes | None:
        """What anybody is served as a file; None if it is refused, or far larger than it should be.

        Args:
            address: where the catalogue says that it is.
            size: of the file as it was delivered.

        Raises:
            ElsewhereError: not at the catalogue itself.
            UnavailableError: it does not answer, or not in time.
        """
        request = self._exchange.request("GET", self._own(address))
        try:
            # beside the file there must be room for the page of a server in trouble
            answer = self._answer(request, max(size, LARGEST_DOCUMENT))
        except UnusableContentError:
            return None
        if answer.status >= 500:
            raise trouble.silent(self._target, "contesta con un error al pedirle un archivo")
        if 300 <= answer.status < 400:
            raise ElsewhereError("el catálogo manda a otra dirección")
        return answer.content if answer.status == 200 else None

    def _own(self, address: Any) -> httpx.URL:
        """The address, only if it is of the catalogue: another may be one that this machine alone can reach."""
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, TypeError, ValueError):
            url = httpx.URL("")
        if origin(url) != origin(self.base):
            raise ElsewhereError("el catálogo da una dirección de otro servidor")
        return url

    def _answer(self, request: httpx.Request, most: int = LARGEST_DOCUMENT) -> Answer:
        try:
            return self._exchange.answer(request, QUERY_SECONDS, most)
        except EndlessError:
            raise trouble.silent(self._target, "no termina de responder") from None
        except httpx.HTTPError:
            raise trouble.silent(self._target) from None


def _address(target: Target, connection: Connection) -> httpx.URL:
    url = web_address(str(connection.extra.get("url") or "").rstrip("/"))
    if not url.host:
        raise trouble.misused(target, "«url» no es una dirección http:// o https://")
    if url.scheme == "http" and not may_be_plain(connection, url.host):
        raise trouble.misused(target, f"«url» es http://, sin cifrar; {REMEDY}")
    return url
