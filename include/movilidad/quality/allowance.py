"""Exceptions applied to what the rules found in one data set."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from movilidad.quality.exceptions import Accepted, subject_of
from movilidad.quality.expectations import Outcome


@dataclass(frozen=True)
class Allowance:
    """What is accepted in a data set; ``keys_of`` gives the record keys of rows."""

    dataset: str
    accepted: Accepted
    keys_of: Callable[[Any], dict[int, str]]

    def applied(self, outcome: Outcome) -> Outcome:
        """The outcome without what a recorded decision lets pass."""
        subject = subject_of(self.dataset, outcome.rule)
        if subject in self.accepted.subjects() and outcome.rule.meta.accion != "cuarentena":
            return replace(outcome, success=True, failing=0, rows=[], accepted=outcome.failing or 1)
        keys = self.accepted.keys(subject)
        if not keys or not outcome.rows:
            return outcome
        names = self.keys_of(outcome.rows)
        left = [row for row in outcome.rows if names[row] not in keys]
        passed = len(outcome.rows) - len(left)
        return replace(
            outcome,
            success=outcome.success or not left,
            failing=outcome.failing - passed,
            rows=left,
            accepted=passed,
        )
