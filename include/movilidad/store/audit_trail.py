"""The audit trail, table ``control.bitacora``: who looked at what is set apart, who decided what, and when.

Most of it PostgreSQL writes by itself, with the decision; here are the acts that it cannot see. Nothing of it can
be changed or deleted.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Entry:
    """One act: of whom, what, about which release, source or thing, and of which period (may be empty)."""

    momento: datetime
    quien: str
    que: str
    objeto: str
    periodo: str


def note(connection: Connection, quien: str, que: str, objeto: str) -> None:
    """Add an act, in the caller's transaction."""
    connection.execute(
        text("INSERT INTO control.bitacora (quien, que, objeto) VALUES (:quien, :que, :objeto)"),
        {"quien": quien, "que": que, "objeto": objeto},
    )


def entries(connection: Connection, newest: int, about: str = "") -> list[Entry]:
    """The newest acts, newest first; those about one release, source or period only, if ``about`` names it."""
    rows = connection.execute(
        text(
            "SELECT momento, quien, que, objeto, periodo FROM control.bitacora"
            " WHERE :about IN ('', objeto, periodo) ORDER BY orden DESC LIMIT :newest"
        ),
        {"about": about, "newest": newest},
    )
    return [Entry(*row) for row in rows]
