"""A line to a server that can be cut, lose packets, stop in the middle of an answer, or answer 500 itself.

How it behaves stands in a file, which any process may write: ``<mode> <seed>``; without it, it is a good line.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from chaos.schedule import CUT, ERROR, LOSS, TRUNCATED

_GOOD = ""
_SEGMENT = 1460  # bytes; what one packet carries
_AGAIN = 0.002  # seconds until a lost packet comes again, doubled each time; really a hundred times as long
_GIVES_UP = 6  # a packet lost so many times in a row breaks the line
_PART = 30_000  # of a truncated answer comes at most this much
_REFUSAL = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Address = tuple[str, int] | str  #: a port, or a socket in the file system


class Wire:
    """A line on a port of its own; :attr:`port` leads to the server behind it."""

    def __init__(self, behind: Address, mode: Path) -> None:
        self._behind, self._mode = behind, mode
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._count = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def mode(self) -> tuple[str, int]:
        """How it behaves now, and the seed of its accidents."""
        try:
            name, _, seed = self._mode.read_text(encoding="utf-8").rpartition(" ")
            return name, int(seed)
        except (OSError, ValueError):
            return _GOOD, 0

    def _accept(self) -> None:
        while True:
            caller, _ = self._server.accept()
            self._count += 1
            threading.Thread(target=self._serve, args=(caller, self._count), daemon=True).start()

    def _serve(self, caller: socket.socket, number: int) -> None:
        mode, seed = self.mode()
        accidents = Random(f"{seed} {number}")  # noqa: S311 - not a secret
        with caller:
            if mode == CUT:
                _break(caller)
            elif mode == ERROR:
                _refuse(caller)
            else:
                self._connect(caller, accidents, mode)

    def _connect(self, caller: socket.socket, accidents: Random, mode: str) -> None:
        family = socket.AF_UNIX if isinstance(self._behind, str) else socket.AF_INET
        with socket.socket(family) as server, suppress(OSError):
            server.connect(self._behind)
            for side in (caller, server):
                _hurry(side)
            limits = [accidents.randrange(1, _PART), 1 << 60]
            if accidents.random() < 0.3:  # what is sent is cut short, not what is answered
                limits.reverse()
            answered, sent = limits if mode == TRUNCATED else (1 << 60, 1 << 60)
            back = threading.Thread(target=self._pump, args=(server, caller, accidents, answered), daemon=True)
            back.start()
            self._pump(caller, server, accidents, sent)
            back.join()

    def _pump(self, source: socket.socket, target: socket.socket, accidents: Random, limit: int) -> None:
        """Carry bytes until one side ends, the line breaks, or ``limit`` bytes have passed."""
        with suppress(OSError):
            while limit > 0 and (part := source.recv(_SEGMENT)):
                mode, _ = self.mode()
                if mode == CUT or (mode == LOSS and not _arrives(accidents, time.sleep)):
                    _break(source)
                    _break(target)
                    return
                target.sendall(part[:limit])
                limit -= len(part)
            if limit <= 0:
                for each in (source, target):
                    each.shutdown(socket.SHUT_RDWR)
            else:
                target.shutdown(socket.SHUT_WR)


def _arrives(accidents: Random, wait: Callable[[float], None]) -> bool:
    """Whether a packet comes through at last where three of ten are lost."""
    for lost in range(_GIVES_UP):
        if accidents.random() >= 0.3:
            return True
        wait(_AGAIN * 2**lost)
    return False


def _hurry(line: socket.socket) -> None:
    """Let small parts not wait for the answer to those before."""
    if line.family == socket.AF_INET:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _break(line: socket.socket) -> None:
    """Close so that the other side sees a broken line, not an end."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def _refuse(caller: socket.socket) -> None:
    """Answer a request with HTTP 500."""
    caller.settimeout(2)
    with suppress(OSError):
        while b"\r\n\r\n" not in caller.recv(65_536):
            pass
        caller.sendall(_REFUSAL)
        caller.shutdown(socket.SHUT_WR)
        while caller.recv(65_536):
            pass
