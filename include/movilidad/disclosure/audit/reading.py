"""The printed cells in order: by layer and table, each cell once."""

from collections import defaultdict
from collections.abc import Iterable

from movilidad.disclosure.audit.findings import Kind
from movilidad.disclosure.audit.seen import Cell, Dimensions, Layer, Seen, Structure

Fault = tuple[Kind, Layer, Cell]


class Reading:
    """What is printed.

    Attributes:
        cells: layer → cell → what is seen of it. A cell seen twice counts as shown if it is shown once.
        printed: layer → its printed dimension sets.
        faults: cells shown with two values, or shown in one table and hidden in another.
    """

    def __init__(self, seen: Iterable[Seen], structure: Structure) -> None:
        self.cells: dict[Layer, dict[Cell, Seen]] = defaultdict(dict)
        self.faults: list[Fault] = []
        for one in seen:
            self._add(one)
        self._tables: dict[tuple[Layer, Dimensions], list[Seen]] = defaultdict(list)
        for layer, cells in self.cells.items():
            for one in cells.values():
                self._tables[layer, one.dimensions].append(one)
        self.printed: dict[Layer, set[Dimensions]] = {
            layer: set(structure.printed.get(layer, ())) for layer in self.cells
        }
        for layer, names in self._tables:
            self.printed[layer].add(names)
        self._within: dict[tuple[Layer, Dimensions, Dimensions], dict[Cell, list[Seen]]] = {}

    def _add(self, one: Seen) -> None:
        known = self.cells[one.layer].setdefault(one.cell, one)
        if known is one:
            return
        if known.value is None or one.value is None:
            if known.value != one.value:
                self.faults.append(("estrecha", one.layer, one.cell))
            if known.value is None:
                self.cells[one.layer][one.cell] = one
        elif known.value != one.value:
            self.faults.append(("contradiccion", one.layer, one.cell))

    def codes(self, layer: Layer) -> dict[str, set[str]]:
        """Dimension → the codes that a layer's tables have."""
        found: dict[str, set[str]] = defaultdict(set)
        for cell in self.cells[layer]:
            for dimension, code in cell:
                found[dimension].add(code)
        return found

    def alive(self, layer: Layer, dimensions: Dimensions) -> list[Cell]:
        """The cells of a table that may be more than zero."""
        return sorted(one.cell for one in self._tables.get((layer, dimensions), ()) if one.value != 0)

    def within(self, one: Seen, dimensions: Dimensions) -> list[Seen]:
        """The cells of a finer table of the same layer that a cell is broken down into."""
        key = (one.layer, one.dimensions, dimensions)
        if key not in self._within:
            index = self._within[key] = defaultdict(list)
            wider = set(one.dimensions)
            for finer in self._tables.get((one.layer, dimensions), ()):
                index[tuple(pair for pair in finer.cell if pair[0] in wider)].append(finer)
        return self._within[key].get(one.cell, [])

    def number(self, layer: Layer, cell: Cell) -> float | None:
        """The value that is printed of a cell: also of one that is zero because its table does not have it."""
        one = self.cells.get(layer, {}).get(cell)
        if one is not None:
            return one.value
        return 0.0 if tuple(name for name, _ in cell) in self.printed.get(layer, ()) else None
