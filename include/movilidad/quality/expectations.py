"""Running Great Expectations on a frame so that no value leaves it.

GX gives row numbers only, and these stay in memory: values are excluded from its results, its texts (which may
quote values) are never passed on, its log is shut, and nothing is written to disk or sent anywhere.
"""

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from movilidad.quality import words
from movilidad.quality.suites import Rule

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}
_NUMBER = "numero"


class InapplicableRuleError(Exception):
    """GX cannot apply a rule: position of the rule in the list, and the name of what GX raised."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(number, reason)
        self.number, self.reason = number, reason

    @property
    def sentence(self) -> str:
        """What is wrong, for the person who wrote the rule."""
        if self.reason == "ExpectationNotFoundError":
            return "no existe una expectativa de ese nombre en Great Expectations"
        return f"la expectativa no se puede aplicar ({self.reason})"


@dataclass(frozen=True)
class Outcome:
    """What one rule found: ``rows`` are the index labels of the failing rows, ``failing`` their number.

    ``accepted`` are those that a recorded exception lets pass; they are none of the failing ones.
    """

    rule: Rule
    success: bool
    failing: int
    rows: list[int] = field(default_factory=list, repr=False)
    accepted: int = 0

    @property
    def stops(self) -> bool:
        """Whether what was judged may not go on."""
        return self.rule.meta.accion == "detener" and not self.success

    def told(self, dataset: str) -> str:
        """The failure in a sentence without its full stop."""
        where = f" ({words.rows(self.failing)})" if self.failing else ""
        return f"{dataset}: {self.rule.meta.explicacion.rstrip('.')}{where}"

    def counts(self) -> dict[str, Any]:
        """What is kept of it, free of values."""
        return {
            "regla": self.rule.type,
            "columna": ", ".join(self.rule.columns),
            "gravedad": self.rule.severity,
            "accion": self.rule.meta.accion,
            "cumple": self.success,
            "filas": self.failing,
            **({"aceptadas": self.accepted} if self.accepted else {}),
        }


def judge(frame: pd.DataFrame, rules: Sequence[Rule], parameters: Mapping[str, Any]) -> list[Outcome]:
    """Apply ``rules`` to ``frame`` (unique integer index), outcomes in the rules' order.

    Raises:
        InapplicableRuleError: GX does not know the expectation, or cannot apply it to its columns.
    """
    if not rules:
        return []
    with _silent():
        import great_expectations as gx  # takes seconds

        context: Any = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        suite = gx.ExpectationSuite(name="reglas")
        for number, rule in enumerate(rules):
            # not add_expectation_configuration: it replaces an expectation of the same type on the same column
            suite.add_expectation(_expectation(number, rule, parameters))
        asset = context.data_sources.add_pandas("marco").add_dataframe_asset("conjunto")
        # only what the rules look at: pseudonyms and names stay out
        wanted = sorted({column for rule in rules for column in rule.columns})
        batch = asset.add_batch_definition_whole_dataframe("todo").get_batch({"dataframe": frame[wanted]})
        found = batch.validate(suite, result_format=dict(_RESULT_FORMAT)).results
    outcomes = {}
    for result in found:
        number = result.expectation_config.meta[_NUMBER]
        outcomes[number] = _outcome(number, rules[number], result)
    if lost := sorted(set(range(len(rules))) - set(outcomes)):
        raise InapplicableRuleError(lost[0], "igual a otra regla")
    return [outcomes[number] for number in range(len(rules))]


def _expectation(number: int, rule: Rule, parameters: Mapping[str, Any]) -> Any:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metadata_types import FailureSeverity

    configuration = ExpectationConfiguration(
        type=rule.type,
        kwargs={name: _value(value, parameters) for name, value in rule.kwargs.items()},
        severity=FailureSeverity(rule.severity),
        meta={_NUMBER: number},
    )
    try:
        return configuration.to_domain_obj()
    except Exception as error:  # unknown name or wrong arguments; GX has many classes for it
        raise InapplicableRuleError(number, type(error).__name__) from None


def _value(value: Any, parameters: Mapping[str, Any]) -> Any:
    if isinstance(value, dict) and "$PARAMETER" in value:
        return parameters[value["$PARAMETER"]]
    if isinstance(value, list):
        return [_value(item, parameters) for item in value]
    return value


def _outcome(number: int, rule: Rule, result: Any) -> Outcome:
    raised = result.exception_info or {}
    if raised.get("raised_exception", True):  # one flag, or a map with an entry per failed metric
        raise InapplicableRuleError(number, "MetricError")
    rows = [int(row) for row in result.result.get("unexpected_index_list") or []]
    failing = int(result.result.get("unexpected_count") or 0)
    return Outcome(rule, bool(result.success), failing, rows)


@contextmanager
def _silent() -> Iterator[None]:
    """GX without usage reports, log lines and warnings."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read while GX is imported
    log = logging.getLogger("great_expectations")
    nowhere, propagates = logging.NullHandler(), log.propagate
    log.addHandler(nowhere)
    log.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.propagate = propagates
        log.removeHandler(nowhere)
