"""Text as it may stand in any file: on one line, without what hides or turns letters."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=1 << 14)  # the same codes and names come in every table
def plain_text(text: str) -> str:
    """A text on one line, without control and direction marks and what XML has no place for."""
    return "".join(char for char in " ".join(text.split()) if is_printable(char))


def is_printable(char: str) -> bool:
    """Whether a character shows or parts something, and neither steers, hides nor turns others."""
    noncharacter = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return not noncharacter and unicodedata.category(char) not in ("Cc", "Cf", "Cs")
