"""What a reader of everything ever published has before him, and what the office asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Cell = tuple[tuple[str, str], ...]  # sorted (dimension, code) pairs without margins; () is the grand total
Dimensions = tuple[str, ...]  # sorted


class Layer(NamedTuple):
    """One measure of one period as known in one version."""

    measure: str
    period: str
    version: int = 1


@dataclass(frozen=True)
class Seen:
    """One printed cell.

    Attributes:
        measure: what it counts (``colocados``).
        period: ``2026-10``, ``2026-C3`` (September to December), ``2026``, or ``2026-01/2026-10``.
        version: 1 for the first publication of the period, and one more for each revision.
        cell: sorted (dimension, code) pairs without margins; () is the grand total.
        value: the printed number; None if it is hidden.
        true_value: private, for the check of lone contributors only: the number behind a hidden cell.
        lone: private: one contributor alone is behind it.
        sensitive: private: hidden for its own sake, not to protect another.
        withheld: not even listed: readers do not know that the cell occurs, so it may be zero, and nothing is
            asked of its own interval; groups that can be worked out through it are looked for all the same.
        harmless: hidden, but whoever knows it knows nothing of anybody by that alone (a year to date of many
            people, hidden because some of its months are): nothing is asked of its own interval.
    """

    measure: str
    period: str
    version: int
    cell: Cell
    value: float | None
    true_value: float | None = None
    lone: bool = False
    sensitive: bool = False
    withheld: bool = False
    harmless: bool = False

    @property
    def layer(self) -> Layer:
        return Layer(self.measure, self.period, self.version)

    @property
    def dimensions(self) -> Dimensions:
        return tuple(name for name, _ in self.cell)


@dataclass(frozen=True)
class Structure:
    """How the printed cells hang together; everybody knows it.

    Attributes:
        printed: the dimension sets that are printed of a layer, besides those that occur among the cells. A cell
            of a printed set that does not occur is a published zero.
        belongs: (inner, outer) dimension → inner code → the outer codes of which it is a part. A code that is not
            named may be part of any. If any has several, the outer codes overlap and are sums of inner ones; then
            every inner code must be named, or have an outer one of its own name.
        atoms: dimension with overlapping codes → code → the smallest pieces it is made of (bands cut in two ways,
            the levels of a hierarchy in one column).
        additive: measures of which a longer period is the sum of its months.
        distinct: measures of distinct persons, of which a longer period is at most the sum of its months.
        at_most: measure → measure of the same period and cell that is never less (persons → departures).
        by_first, by_last: those ``distinct`` measures that count a person by the first (last) record of a
            period: a longer period is then, cell by cell, at least its first (last) part.
        parts: of a longer period's layer, the layers of its months. Needed where a month has several versions.
        covers: of the same layers, other ways to make them up of printed ones (a year of its four-month periods).
    """

    printed: Mapping[Layer, frozenset[Dimensions]] = field(default_factory=dict)
    belongs: Mapping[tuple[str, str], Mapping[str, frozenset[str]]] = field(default_factory=dict)
    atoms: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    additive: frozenset[str] = frozenset()
    distinct: frozenset[str] = frozenset()
    at_most: Mapping[str, str] = field(default_factory=dict)
    by_first: frozenset[str] = frozenset()
    by_last: frozenset[str] = frozenset()
    parts: Mapping[Layer, tuple[Layer, ...]] = field(default_factory=dict)
    covers: Mapping[Layer, tuple[tuple[Layer, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """What the office asks for.

    Attributes:
        minimum: least width of the interval that a reader may find for a hidden cell; equality passes.
        frequency: the least number of people that a cell may be known to hold, if any.
        hidden_at_least: 1 if readers know that a hidden cell is not zero (all zeros are printed), else 0.
        differences: whether what one measure has beyond another (repeated departures, say) is held to
            ``frequency`` too.
        seconds: patience with one whole-number question; beyond it the cell counts as not proven.
    """

    minimum: float = 3
    frequency: int = 3
    hidden_at_least: int = 0
    differences: bool = False
    seconds: float = 120


@dataclass(frozen=True)
class Interval:
    """What a reader can say of a hidden cell: ``low`` ≤ cell ≤ ``high`` (``inf`` if nothing bounds it)."""

    seen: Seen
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low
