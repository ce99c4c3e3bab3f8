"""What needs no solver: small cells in plain sight, and small differences between two versions of a cell."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from movilidad.disclosure.audit.reading import Fault, Reading
from movilidad.disclosure.audit.seen import Cell, Layer, Limits


def plain_faults(reading: Reading, limits: Limits) -> Iterator[Fault]:
    """Shown cells with 1 to n - 1 people, and shown cells that changed by so many (but for the grand total)."""
    versions: dict[tuple[str, str], list[Layer]] = defaultdict(list)
    for layer, cells in reading.cells.items():
        versions[layer.measure, layer.period].append(layer)
        for cell, one in cells.items():
            if one.value is not None and 0 < one.value < limits.frequency:
                yield "a_la_vista", layer, cell
    for layers in versions.values():
        for earlier, later in combinations(sorted(layers), 2):
            yield from (("versiones", later, cell) for cell in _slight_changes(reading, earlier, later, limits))


def _slight_changes(reading: Reading, earlier: Layer, later: Layer, limits: Limits) -> Iterator[Cell]:
    for cell in {*reading.cells[earlier], *reading.cells[later]}:
        before, after = reading.number(earlier, cell), reading.number(later, cell)
        if cell and before is not None and after is not None and 0 < abs(after - before) < limits.frequency:
            yield cell
