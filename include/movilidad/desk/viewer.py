"""Whoever looks at the desk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """Somebody who is logged in and may look.

    Attributes:
        nombre: what the login calls him.
        actua: may decide about releases. Only who acts sees drafts, record keys and exact counts; others see what
            is public, where everything stands, and rounded figures.
    """

    nombre: str
    actua: bool = False

    def least(self, minimum: int) -> int:
        """The smallest count besides zero that he is shown, of those that ``minimum`` protects."""
        return 0 if self.actua else minimum
