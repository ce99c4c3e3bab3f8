"""Encryption on the way: whatever leaves this machine is encrypted and the other end proves who it is.

A connection may say otherwise in its extra ``cifrado``: ``sin_verificar`` (encrypted, whoever answers is believed)
or ``ninguno``, for a network that is protected by other means.
"""

import ipaddress
import ssl
from enum import StrEnum

from movilidad.model.errors import UsageError
from movilidad.sources.connection import Connection
from movilidad.sources.reader import Place

#: what to do where a server does not encrypt
REMEDY = (
    "pida TLS a quien administra el servidor (su autoridad va en «ca»); si la red ya está protegida de otro modo,"
    " escriba «cifrado»: «ninguno» en los extras de la conexión"
)

UNREADABLE_AUTHORITY = "no se puede leer el archivo de «ca»"


class Encryption(StrEnum):
    """How a connection is encrypted."""

    VERIFIED = "verificado"
    UNVERIFIED = "sin_verificar"
    NONE = "ninguno"


def encryption_of(connection: Connection) -> Encryption:
    """What the connection says, or else ``verificado``; a UsageError if it says something unknown."""
    try:
        return Encryption(str(connection.extra.get("cifrado") or Encryption.VERIFIED))
    except ValueError:
        raise UsageError(
            f"«cifrado» no es {', '.join(Encryption)}", remedy="corrija los extras de la conexión"
        ) from None


def is_this_machine(host: str | None) -> bool:
    """Whether what is sent to a host never leaves: loopback, or a socket of the file system."""
    if not host or host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def may_be_plain(connection: Connection, host: str | None) -> bool:
    """Whether an address without encryption is all right."""
    return is_this_machine(host) or encryption_of(connection) is Encryption.NONE


def authority_of(connection: Connection) -> str | None:
    """The file of the authority that the connection trusts; None for those of the system."""
    return str(connection.extra.get("ca") or "") or None


def tls_of(connection: Connection) -> ssl.SSLContext:
    """What proves the other end: the authority of the connection, or those of the system.

    An OSError if the authority's file cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context(cafile=authority_of(connection))
    if encryption_of(connection) is Encryption.UNVERIFIED:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def tls_context(place: Place) -> ssl.SSLContext:
    """The same for a source; a UsageError that names it if the authority's file cannot be read."""
    try:
        return tls_of(place.connection)
    except OSError:
        raise place.usage_error(UNREADABLE_AUTHORITY, "conexión") from None
