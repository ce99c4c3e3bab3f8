"""Which dimensions must be crossed: a triangulated graph, its maximal cliques and the tree that joins them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

Axes = tuple[str, ...]  # sorted


@dataclass(frozen=True)
class JunctionTree:
    """Maximal cliques; ``edges`` (first, second, separator) make a tree with the running intersection property."""

    cliques: tuple[Axes, ...]
    edges: tuple[tuple[int, int, Axes], ...]

    def holders(self, axes: Axes) -> list[int]:
        """The cliques that hold all these axes."""
        return [index for index, clique in enumerate(self.cliques) if set(axes) <= set(clique)]


def junction_tree(together: Iterable[Axes]) -> JunctionTree:
    """Of the sets of axes that are crossed with each other somewhere. Without any, one empty clique.

    Triangulated by eliminating the node that needs fewest new edges (minimum fill, a usual heuristic; Kjærulff
    1990). The tree is a spanning tree of greatest separators.
    """
    neighbours: dict[str, set[str]] = {}
    for axes in together:
        for axis in axes:
            neighbours.setdefault(axis, set()).update(set(axes) - {axis})
    cliques = _maximal(_eliminate(neighbours)) or [()]
    return JunctionTree(tuple(cliques), tuple(_tree(cliques)))


def _eliminate(neighbours: dict[str, set[str]]) -> list[Axes]:
    cliques = []
    while neighbours:
        node = min(neighbours, key=lambda name: (_fill(neighbours, name), len(neighbours[name]), name))
        around = neighbours.pop(node)
        cliques.append(tuple(sorted({node, *around})))
        for other in around:
            neighbours[other] = (neighbours[other] | around) - {node, other}
    return cliques


def _fill(neighbours: dict[str, set[str]], node: str) -> int:
    return sum(second not in neighbours[first] for first, second in combinations(sorted(neighbours[node]), 2))


def _maximal(cliques: list[Axes]) -> list[Axes]:
    return [clique for clique in cliques if not any(set(clique) < set(other) for other in cliques)]


def _tree(cliques: list[Axes]) -> Iterable[tuple[int, int, Axes]]:
    inside, outside = {0}, set(range(1, len(cliques)))
    while outside:
        first, second = max(
            ((one, other) for one in sorted(inside) for other in sorted(outside)),
            key=lambda pair: len(set(cliques[pair[0]]) & set(cliques[pair[1]])),
        )
        inside.add(second)
        outside.remove(second)
        yield first, second, tuple(sorted(set(cliques[first]) & set(cliques[second])))
