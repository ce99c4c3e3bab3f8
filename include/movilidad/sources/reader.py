"""What the four connectors have in common: one open source, read data set by data set."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract, Dataset

# more than this the text of a contract is not let do: formats can reach into objects and fill the memory
_PERIOD = re.compile(r"\{mes\}|\{(inicio|fin)(:(%[dmyYjbBHMS]|[\w./ -])+)?\}")

if TYPE_CHECKING:  # what only asks a source whether it answers does without
    import pandas as pd


class Reader(Protocol):
    """A source that has been opened for one month."""

    notes: list[str]

    def read(self, name: str) -> "pd.DataFrame":
        """All rows of a data set as text, columns named as at the source."""

    def columns(self, name: str) -> list[str]:
        """The columns that a data set has now, read as cheaply as the source allows; empty if unknowable."""

    def latest_month(self) -> Month | None:
        """The last month with records, if the source can tell."""


@dataclass(frozen=True)
class Place:
    """Where in a source something is read: makes the errors that name source, period and place."""

    contract: Contract
    connection: Connection
    month: Month
    notes: list[str] = field(default_factory=list)

    def dataset(self, name: str) -> Dataset:
        return self.contract.conjuntos[name]

    @property
    def period(self) -> Month | None:
        """The period that a message names: none for a source that gives all its history."""
        return self.month if self.contract.alcance == "mes" else None

    def data_error(self, what: str, place: str, *, rows: int | None = None, remedy: str = "") -> DataError:
        return DataError(
            what,
            source=self.contract.fuente,
            period=self.period,
            place=place,
            rows=rows,
            remedy=remedy or self.ask_steward(),
        )

    def unavailable(self, what: str, place: str, remedy: str = "") -> UnavailableError:
        return UnavailableError(
            what,
            source=self.contract.fuente,
            period=self.period,
            place=place,
            remedy=remedy or "se intentará de nuevo; si sigue así, avise al responsable de la plataforma",
        )

    def usage_error(self, what: str, place: str, remedy: str = "") -> UsageError:
        return UsageError(
            what,
            source=self.contract.fuente,
            place=place,
            remedy=remedy or f"corrija la conexión «{self.contract.conexion}» o el contrato de la fuente",
        )

    def ask_steward(self) -> str:
        steward = self.contract.responsable
        return f"avise a {steward.nombre} ({steward.correo})"

    def fill(self, text: str) -> str:
        """Put the period into a pattern of the contract: ``{mes}``, ``{inicio:%d/%m/%Y}``, ``{fin:…}``."""
        if set("{}") & set(_PERIOD.sub("", text)):
            raise self.usage_error(
                f"el contrato usa un patrón que no existe: {text}",
                "lectura",
                remedy="use {mes}, {inicio:%d/%m/%Y} o {fin:%d/%m/%Y}",
            )
        return text.format(mes=str(self.month), inicio=self.month.first_day, fin=self.month.last_day)

    def seconds(self, extra: str, default: float) -> float:
        """A time limit of the connection, in seconds."""
        value: Any = self.connection.extra.get(extra, default)
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            seconds = 0
        if seconds <= 0:
            raise self.usage_error(f"«{extra}» debe ser un número de segundos mayor que cero", "conexión")
        return seconds
