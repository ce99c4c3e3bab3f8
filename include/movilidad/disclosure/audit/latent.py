"""Groups of people that no table prints but that a reader may work out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, permutations

from movilidad.disclosure.audit.graph import Axes
from movilidad.disclosure.audit.seen import Cell, Dimensions, Layer, Limits
from movilidad.disclosure.audit.unknowns import Unknowns

_LARGEST_CLIQUE = 5  # of larger ones only the finest cells are looked at


@dataclass(frozen=True)
class Latent:
    """A sum of unknowns (``plus``) less another (``minus``); ``cell`` says whom it counts."""

    layer: Layer
    cell: Cell
    plus: tuple[int, ...]
    minus: tuple[int, ...] = ()


def latents(unknowns: Unknowns, told: set[tuple[int, ...]], limits: Limits) -> Iterator[Latent]:
    """The unprinted margins of the cliques, the pieces that overlapping bands cut out, and the differences.

    Args:
        told: sets of unknowns whose sum is a printed cell; hiding that one is judged by its interval.
    """
    found = [_margins(unknowns), _pieces_of_bands(unknowns)]
    if limits.differences:
        found.append(_differences(unknowns))
    known = set(told)
    for one in chain.from_iterable(found):
        key = tuple(sorted(one.plus))
        if one.minus or key not in known:
            known.add(key)
            yield one


def _own_layers(unknowns: Unknowns) -> list[Layer]:
    return [layer for layer, blocks in unknowns.group.sums.items() if blocks == (layer,)]


def _margins(unknowns: Unknowns) -> Iterator[Latent]:
    done: set[Axes] = set()
    for number, clique in enumerate(unknowns.tree.cliques):
        sizes = range(1, len(clique) + 1) if len(clique) <= _LARGEST_CLIQUE else [len(clique)]
        for over in chain.from_iterable(combinations(clique, size) for size in sizes):
            if over in done:
                continue
            done.add(over)
            for layer in _own_layers(unknowns):
                if _is_printed(unknowns, layer, over):
                    continue
                for atom, columns in unknowns.projected(layer, number, over).items():
                    yield Latent(layer, tuple(zip(over, atom, strict=True)), tuple(columns))


def _is_printed(unknowns: Unknowns, layer: Layer, over: Axes) -> bool:
    return over in unknowns.reading.printed[layer] and not any(unknowns.axes.overlapping(name) for name in over)


def _pieces_of_bands(unknowns: Unknowns) -> Iterator[Latent]:
    """Of every two codes of a table that overlap: what one has beyond the other, and what they share."""
    for layer in _own_layers(unknowns):
        for names in sorted(unknowns.reading.printed[layer]):
            for name in names:
                if unknowns.axes.overlapping(name):
                    yield from _pieces(unknowns, layer, names, name)


def _pieces(unknowns: Unknowns, layer: Layer, names: Dimensions, name: str) -> Iterator[Latent]:
    rows: dict[Cell, list[str]] = defaultdict(list)
    for cell in unknowns.reading.alive(layer, names):
        rows[tuple(pair for pair in cell if pair[0] != name)].append(dict(cell)[name])
    for others, codes in rows.items():
        for label, pieces in _cut(unknowns, name, codes):
            over = unknowns.axes.axes(names)
            covered = unknowns.axes.cell_pieces(others)
            axis = unknowns.axes.axis(name)
            covered[axis] = covered[axis] & pieces if axis in covered else pieces
            clique = unknowns.tree.holders(over)[0]
            columns = unknowns.columns((layer,), clique, _product(covered, over), over)
            if columns:
                yield Latent(layer, tuple(sorted((*others, (name, label)))), tuple(columns))


def _product(covered: dict[str, frozenset[str]], over: Axes) -> Iterable[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for axis in over:
        found = [(*one, piece) for one in found for piece in sorted(covered[axis])]
    return found


def _cut(unknowns: Unknowns, name: str, codes: list[str]) -> Iterator[tuple[str, frozenset[str]]]:
    pieces = {code: unknowns.axes.pieces(name, code) for code in codes}
    for one, other in permutations(codes, 2):
        if not pieces[one] & pieces[other]:
            continue
        cuts = [(f"{one} sin {other}", pieces[one] - pieces[other])]
        if one < other:
            cuts.append((f"{one} y {other}", pieces[one] & pieces[other]))
        yield from ((label, cut) for label, cut in cuts if cut and not _made_up(cut, pieces.values()))


def _made_up(cut: frozenset[str], printed: Iterable[frozenset[str]]) -> bool:
    """Whether printed codes make up the piece exactly."""
    return cut == frozenset().union(*(pieces for pieces in printed if pieces <= cut))


def _differences(unknowns: Unknowns) -> Iterator[Latent]:
    for small, large in unknowns.group.at_most:
        for layer in (layer for layer, blocks in unknowns.group.sums.items() if blocks == small):
            for cell in unknowns.reading.cells[layer]:
                clique = unknowns.holders(cell)[0]
                more, less = (tuple(unknowns.columns_of(blocks, clique, cell)) for blocks in (large, small))
                yield Latent(Layer(large[0].measure, layer.period, layer.version), cell, more, less)
