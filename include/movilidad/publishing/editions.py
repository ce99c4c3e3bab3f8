"""What the stages need to know of a series: how its releases are counted, protected, written and checked."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd
from sqlalchemy import Connection, Engine

from movilidad.disclosure.history import History
from movilidad.model.periods import Month, Period
from movilidad.publishing.audit_record import Audit
from movilidad.publishing.candidate import Candidate, FrozenInput
from movilidad.publishing.findings import Finding
from movilidad.publishing.past import Past
from movilidad.publishing.sheets import Sheet
from movilidad.publishing.tables_read import PublishedTable
from movilidad.reports.facts import ReleaseFacts
from movilidad.statistics.inputs import Load

if TYPE_CHECKING:
    from movilidad.reports.elements import Report


@dataclass(frozen=True)
class Ingredients:
    """What a release would be made of; the attributes are those of a candidate.

    Attributes:
        inputs: what is counted, in a fixed order.
        parts: the monthly releases that four months are made of.
        earlier: the loads of the year's months before.
        comparables: the releases that it is compared with.
    """

    inputs: tuple[FrozenInput, ...]
    parts: tuple[str, ...] = ()
    earlier: tuple[tuple[Month, tuple[Load, ...]], ...] = ()
    comparables: tuple[str, ...] = ()


class Tables(Protocol):
    """Figures of a period, as one stage hands them to the next."""

    @property
    def resumen(self) -> pd.DataFrame: ...

    @property
    def notas(self) -> dict[str, str]: ...

    def save(self, folder: Path) -> None: ...


class Edition(Protocol):
    """The releases of one series. Tables and context are its own; nobody else looks into them."""

    def ingredients(self, engine: Engine, period: Period, past: Past) -> Ingredients:
        """What a release of the period would be made of now; a DataError if something is missing."""

    def missing(self, engine: Engine, candidate: Candidate) -> list[str]:
        """Which of the inputs this warehouse does not have, in words."""

    def review(self, candidate: Candidate) -> None:
        """Judge the inputs together; a DataError if a critical rule failed."""

    def count(self, engine: Engine, candidate: Candidate) -> Tables:
        """The true figures."""

    def read(self, folder: Path) -> Tables:
        """What the tables' ``save`` wrote."""

    def review_tables(self, candidate: Candidate, tables: Any) -> None:
        """Judge the true figures; a DataError if a critical rule failed."""

    def protect(self, counted: Any, candidate: Candidate, history: History) -> tuple[Tables, pd.DataFrame]:
        """The figures that may be shown, and the rows of the ledger."""

    def context(self, connection: Connection, candidate: Candidate, tables: Any) -> Any:
        """What is told beyond the period's own figures, from what was published."""

    def sheets(self, tables: Any, candidate: Candidate) -> list[Sheet]:
        """The CSV files of the figures."""

    def beside(self, context: Any, candidate: Candidate) -> list[Sheet]:
        """The CSV files of the context."""

    def parts(self, together: Sheet) -> dict[str, Sheet]:
        """Folder in the release → figures of the part that it is about, out of all figures."""

    def reports(self, tables: Any, facts: ReleaseFacts, context: Any) -> "list[Report]":
        """The report's model in each language in which it appears, Spanish first."""

    def dimensions(self) -> list[str]:
        """The dimensions that the tables of the series may have, in the order of the file of all tables."""

    def audit(self, connection: Connection, candidate: Candidate, draft: str) -> Audit:
        """Attack a draft whose cells are in the ledger; what was attacked.

        A DataError if anything hidden can be worked out.
        """

    def checks(self, tables: list[PublishedTable], smallest: int) -> list[Finding]:
        """Whether the public figures agree with each other, and show no count below ``smallest``."""


def edition_of(series: str) -> Edition:
    """The edition of a series that exists."""
    from movilidad.publishing.four_monthly import FourMonthlyEdition
    from movilidad.publishing.monthly import MonthlyEdition
    from movilidad.publishing.platforms.edition import PlatformEdition

    editions: dict[str, Edition] = {
        "mensual": MonthlyEdition(),
        "cuatrimestral": FourMonthlyEdition(),
        "plataformas": PlatformEdition(),
    }
    return editions[series]
