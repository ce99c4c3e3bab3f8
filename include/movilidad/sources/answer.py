"""The content of an HTTP answer: unpacked in small steps, and only up to a limit."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from movilidad.model.limits import LARGEST_DOCUMENT

#: the packing that is asked for; libraries would also unpack others, and one within the other, without a limit
PACKING = "gzip"
_STEP = 256 * 1024


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: int
    content_type: str
    content: bytes
    headers: httpx.Headers = field(default_factory=httpx.Headers)


class UnusableContentError(Exception):
    """The content is too large, or packed otherwise than asked for; its text says so in Spanish."""


def whole_answer(response: httpx.Response, most: int = LARGEST_DOCUMENT) -> Answer:
    """Read an answer to its end.

    Args:
        most: bytes of its content, unpacked.

    Raises:
        UnusableContentError: nothing that trying again would change.
        httpx.TransportError: the line broke off.
    """
    parts: list[bytes] = []
    size = 0
    for part in _unpacked(response):
        parts.append(part)
        size += len(part)
        if size > most:
            raise UnusableContentError("la respuesta del servicio es demasiado grande")
    content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    return Answer(response.status_code, content_type, b"".join(parts), response.headers)


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in {"", "identity"}:
        yield from response.iter_raw()
    elif packing == PACKING:
        yield from _gunzipped(response)
    else:
        raise UnusableContentError("la respuesta del servicio está comprimida de un modo que no se pidió")


def _gunzipped(response: httpx.Response) -> Iterator[bytes]:
    packed = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for part in response.iter_raw():
        rest = part
        while rest:
            try:
                yield packed.decompress(rest, _STEP)
            except zlib.error:
                raise UnusableContentError("la respuesta del servicio no está bien comprimida") from None
            if packed.eof:
                return
            rest = packed.unconsumed_tail
    raise httpx.RemoteProtocolError("the packed content breaks off")
