"""How layers hang together: periods that are sums of months, and counts that are at most other counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from movilidad.disclosure.audit.periods import months_of
from movilidad.disclosure.audit.seen import Layer, Structure
from movilidad.model.errors import UsageError

Blocks = tuple[Layer, ...]  # layers with unknowns of their own
_COVERS = 24  # ways to make up a period of shorter ones that are looked at


@dataclass(frozen=True)
class Group:
    """Layers that share equations, and none with any other group.

    Attributes:
        sums: each printed layer → the blocks it is the sum of.
        blocks: all blocks; some are of months that are not printed.
        at_most: pairs of sums of blocks of which the first is at most the second, cell by cell.
    """

    sums: dict[Layer, Blocks]
    blocks: list[Layer]
    at_most: list[tuple[Blocks, Blocks]]


class _Calendar:
    """The printed layers by measure and period."""

    def __init__(self, layers: Iterable[Layer], structure: Structure) -> None:
        self.layers = sorted(layers)
        self.structure = structure
        self.versions: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.periods: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        dated = {*structure.additive, *structure.distinct}
        for measure, period, version in self.layers:
            self.versions[measure, period].append(version)
            self.periods[measure][period] = months_of(period) if measure in dated else ()

    def sum_of(self, layer: Layer) -> Blocks:
        months = self.periods[layer.measure][layer.period]
        if layer.measure not in self.structure.additive or len(months) < 2 or not self._overlaps(layer):
            return (layer,)
        return self.parts(layer, months)

    def parts(self, layer: Layer, pieces: Iterable[str]) -> Blocks:
        """The layers of the months of a longer period, or of other periods that make it up."""
        if layer in self.structure.parts:
            return self.structure.parts[layer]
        return tuple(self._only(layer, piece) for piece in pieces)

    def _only(self, layer: Layer, piece: str) -> Layer:
        versions = self.versions.get((layer.measure, piece), [0])
        if len(versions) > 1 or len(self.versions[layer.measure, layer.period]) > 1:
            raise UsageError(
                "hay varias versiones y no se dice de cuáles meses es suma el periodo",
                period=layer.period,
                remedy="indique las partes de cada versión del periodo",
            )
        return Layer(layer.measure, piece, versions[0])

    def _overlaps(self, layer: Layer) -> bool:
        mine = set(self.periods[layer.measure][layer.period])
        others = (months for period, months in self.periods[layer.measure].items() if period != layer.period)
        return layer in self.structure.parts or any(mine & set(months) for months in others)

    def covers(self, layer: Layer) -> Iterator[Blocks]:
        """Shorter printed periods that together make up a longer one, in every way."""
        months = self.periods[layer.measure][layer.period]
        if layer in self.structure.parts:
            yield self.structure.parts[layer]
            yield from self.structure.covers.get(layer, ())
            return
        shorter = {
            printed: period
            for period, printed in self.periods[layer.measure].items()
            if 0 < len(printed) < len(months) and len(self.versions[layer.measure, period]) == 1
        }
        yield from (tuple(self._only(layer, piece) for piece in cover) for cover in _partitions(months, shorter))


def _partitions(months: tuple[str, ...], pieces: dict[tuple[str, ...], str]) -> Iterator[tuple[str, ...]]:
    if not months:
        yield ()
    for length in range(len(months), 0, -1):
        if months[:length] in pieces:
            yield from ((pieces[months[:length]], *rest) for rest in _partitions(months[length:], pieces))


def grouped_layers(layers: Iterable[Layer], structure: Structure) -> list[Group]:
    """All layers, in groups that have nothing to do with each other.

    Raises:
        UsageError: a longer period and several versions of its months, and ``parts`` does not say which.
    """
    calendar = _Calendar(layers, structure)
    sums = {layer: calendar.sum_of(layer) for layer in calendar.layers}
    blocks = {block for parts in sums.values() for block in parts}
    bounds = [*_measure_bounds(sums, blocks, structure), *_period_bounds(calendar, sums)]
    joined = _components(blocks, [*sums.values(), *((*small, *large) for small, large in bounds)])
    return [
        Group(
            {layer: parts for layer, parts in sums.items() if parts[0] in inside},
            sorted(inside),
            [bound for bound in bounds if bound[0][0] in inside],
        )
        for inside in joined
    ]


def _measure_bounds(
    sums: dict[Layer, Blocks], blocks: set[Layer], structure: Structure
) -> Iterator[tuple[Blocks, Blocks]]:
    for layer in sorted({*sums, *blocks}):
        greater = structure.at_most.get(layer.measure)
        if greater is None:
            continue
        for other in (Layer(greater, layer.period, layer.version), Layer(greater, layer.period, 0)):
            if other in sums or other in blocks:
                yield sums.get(layer, (layer,)), sums.get(other, (other,))
                break


def _period_bounds(calendar: _Calendar, sums: dict[Layer, Blocks]) -> Iterator[tuple[Blocks, Blocks]]:
    for layer in calendar.layers:
        if layer.measure not in calendar.structure.distinct or len(sums[layer]) > 1:
            continue
        for number, cover in enumerate(calendar.covers(layer)):
            if number == _COVERS:
                break
            if all(part in sums for part in cover):
                yield sums[layer], tuple(block for part in cover for block in sums[part])
                if layer.measure in calendar.structure.by_first:
                    yield sums[cover[0]], sums[layer]
                if layer.measure in calendar.structure.by_last:
                    yield sums[cover[-1]], sums[layer]


def _components(blocks: set[Layer], together: Iterable[Blocks]) -> list[set[Layer]]:
    owner = {block: {block} for block in sorted(blocks)}
    for several in together:
        for block in several[1:]:
            if owner[block] is not owner[several[0]]:
                merged = owner[several[0]] | owner[block]
                owner |= dict.fromkeys(merged, merged)
    return list({id(inside): inside for inside in owner.values()}.values())
