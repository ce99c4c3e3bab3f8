"""Rounds of examples until the time is up; a round's seed brings its examples back."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz.target import Target
from fuzz.verdict import READ

_EXAMPLES = 100
_SLOW = 10.0  # seconds that no example may take
_SETTINGS = settings(
    deadline=None,
    database=None,
    derandomize=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)


@dataclass
class Tally:
    """What came of one target.

    Attributes:
        examples: how many a round has.
        failures: the seed of a round, and what was wrong.
    """

    target: Target
    examples: int = _EXAMPLES
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0
    failures: list[tuple[int, str]] = field(default_factory=list)

    @property
    def shows_nothing(self) -> bool:
        """It was played, and not one input was ever read."""
        return bool(self.outcomes) and not (self.outcomes[READ] or self.target.hopeless)

    def play(self, number: int) -> None:
        """One round; a target that failed is not played again."""
        if self.failures:
            return
        begun = time.monotonic()

        def check(example: Any) -> None:
            started = time.monotonic()
            self.outcomes[self.target.check(example)] += 1
            took = time.monotonic() - started
            self.slowest = max(self.slowest, took)
            assert took < _SLOW, f"tardó {took:.1f} s"

        try:
            limited = settings(_SETTINGS, max_examples=self.examples)
            seed(number)(limited(given(self.target.inputs)(check)))()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            notes = "\n".join(getattr(error, "__notes__", []))
            self.failures.append((number, f"{type(error).__name__}: {error}\n{notes}"))
        self.seconds += time.monotonic() - begun


def play(targets: Sequence[Target], minutes: float, first: int) -> list[Tally]:
    """Rounds of all targets, those first that have had the least time."""
    tallies = [Tally(target) for target in targets]
    end, number = time.monotonic() + 60 * minutes, first
    while time.monotonic() < end and not all(tally.failures for tally in tallies):
        min((each for each in tallies if not each.failures), key=lambda each: each.seconds).play(number)
        number += 1
    return tallies
