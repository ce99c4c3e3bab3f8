"""An SFTP server on loopback that a test starts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko


class OnlyAna(paramiko.ServerInterface):
    """Lets the user ``ana`` in by her password."""

    password: str

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("ana", self.password)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


@contextmanager
def serving(
    root: Path,
    files: type[paramiko.SFTPServerInterface],
    password: str,
    *,
    port: int = 0,
    host_key: paramiko.ECDSAKey | None = None,
) -> Iterator[tuple[int, str]]:
    """Serve a folder; give the port and the server's key as known hosts write it.

    Args:
        files: what may be done with the files below its attribute ``root``.
        password: of the user ``ana``.
        port, host_key: of a server that was there before; by default new ones.
    """
    host_key = host_key or paramiko.ECDSAKey.generate()
    served = type("Served", (files,), {"root": root})
    guard = type("Guard", (OnlyAna,), {"password": password})
    listener = socket.create_server(("127.0.0.1", port))
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(peer)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, served)
            transports.append(transport)
            try:
                transport.start_server(server=guard())
            except (paramiko.SSHException, EOFError):
                transport.close()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], f"{host_key.get_name()} {host_key.get_base64()}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for transport in transports:
        transport.close()
