"""Texts that mean harm, and what tests of hostile input share."""

import gc
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import brotli
from sources_support import QuietHandler, on_loopback

#: a text without repetition: no index of a database can make it short
_LONG = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(160))
#: longer than a key may be, and than any number
TOO_LONG = (_LONG, "9" * 400)

#: only JSON can bring it: databases, XML and CSV have no place for it
NUL = "a\0b"
#: texts that some layer below would read as a command, a pattern, a number or a date if it were let
COMMANDS = (
    "'; DROP TABLE nucleo.personas CASCADE; --",
    '"; DROP SCHEMA nucleo CASCADE; --',
    "1) ON CONFLICT DO NOTHING; DELETE FROM control.cargas; --",
    "$$; COPY control.cargas TO PROGRAM 'id'; $$",
    "\\'; SELECT pg_sleep(60); --",
    "%(x)s %s %% %",
    "{x} {0} {0.__class__} {",
    ":inicio :fin",
    "\\",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    "NULL",
    "nan",
    "NaT",
    "now",
    "today",
    "infinity",
    "1e999",
    "-1e999",
    "{{ 7*7 }}{% include 'x' %}${7*7}",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.example")',
)


@contextmanager
def memory_below(mebibytes: float) -> Iterator[None]:
    """The block never takes more memory than this beyond what the process has."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak until now
    before = _mebibytes("VmRSS")
    yield
    grown = _mebibytes("VmHWM") - before
    assert grown < mebibytes, f"{grown:.0f} MiB"


def _mebibytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def without_end(part: bytes, pause: float = 0.0) -> Iterator[bytes]:
    """The same bytes again and again, for as long as somebody listens."""
    while True:
        yield part
        sleep(pause)


@contextmanager
def sending(parts: Callable[[], Iterable[bytes]]) -> Iterator[str]:
    """A server on loopback that answers every request with these bytes as they are, status line and all."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            for part in parts():
                self.wfile.write(part)
            self.close_connection = True

        do_POST = do_GET  # noqa: N815

    with on_loopback(Handler) as url:
        yield url


def head(kind: str = "application/json", status: str = "200 OK", **headers: str) -> bytes:
    """Status line and headers of an answer, the last one on its connection: `sending` hangs up after it."""
    named = {"Content-Type": kind, "Connection": "close", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def swelling(coding: str) -> Iterator[bytes]:
    """Compressed blanks without end: a thousand times as many as bytes are sent, squared for «gzip, gzip»."""
    makers = {"gzip": lambda: zlib.compressobj(9, wbits=31), "br": lambda: brotli.Compressor(quality=5)}
    chain = [makers[name]() for name in coding.split(", ")]
    blanks = b" " * 2**20
    while True:
        part = blanks
        for maker in chain:
            part = maker.compress(part) if hasattr(maker, "compress") else maker.process(part)
        yield part
