"""Errors that a person can act on: what happened, where, how many rows, what to do.

Messages are Spanish, because operators and stewards read them, and never hold a value of a record.
Kept free of imports: Airflow loads this module while it parses DAG files.
"""


class MovilidadError(Exception):
    """Base of all errors with a message for people.

    Args:
        what: what is wrong, in Spanish, without any value of a record.
        source: the source's name (``programa_trabajo_temporal``).
        period: the period concerned (``2026-10``).
        place: the file, table, data set or page.
        rows: how many rows are concerned.
        remedy: what the reader should do first.
    """

    def __init__(
        self,
        what: str,
        *,
        source: str | None = None,
        period: object | None = None,
        place: str | None = None,
        rows: int | None = None,
        remedy: str | None = None,
    ) -> None:
        self.what, self.source, self.period = what, source, None if period is None else str(period)
        self.place, self.rows, self.remedy = place, rows, remedy
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        where = ", ".join(
            text
            for text in (
                f"fuente {self.source}" if self.source else "",
                f"periodo {self.period}" if self.period else "",
                self.place or "",
            )
            if text
        )
        if self.source or self.period:  # a place alone is a name, which keeps its letters
            where = where[0].upper() + where[1:]
        sentence = f"{where}: {self.what}" if where else self.what
        if self.rows is not None:
            sentence += f" ({self.rows:,} {'fila' if self.rows == 1 else 'filas'})"
        sentence = sentence.rstrip(".") + "."
        return f"{sentence} Qué hacer: {self.remedy.rstrip('.')}." if self.remedy else sentence


class DataError(MovilidadError):
    """The data are wrong; trying again cannot repair them."""


class NotYetError(DataError):
    """Nothing is wrong: what the work needs does not exist yet and comes by itself."""


class AlteredError(DataError):
    """What stands where something was published is not what was published."""


class UnavailableError(MovilidadError):
    """Something outside does not answer; trying again later may help."""


class UsageError(MovilidadError):
    """The program was called wrongly: an unknown month, source or release."""
