"""The key of the pseudonyms: a root by which they are made, and a seal under which they are kept.

The root stays as long as the same person shall stay the same person. The seal can be another one every year:
without the seal in force, what is kept says nothing even to whoever knows the root.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

_TEXT = re.compile(r"(.*)\.sello\.([0-9a-f]{64})", re.DOTALL)
# a key that somebody made up must not be found by trying words: each try costs a tenth of a second
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 16}


@dataclass(frozen=True)
class PseudonymKey:
    """Root and seal (32 bytes; empty as long as the key was never rotated). Neither is ever printed."""

    root: bytes = field(repr=False)
    seal: bytes = field(default=b"", repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of its text: ``<root>``, or ``<root>.sello.<64 hexadecimal digits>``."""
        match = _TEXT.fullmatch(text)
        return cls(match[1].encode(), bytes.fromhex(match[2])) if match else cls(text.encode())

    @property
    def text(self) -> str:
        return self.root.decode() + (f".sello.{self.seal.hex()}" if self.seal else "")

    @property
    def seal_id(self) -> str:
        """By which a seal is known again, and not found; empty if there is none."""
        return hashlib.sha256(b"movilidad:sello:" + self.seal).hexdigest()[:16] if self.seal else ""

    def with_new_seal(self) -> Self:
        return type(self)(self.root, secrets.token_bytes(32))


@lru_cache(maxsize=8)  # each load asks again for every table
def fingerprint(secret: bytes, salt: bytes) -> str:
    """By which a key, or its root, is known again, and not found."""
    return hashlib.scrypt(secret, salt=salt, **_COST).hex()
