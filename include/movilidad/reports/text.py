"""Text as it may stand on a page, whatever a source holds."""

import unicodedata

from movilidad.reports import language

# controls, invisible format characters (right-to-left overrides among them), private use, surrogates, unassigned
_UNPRINTABLE = ("Cc", "Cf", "Co", "Cs", "Cn")


def printable(text: str) -> str:
    """One line of visible characters; templates escape markup, this takes away what no escape makes harmless."""
    blanks = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    visible = "".join(char for char in blanks if unicodedata.category(char) not in _UNPRINTABLE)
    return " ".join(visible.split())


def typographic(label: str) -> str:
    """A label of a code list with the apostrophe that Mayan names have in print: ``Q’eqchi’``."""
    return printable(label).replace("'", "’")


def listed(parts: list[str]) -> str:
    """``a``, ``a y b``, ``a, b y c``; ``e`` before a word that sounds as i. In English ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    if language.current() is language.ENGLISH:
        return f"{', '.join(parts[:-1])} and {parts[-1]}"
    last = parts[-1]
    folded = unicodedata.normalize("NFKD", last.casefold())
    joint = "e" if folded.startswith(("i", "hi")) and not folded.startswith(("hie", "hia", "ia", "io")) else "y"
    return f"{', '.join(parts[:-1])} {joint} {last}"


def sentence(text: str) -> str:
    """The text with a capital letter first and one full stop last."""
    plain = text.strip().rstrip(".")
    return f"{plain[:1].upper()}{plain[1:]}."
