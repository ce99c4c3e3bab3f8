"""What the unknowns count."""

from typing import NamedTuple


class Name(NamedTuple):
    """What an unknown counts.

    Attributes:
        months: of its period.
        of: a printed cell, or a clique and a cell of it.
    """

    measure: str
    version: int
    months: tuple[str, ...]
    of: tuple[object, ...]
