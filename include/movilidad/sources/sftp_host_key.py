"""Which SFTP servers are believed: only those whose public key is known beforehand."""

from pathlib import Path
from typing import Any

import paramiko


class UnknownHostKey(paramiko.SSHException):
    """The server shows a key that nobody has confirmed."""


class KnownHostKeys(paramiko.MissingHostKeyPolicy):
    """Accept a server whose key the connection names, or that ``~/.ssh/known_hosts`` holds.

    Args:
        keys: ``clave_servidor`` of the connection: one or more lines ``ssh-ed25519 AAAA…``.
    """

    def __init__(self, keys: Any) -> None:
        lines = keys if isinstance(keys, list) else str(keys or "").splitlines()
        self._keys = {tuple(str(line).split()[:2]) for line in lines if str(line).strip()}

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Called while connecting; raising ends the connection before any secret is sent."""
        if self._keys:
            known = (key.get_name(), key.get_base64()) in self._keys
        else:
            file = Path.home() / ".ssh" / "known_hosts"
            known = file.is_file() and paramiko.HostKeys(str(file)).check(hostname, key)
        if not known:
            raise UnknownHostKey("unknown host key")
