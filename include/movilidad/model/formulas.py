"""What a spreadsheet takes for a formula, and how it is kept from running."""

# the wide forms count in Asian editions
_ACTIVE = tuple("=+-@\t\r＝＋－＠")


def is_active(text: str) -> bool:
    """Whether a cell that begins so would be reckoned."""
    return text.startswith(_ACTIVE)


def inert(text: str) -> str:
    """The text as a cell that stays text: an apostrophe before what would be reckoned."""
    return f"'{text}" if is_active(text) else text
