"""From the finest data to the cells that are printed and all equations among them.

Each line of each table is an equation: the cells of one dimension, the other codes held, add up to their margin or
to their sum in a hierarchy. Where tables that share dimensions make a cycle (country × sex, country × age,
sex × age), a crossing that nobody prints stands behind them: its cells are latent and tie the tables together.

A combination that does not occur is a printed zero, which everybody sees: it is left out, with all that is below.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from movilidad.disclosure.block import Block, Key
from movilidad.disclosure.cliques import Names, maximal_cliques, separators
from movilidad.disclosure.containment import Contained, Containment
from movilidad.disclosure.crossings import Crossing, crossing_of, joined
from movilidad.disclosure.hierarchies import Hierarchy
from movilidad.disclosure.scales import Codes, Scale, scale_of
from movilidad.model.errors import UsageError
from movilidad.statistics.cube import CONTRIBUTORS, SCATTERED


def relate(
    detail: pd.DataFrame,
    tables: Sequence[tuple[str, ...]],
    measure: str,
    *,
    hierarchies: Mapping[str, Hierarchy] | None = None,
    open_zeros: Sequence[Key] = (),
    contained: Contained = MappingProxyType({}),
    behind: Sequence[Names] = (),
) -> Block:
    """The printed cells of linked tables, the latent ones behind them, and their equations.

    Args:
        detail: one row per combination of codes: a text column per dimension, the count ``measure`` and perhaps
            ``contribuyentes``, the distinct contributors (otherwise the count itself). Contributors of a sum are
            added up, but those of rows with the same number in ``dispersos`` are one and the same.
        tables: the dimensions of each printed table; each is printed with all its margins.
        hierarchies: dimension → its sums, which are printed like other codes.
        open_zeros: printed cells without records that readers may not know to be zero, so that they and what is
            below them are in the block (with the value 0).
        contained: which codes everybody knows to be parts of which, so that other combinations are known zeros.
        behind: the crossings that stand behind the tables, if they must be the same as in other blocks
            (``crossings_behind``); those that the tables need if there are none.

    Raises:
        UsageError: a table names a dimension that the data do not have, or an open zero names an unknown code.
        DataError: codes that are null or do not fit their hierarchy; a crossing too large to reason about.
    """
    dimensions = sorted({name for names in (*tables, *behind) for name in names})
    missing = sorted({*dimensions, measure} - set(detail.columns))
    if missing:
        raise UsageError(f"los datos no tienen la columna «{missing[0]}»")
    builder = _Builder.of(detail, dimensions, measure, hierarchies or {}, contained)
    for names in printed_sets(tables):
        builder.add_printed(names, open_zeros)
    for names in printed_sets(tables):
        builder.add_lines(names)
    builder.add_latent(behind or builder.cliques(tables))
    return builder.block()


def crossings_behind(
    details: Sequence[pd.DataFrame], tables: Sequence[tuple[str, ...]], contained: Contained
) -> list[Names]:
    """The crossings behind the tables of several blocks, so that each has the same and they can be compared."""
    dimensions = {name for table in tables for name in table}
    pairs = [pair for pair in contained if dimensions.issuperset(pair)]
    sizes = {name: len(set().union(*(detail[name].unique() for detail in details))) for name in dimensions}
    return maximal_cliques([*tables, *pairs], sizes)


def printed_sets(tables: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The dimension sets of all tables and margins, smallest first."""
    found = {
        tuple(sorted(part))
        for table in tables
        for size in range(len(table) + 1)
        for part in combinations(table, size)
    }
    return sorted(found, key=lambda names: (len(names), names))


@dataclass(frozen=True, eq=False)
class _Node:
    """Cells of one dimension set and where they begin in the block."""

    crossing: Crossing
    offset: int
    printed: bool

    @property
    def places(self) -> Codes:
        return self.offset + np.arange(self.crossing.size)


class _Builder:
    """Collects nodes and equations."""

    def __init__(
        self, scales: dict[str, Scale], crossed: Callable[..., Crossing], containment: Containment
    ) -> None:
        self.scales, self.crossed, self.containment = scales, crossed, containment
        self.nodes: dict[tuple[str, ...], _Node] = {}
        self.size = self.rows = 0
        self.entries: list[tuple[Codes, Codes, float]] = []

    @classmethod
    def of(
        cls,
        detail: pd.DataFrame,
        dimensions: list[str],
        measure: str,
        hierarchies: Mapping[str, Hierarchy],
        contained: Contained,
    ) -> "_Builder":
        coded = {name: scale_of(detail[name], hierarchies.get(name)) for name in dimensions}
        scales = {name: scale for name, (scale, _) in coded.items()}
        values = detail[measure].to_numpy(dtype=float)
        contributors = detail[CONTRIBUTORS].to_numpy(dtype=float) if CONTRIBUTORS in detail else values
        amounts = np.column_stack([values, contributors])
        several = CONTRIBUTORS in detail and SCATTERED in detail
        scattered = (
            detail[SCATTERED].to_numpy(dtype=np.int64) if several else np.zeros(len(detail), dtype=np.int64)
        )

        @cache
        def crossed(names: tuple[str, ...]) -> Crossing:
            columns = [coded[name][1] for name in names]
            return crossing_of([scales[name] for name in names], columns, amounts).each_once(columns, scattered)

        return cls(scales, crossed, Containment.of(contained, detail, scales))

    def _add(self, crossing: Crossing, printed: bool) -> _Node:
        node = _Node(crossing, self.size, printed)
        self.nodes[crossing.names] = node
        self.size += crossing.size
        return node

    def _equations(self, count: int) -> int:
        """Reserve rows; the number of the first."""
        self.rows += count
        return self.rows - count

    def add_printed(self, names: tuple[str, ...], open_zeros: Sequence[Key]) -> None:
        leaves = self.crossed(names)
        below = [
            leaves.flat(self._below(dict(key), names))
            for key in open_zeros
            if {name for name, _ in key} <= set(names)
        ]
        if below:
            leaves = leaves.with_zeros(np.concatenate(below))
        self._add(leaves.with_sums(), printed=True)

    def _below(self, codes: dict[str, str], names: tuple[str, ...]) -> list[Codes]:
        """The codes of all combinations of leaves under an open zero, unless another zero that is shown rules."""
        rest = tuple(name for name in names if name not in codes)
        others = self.crossed(rest)
        rows, size = dict(zip(rest, others.columns, strict=True)), others.size
        for name, code in codes.items():
            leaves = self.scales[name].leaves_of(code)
            rows = {other: np.repeat(column, len(leaves)) for other, column in rows.items()}
            rows[name] = np.tile(leaves, size)
            size *= len(leaves)
        columns = [rows[name] for name in names]
        possible = self.containment.possible(names, columns, size)
        for position in range(len(names)):
            margin = self.nodes[_without(names, position)].crossing
            possible &= margin.contains(_without(columns, position), size)
        return [column[possible] for column in columns]

    def add_lines(self, names: tuple[str, ...]) -> None:
        """The equations of the set ``names``: to its margins, and to the sums inside its dimensions."""
        node = self.nodes[names]
        columns = node.crossing.columns
        for position, scale in enumerate(node.crossing.scales):
            margin = self.nodes[_without(names, position)]
            parts = np.flatnonzero(scale.top[columns[position]])
            self._sum_to(margin, node.places[parts], [c[parts] for c in _without(columns, position)])
            if not scale.is_flat:
                self._sum_within(node, position)

    def _sum_to(self, total: _Node, parts: Codes, codes: list[Codes]) -> None:
        """Every cell of ``total`` is the sum of the cells ``parts`` that have its codes."""
        first = self._equations(total.crossing.size)
        rows = first + total.crossing.find(codes, len(parts))
        self.entries += [(rows, parts, 1.0), (first + np.arange(total.crossing.size), total.places, -1.0)]

    def _sum_within(self, node: _Node, position: int) -> None:
        columns, scale = node.crossing.columns, node.crossing.scales[position]
        parts, sums = scale.sums.expand(columns[position])
        codes = [sums if place == position else column[parts] for place, column in enumerate(columns)]
        is_sum = columns[position] >= scale.leaves
        number = np.cumsum(is_sum) - 1
        first = self._equations(int(is_sum.sum()))
        rows = first + number[node.crossing.find(codes, len(parts))]
        self.entries += [(rows, node.places[parts], 1.0), (first + number[is_sum], node.places[is_sum], -1.0)]

    def cliques(self, tables: Sequence[tuple[str, ...]]) -> list[Names]:
        return maximal_cliques(
            [*tables, *self.containment.pairs], {name: scale.leaves for name, scale in self.scales.items()}
        )

    def add_latent(self, cliques: Sequence[Names]) -> None:
        """The crossings behind the tables, and what they share."""
        printed = [frozenset(names) for names in self.nodes]
        for clique in cliques:
            if clique not in printed:
                inside = [one for one in printed if one < clique]
                seen = [one for one in inside if not any(one < other for other in inside)]
                self._add_clique(clique, seen)
        for first, second, shared in separators(cliques):
            if shared not in printed:
                self._agree(first=cliques[first], second=cliques[second], shared=tuple(sorted(shared)))

    def _add_clique(self, clique: Names, seen: list[Names]) -> None:
        names = tuple(sorted(clique))
        known = [self.nodes[tuple(sorted(one))].crossing.only_leaves() for one in seen if one]
        known += [self._every_code(name) for name in names if not any(name in one for one in seen)]
        possible = self.crossed(names).restricted_to(joined([self.scales[name] for name in names], known))
        fine = self.containment.possible(names, possible.columns, possible.size)
        node = self._add(possible.restricted_to(possible.ids[fine]), printed=False)
        for one in seen:
            self._sum_to_printed(self.nodes[tuple(sorted(one))], node)

    def _every_code(self, name: str) -> Crossing:
        """The codes of a dimension of which no table prints anything: all are possible."""
        scale = self.scales[name]
        return Crossing([scale], np.arange(scale.leaves), np.zeros((scale.leaves, 2)))

    def _sum_to_printed(self, total: _Node, latent: _Node) -> None:
        """Every cell of ``total`` that has no sum among its codes is the sum of its latent cells."""
        codes = [latent.crossing.column(name) for name in total.crossing.names]
        leaf = np.flatnonzero(total.crossing.is_leaf)
        number = np.full(total.crossing.size, -1)
        number[leaf] = np.arange(len(leaf))
        first = self._equations(len(leaf))
        rows = first + number[total.crossing.find(codes, latent.crossing.size)]
        self.entries += [(rows, latent.places, 1.0), (first + number[leaf], total.places[leaf], -1.0)]

    def _agree(self, first: Names, second: Names, shared: tuple[str, ...]) -> None:
        """Two latent crossings have the same sums over what they share."""
        sides = [self.nodes[tuple(sorted(one))] for one in (first, second)]
        columns = [[node.crossing.column(name) for name in shared] for node in sides]
        flat = [_flattened(one, [self.scales[name] for name in shared]) for one in columns]
        common, rows = np.unique(np.concatenate(flat), return_inverse=True)
        start = self._equations(len(common))
        cut = len(flat[0])
        self.entries += [
            (start + rows[:cut], sides[0].places, 1.0),
            (start + rows[cut:], sides[1].places, -1.0),
        ]

    def block(self) -> Block:
        nodes = list(self.nodes.values())
        amounts = np.concatenate([node.crossing.amounts for node in nodes])
        rows = np.concatenate([rows for rows, _, _ in self.entries] or [np.zeros(0, dtype=np.int64)])
        columns = np.concatenate([columns for _, columns, _ in self.entries] or [np.zeros(0, dtype=np.int64)])
        factors = np.concatenate([np.full(len(rows), factor) for rows, _, factor in self.entries] or [np.zeros(0)])
        return Block(
            keys=[key for node in nodes for key in node.crossing.canonical_keys()],
            values=amounts[:, 0],
            contributors=amounts[:, 1],
            printed=np.repeat([node.printed for node in nodes], [node.crossing.size for node in nodes]),
            equations=sparse.csr_array((factors, (rows, columns)), shape=(self.rows, self.size)),
        )


def _without(items: Any, position: int) -> Any:
    """A tuple or list without one of its items."""
    return items[:position] + items[position + 1 :]


def _flattened(columns: list[Codes], scales: list[Scale]) -> npt.NDArray[np.int64]:
    return np.ravel_multi_index(tuple(columns), tuple(len(scale.codes) for scale in scales))
