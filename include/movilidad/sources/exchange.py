"""One question to an HTTP server and its answer: no redirect is followed, and it ends in time and at a size."""

import ssl
from contextlib import closing
from typing import Any

import httpx

from movilidad.model.limits import LARGEST_DOCUMENT
from movilidad.sources.answer import PACKING, Answer, whole_answer
from movilidad.sources.deadline import Line
from movilidad.sources.transit import is_this_machine

# when httpx has a line to the server
_CONNECTED = ("connect_tcp.complete", "start_tls.complete")


class EndlessError(httpx.TransportError):
    """The server goes on answering when its time is over."""


class Exchange:
    """The way to one server.

    Args:
        step_seconds: until the next bytes come.
        headers: of every request.
    """

    def __init__(self, host: str, step_seconds: float, tls: ssl.SSLContext, headers: dict[str, str]) -> None:
        self._line = Line()
        self._client = httpx.Client(
            timeout=step_seconds,
            follow_redirects=False,
            verify=tls,
            # a proxy of the environment is for other machines
            trust_env=not is_this_machine(host),
            headers={"User-Agent": "movilidad", "Accept-Encoding": PACKING, **headers},
        )

    def close(self) -> None:
        """End its connections."""
        self._client.close()

    def request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """A request of this way, with its headers."""
        return self._client.build_request(method, url, extensions={"trace": self._traced}, **arguments)

    def answer(self, request: httpx.Request, seconds: float, most: int = LARGEST_DOCUMENT) -> Answer:
        """Send a request once and read what is answered, whatever its status.

        Args:
            seconds: until the answer must have ended.
            most: bytes of its content, unpacked.

        Raises:
            UnusableContentError: nothing that trying again would change.
            EndlessError: the answer did not end in time.
            httpx.HTTPError: no connection, or no HTTP.
        """
        try:
            with self._line.limited(seconds), closing(self._client.send(request, stream=True)) as response:
                found = whole_answer(response, most)
        except httpx.TransportError:
            if not self._line.is_cut:
                raise
        if self._line.is_cut:
            raise EndlessError("cut")
        return found

    def _traced(self, event: str, details: dict[str, Any]) -> None:
        if event.endswith(_CONNECTED):
            self._line.watch(details["return_value"].get_extra_info("socket").fileno)


def web_address(text: Any) -> httpx.URL:
    """The address of a web server; an empty one if it is none, or holds a name and password."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError, ValueError):
        return httpx.URL("")
    return httpx.URL("") if url.scheme not in {"http", "https"} or not url.host or url.userinfo else url


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """What makes a server the same: scheme, host and port."""
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or default


def fits_into_a_header(token: str) -> bool:
    """Whether a secret can be sent in a header of HTTP."""
    return token.isascii() and token.isprintable()
