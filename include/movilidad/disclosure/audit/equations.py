"""Every printed number as an equation over the unknowns, every hidden cell as an unknown of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from movilidad.disclosure.audit.latent import Latent, latents
from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.reading import Fault
from movilidad.disclosure.audit.seen import Cell, Layer, Limits, Seen
from movilidad.disclosure.audit.unknowns import Unknowns

Floats = npt.NDArray[np.float64]
Label = tuple[Layer, Cell]


@dataclass(frozen=True)
class Equations:
    """A linear system: ``row_low`` ≤ matrix @ x ≤ ``row_high``, x ≥ ``column_low``, x whole.

    Attributes:
        names: what each column counts.
        labels: per row the cell it comes from.
        hidden: the hidden cells of which something is asked, each with its column.
        latents: groups of people that no table prints.
        faults: contradictions found on the way.
    """

    matrix: sparse.csr_array
    row_low: Floats
    row_high: Floats
    column_low: Floats
    names: list[Name]
    labels: list[Label]
    hidden: list[tuple[Seen, int]]
    latents: list[Latent]
    faults: list[Fault]


@dataclass
class _Rows:
    columns: list[int] = field(default_factory=list)
    signs: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0])
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def add(self, plus: Sequence[int], minus: Sequence[int], low: float, high: float, label: Label) -> None:
        self.columns += [*plus, *minus]
        self.signs += [1.0] * len(plus) + [-1.0] * len(minus)
        self.ends.append(len(self.columns))
        self.low.append(low)
        self.high.append(high)
        self.labels.append(label)


class _Builder:
    def __init__(self, unknowns: Unknowns, limits: Limits) -> None:
        self.unknowns, self.limits = unknowns, limits
        self.reading, self.group = unknowns.reading, unknowns.group
        self.rows = _Rows()
        self.faults: list[Fault] = []
        self.hidden: list[tuple[Seen, int]] = []
        self.names = list(unknowns.names)
        self.low: dict[int, float] = {}
        self.told: set[tuple[int, ...]] = set()  # sets of unknowns that a printed cell is the sum of
        self.plain = {
            (layer, unknowns.axes.axes(names)): names
            for layer in self.group.sums
            for names in self.reading.printed[layer]
            if self._is_plain(names)
        }

    def _is_plain(self, names: Iterable[str]) -> bool:
        return not any(self.unknowns.axes.overlapping(name) for name in names)

    def cell(self, one: Seen) -> None:
        if one.withheld:
            return
        if one.value is None:
            self._hide(one)
        elif one.value != 0:
            self._show(one, one.value)

    def _show(self, one: Seen, value: float) -> None:
        blocks = self.group.sums[one.layer]
        if self._adds_over_months(one, value):
            return
        for clique in self.unknowns.holders(one.cell):
            columns = self.unknowns.columns_of(blocks, clique, one.cell)
            self.told.add(tuple(sorted(columns)))
            if not self._adds_within(one, value, clique):
                self.rows.add(columns, [], value, value, (one.layer, one.cell))

    def _adds_over_months(self, one: Seen, value: float) -> bool:
        """Whether the sum of the months says the same; if it says something else, that is a fault."""
        blocks = self.group.sums[one.layer]
        if len(blocks) < 2:
            return False
        months = [self.reading.number(block, one.cell) for block in blocks]
        return self._checked(one, value, months)

    def _adds_within(self, one: Seen, value: float, clique: int) -> bool:
        """Whether a finer table within the clique shows all that the cell is the sum of."""
        inside = set(self.unknowns.tree.cliques[clique])
        for names in sorted(self.reading.printed[one.layer]):
            finer = set(names) - set(one.dimensions)
            if not (finer and set(one.dimensions) < set(names) and self._is_plain(finer)):
                continue
            if set(self.unknowns.axes.axes(names)) <= inside and self._checked(
                one, value, [part.value for part in self.reading.within(one, names)]
            ):
                return True
        return False

    def _checked(self, one: Seen, value: float, parts: Sequence[float | None]) -> bool:
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return False
        if sum(known) != value:
            self.faults.append(("contradiccion", one.layer, one.cell))
        return True

    def _hide(self, one: Seen) -> None:
        blocks, label = self.group.sums[one.layer], (one.layer, one.cell)
        over = self.unknowns.axes.axes(one.dimensions)
        best, *others = self.unknowns.holders(one.cell)
        ends = {end for *edge, separator in self.unknowns.tree.edges if separator == over for end in edge}
        columns = self.unknowns.columns_of(blocks, best, one.cell)
        self.told.add(tuple(sorted(columns)))
        if len(columns) == 1:
            column = columns[0]
        else:
            column = len(self.names)
            self.names.append(Name(one.measure, one.version, self.unknowns.months(one.layer), one.cell))
            self.rows.add([column], columns, 0, 0, label)
        least = 0 if self.unknowns.may_be_nobody(one.layer) else self.limits.hidden_at_least
        self.low[column] = max(self.low.get(column, 0), least)
        if not one.harmless:
            self.hidden.append((one, column))
        for other in others:
            if other in ends:
                self.rows.add([column], self.unknowns.columns_of(blocks, other, one.cell), 0, 0, label)

    def join(self) -> None:
        """Cliques agree on their separators. Where a separator is a printed table, its cells see to that."""
        for first, second, over in self.unknowns.tree.edges:
            for block in self.group.blocks:
                if self.group.sums.get(block) == (block,) and (block, over) in self.plain:
                    continue
                one = self.unknowns.projected(block, first, over)
                other = self.unknowns.projected(block, second, over)
                for atom in sorted({*one, *other}):
                    label = (block, tuple(zip(over, atom, strict=True)))
                    self.rows.add(one.get(atom, []), other.get(atom, []), 0, 0, label)

    def compare(self) -> None:
        """What is at most something else, cell by cell."""
        for small, large in self.group.at_most:
            for clique, over in enumerate(self.unknowns.tree.cliques):
                cells = {atom for block in small for atom in self.unknowns.cells(block, clique)}
                for atom in sorted(cells):
                    less = self.unknowns.columns(small, clique, [atom], over)
                    more = self.unknowns.columns(large, clique, [atom], over)
                    self.rows.add(more, less, 0, np.inf, (small[0], tuple(zip(over, atom, strict=True))))


def equations(unknowns: Unknowns, limits: Limits) -> Equations:
    """All that a reader knows of one group of layers."""
    builder = _Builder(unknowns, limits)
    for layer in builder.group.sums:
        for one in builder.reading.cells[layer].values():
            builder.cell(one)
    builder.join()
    builder.compare()
    rows = builder.rows
    low = np.zeros(len(builder.names))
    low[list(builder.low)] = list(builder.low.values())
    return Equations(
        sparse.csr_array((rows.signs, rows.columns, rows.ends), shape=(len(rows.low), len(builder.names))),
        np.array(rows.low, dtype=float),
        np.array(rows.high, dtype=float),
        low,
        builder.names,
        rows.labels,
        builder.hidden,
        list(latents(unknowns, builder.told, limits)),
        builder.faults,
    )
