"""File systems elsewhere, opened with the address and secret of a connection: a folder, SFTP, S3 (fsspec)."""

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import fsspec
from fsspec.core import url_to_fs

from movilidad.sources.connection import Connection
from movilidad.sources.transit import may_be_plain

Trouble = Literal["abierto", "clave", "rechazo", "uso", "silencio"]
_PROTOCOLS = {"file": "file", "local": "file", "sftp": "sftp", "ssh": "sftp", "s3": "s3", "s3a": "s3"}
_REFUSALS = {"AuthenticationException", "BadAuthenticationType", "PermissionError", "NoCredentialsError"}


class PlainAddressError(ValueError):
    """The object store's address does not encrypt."""


def protocol_of(url: str) -> str | None:
    """``file``, ``sftp`` or ``s3``; None for any other address."""
    return None if "::" in url else _PROTOCOLS.get(url.split("://", maxsplit=1)[0] if "://" in url else "file")


def open_storage(url: str, connection: Connection, seconds: float) -> tuple[Any, str]:
    """The file system of an address that ``protocol_of`` knows, and the path in it.

    Args:
        connection: user, secret and ``opciones`` (storage options of fsspec, a mapping).
        seconds: how long an answer may take.

    Raises:
        Exception: what the library raises; its text may hold secrets, ``trouble_of`` says what it means.
    """
    protocol = protocol_of(url) or ""
    options = _options(connection, protocol, seconds)
    # a file:// address writes blanks and accents as %20 and the like
    address = unquote(url.removeprefix("file://")) if url.startswith("file://") else url
    files, path = url_to_fs(address, **options)
    if protocol == "sftp":
        files.ftp.get_channel().settimeout(options["timeout"])
    return files, path


def close_storage(files: "fsspec.AbstractFileSystem") -> None:
    """End an SFTP session; the others hold nothing open."""
    client = getattr(files, "client", None)
    if client is not None and hasattr(files, "ftp"):
        client.close()


def descriptor_of(files: "fsspec.AbstractFileSystem") -> Callable[[], int] | None:
    """What gives the file descriptor of an SFTP session; the others have none of their own."""
    if not hasattr(files, "ftp"):
        return None
    descriptor: Callable[[], int] = files.ftp.get_channel().get_transport().sock.fileno
    return descriptor


def trouble_of(error: Exception) -> Trouble:
    """What an error of a file system means: no encryption, unknown server key, refusal, wrong options, silence."""
    kind = type(error).__name__
    if isinstance(error, PlainAddressError):
        return "abierto"
    if kind == "UnknownHostKey":
        return "clave"
    if kind in _REFUSALS or isinstance(error, PermissionError):
        return "rechazo"
    return "uso" if isinstance(error, TypeError | ValueError) else "silencio"


def _options(connection: Connection, protocol: str, seconds: float) -> dict[str, Any]:
    """Options of the file system: those of the connection, its user and secret, and limits in time."""
    given: dict[str, Any] = connection.extra.get("opciones") or {}
    secret = connection.password.get_secret_value() if connection.password else None
    options: dict[str, Any] = {"skip_instance_cache": True}
    if protocol == "sftp":
        from movilidad.sources.sftp_host_key import KnownHostKeys

        options |= {"username": connection.login, "password": secret, "port": connection.port}
        options |= {"timeout": seconds, "banner_timeout": seconds, "auth_timeout": seconds}
        options |= {"allow_agent": False, "look_for_keys": False}
        options["host_key_policy"] = KnownHostKeys(connection.extra.get("clave_servidor"))
    elif protocol == "s3":
        options |= {"key": connection.login, "secret": secret, "use_listings_cache": False}
        options["config_kwargs"] = {"connect_timeout": seconds, "read_timeout": seconds}
        _require_encryption(connection, given)
    options = {name: value for name, value in options.items() if value is not None}
    # the host key is the connection's to say, not an option's to switch off
    return options | {name: value for name, value in given.items() if name != "host_key_policy"}


def _require_encryption(connection: Connection, given: dict[str, Any]) -> None:
    """A PlainAddressError if an object store elsewhere would be spoken to in the open."""
    own = given.get("client_kwargs")
    for options in (given, own if isinstance(own, dict) else {}):
        address = urlsplit(str(options.get("endpoint_url") or ""))
        if (address.scheme == "http" or options.get("use_ssl") is False) and not may_be_plain(
            connection, address.hostname or "s3"
        ):
            raise PlainAddressError("http")
