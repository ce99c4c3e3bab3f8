"""An end to what a server goes on with: a byte now and then would keep a reader waiting for ever."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer


class Line:
    """The line to a server, which is cut when an exchange takes too long.

    Attributes:
        is_cut: whether that happened: then what was read so far is not all.
    """

    def __init__(self) -> None:
        self.is_cut = False
        self._descriptor: Callable[[], int] | None = None

    def watch(self, descriptor: Callable[[], int] | None) -> None:
        """Take what gives the file descriptor of an open connection for the line; None if nothing does."""
        self._descriptor = descriptor
        if self.is_cut:
            self._cut()

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Cut the line if the block lasts longer; whoever waits for bytes there then gets an error or the end."""
        timer = Timer(seconds, self._cut)
        timer.daemon = True
        self.is_cut = False
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.is_cut = True
        if self._descriptor is not None:
            # closed meanwhile, a connection has no descriptor
            with suppress(Exception), socket.socket(fileno=os.dup(self._descriptor())) as twin:
                twin.shutdown(socket.SHUT_RDWR)
