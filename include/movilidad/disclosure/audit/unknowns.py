"""The unknowns of a group of layers: the finest crossing behind its printed tables, exactly but compactly.

The full crossing of ten dimensions has more cells than there are people. Instead: a graph whose nodes are axes and
whose edges join those printed together somewhere, triangulated; the unknowns are the cells of each maximal
clique's crossing, and cliques agree on the separators of a junction tree. Of one layer nothing is lost: tables
over the cliques that agree on the separators are margins of some table over everything, in whole numbers too (two
tables with a common margin are glued slice by slice, and a transportation problem with whole margins has a whole
solution). The same holds for sums of layers and for one layer that is at most another: their difference is glued
like a layer. Where a layer is at most a sum of several, agreement clique by clique is slightly less than a common
table demands: there a reader is taken to know no more than the cliques tell.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from movilidad.disclosure.audit.axes import AxisMap
from movilidad.disclosure.audit.crossing import Relation, possible_cells, support
from movilidad.disclosure.audit.graph import Axes, junction_tree
from movilidad.disclosure.audit.layers import Blocks, Group
from movilidad.disclosure.audit.names import Name
from movilidad.disclosure.audit.periods import is_to_date, months_of
from movilidad.disclosure.audit.reading import Reading
from movilidad.disclosure.audit.seen import Cell, Layer, Structure

Tuple = tuple[str, ...]


class Unknowns:
    """Columns for the cells of every clique and block.

    Attributes:
        axes, tree: the axes of the group's dimensions and the cliques over them.
        names: what each column counts.
        at_most: measure → measure of the same cell that is never less.
        distinct: measures of distinct persons.
    """

    def __init__(self, group: Group, reading: Reading, structure: Structure) -> None:
        self.group, self.reading = group, reading
        self.at_most, self.distinct = structure.at_most, structure.distinct
        codes: dict[str, set[str]] = defaultdict(set)
        for layer in group.sums:
            for dimension, printed in reading.codes(layer).items():
                codes[dimension] |= printed
        self.axes = AxisMap(structure, codes)
        tables = {self.axes.axes(names) for layer in group.sums for names in reading.printed[layer]}
        tables = {table for table in tables if set(table) <= set(self.axes.domain)}
        compatible = self.axes.compatible()
        self.tree = junction_tree(sorted(tables | {over for over, _ in compatible}))
        self._cells: dict[tuple[Layer, int], list[Tuple]] = {}
        self._begin: dict[tuple[Layer, int], int] = {}
        self._index: dict[tuple[Layer, int, Axes], dict[Tuple, list[int]]] = {}
        self.names: list[Name] = []
        self._dated = structure.additive | structure.distinct
        self._lay_out(compatible)

    def _lay_out(self, compatible: list[Relation]) -> None:
        supports = {layer: list(self._supports(layer)) for layer in self.group.sums}
        for block in self.group.blocks:
            relations = [*compatible, *(one for layer in self._above(block) for one in supports[layer])]
            for number, clique in enumerate(self.tree.cliques):
                cells = possible_cells(clique, self.axes.domain, relations)
                self._cells[block, number], self._begin[block, number] = cells, len(self.names)
                months = self.months(block)
                self.names += [Name(block.measure, block.version, months, (number, cell)) for cell in cells]

    def months(self, layer: Layer) -> tuple[str, ...]:
        """Of a dated layer its months; else what it has for a period."""
        return months_of(layer.period) if layer.measure in self._dated else (layer.period,)

    def _supports(self, layer: Layer) -> Iterator[Relation]:
        codes = self.reading.codes(layer)
        for dimensions in sorted(self.reading.printed[layer]):
            alive = self.reading.alive(layer, dimensions)
            yield support(dimensions, alive, codes, self.axes)

    def _above(self, block: Layer) -> Iterator[Layer]:
        """Layers that are zero wherever the block is not: sums it is part of, and what it is at most."""
        for layer, parts in self.group.sums.items():
            if block in parts or any(
                block in small and set(large) <= set(parts) for small, large in self.group.at_most
            ):
                yield layer

    def may_be_nobody(self, layer: Layer) -> bool:
        """Whether a hidden cell may be zero although all other zeros are printed.

        Who left twice may count elsewhere: of her hidden cell only the trips are known not to be zero. For the
        same reason a year to date may have nobody where a month has somebody, and is hidden with the month.
        """
        return layer.measure in self.at_most or (layer.measure in self.distinct and is_to_date(layer.period))

    def cells(self, block: Layer, clique: int) -> list[Tuple]:
        """The possible cells of a clique, in the order of their columns."""
        return self._cells[block, clique]

    def column(self, block: Layer, clique: int, place: int) -> int:
        return self._begin[block, clique] + place

    def projected(self, block: Layer, clique: int, over: Axes) -> dict[Tuple, list[int]]:
        """The columns of a clique, by what they are on some of its axes."""
        key = (block, clique, over)
        if key not in self._index:
            places = [self.tree.cliques[clique].index(axis) for axis in over]
            index = self._index[key] = defaultdict(list)
            for column, cell in enumerate(self._cells[block, clique], self._begin[block, clique]):
                index[tuple(cell[place] for place in places)].append(column)
        return self._index[key]

    def columns(self, blocks: Blocks, clique: int, atoms: Iterable[Tuple], over: Axes) -> list[int]:
        """The columns whose sum is a set of cells over some axes of the clique."""
        wanted = list(atoms)
        found = []
        for block in blocks:
            index = self.projected(block, clique, over)
            for atom in wanted:
                found += index.get(atom, [])
        return found

    def columns_of(self, blocks: Blocks, clique: int, cell: Cell) -> list[int]:
        """The columns whose sum is a printed cell."""
        return self.columns(blocks, clique, self.axes.atoms_of(cell), self.axes.axes(name for name, _ in cell))

    def holders(self, cell: Cell) -> list[int]:
        """The cliques that hold a printed cell, the one with fewest cells first."""
        held = self.tree.holders(self.axes.axes(name for name, _ in cell))
        return sorted(held, key=lambda number: sum(len(self._cells[block, number]) for block in self.group.blocks))
