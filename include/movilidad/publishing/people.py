"""What releases that count people have in common: loads, finished tables, the attack on their cells."""

from abc import ABC, abstractmethod
from typing import Any

from sqlalchemy import Connection, Engine

from movilidad.publishing.attack import require_safe
from movilidad.publishing.audit_record import Audit
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.figure_check import minimum, totals
from movilidad.publishing.findings import Finding
from movilidad.publishing.loads import missing_loads
from movilidad.publishing.sheets import Sheet
from movilidad.publishing.tables_read import PublishedTable
from movilidad.publishing.vocabulary import dimension_names
from movilidad.quality.findings import TABLES
from movilidad.quality.joint.judging import SHAPES, Subject, judge_joint, shaped
from movilidad.statistics.consistency import consistency_frames


class PeopleEdition(ABC):
    """The part of an edition that month and four months share."""

    def missing(self, engine: Engine, candidate: Candidate) -> list[str]:
        return missing_loads(engine, candidate)

    def review_tables(self, candidate: Candidate, tables: Any) -> None:
        """Judge them by ``expectations/cuadros.yml``; a DataError if a critical rule failed."""
        made = consistency_frames(tables.cuadros)
        frames = {name: shaped(TABLES, name, made[name]) for name in SHAPES[TABLES]}
        judge_joint(Subject(TABLES, candidate.periodo, candidate.candidate_id), frames, [])

    def parts(self, together: Sheet) -> dict[str, Sheet]:
        """None: each report is about all figures."""
        return {}

    def dimensions(self) -> list[str]:
        return dimension_names()

    def audit(self, connection: Connection, candidate: Candidate, draft: str) -> Audit:
        return require_safe(connection, candidate, draft)

    def checks(self, tables: list[PublishedTable], smallest: int) -> list[Finding]:
        return [totals(tables), minimum(tables, smallest), self.agreement(tables)]

    @abstractmethod
    def agreement(self, tables: list[PublishedTable]) -> Finding:
        """Whether the public files of the context agree with the figures."""
