"""Which crossings stand behind linked tables: a junction tree of the dimensions that are printed together.

Dimensions are the nodes of a graph; two that stand in one table are joined. Made chordal, the graph falls into
maximal cliques. Numbers in each clique's crossing that agree on what the cliques share always belong to one full
crossing (Lauritzen, *Graphical Models*, 1996, section 4.4), so nobody needs the full crossing, which is vast.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import prod

Names = frozenset[str]


def maximal_cliques(tables: Iterable[Iterable[str]], sizes: Mapping[str, int]) -> list[Names]:
    """Maximal cliques of a chordal graph that contains every table as a clique.

    The next dimension to leave is the one that needs the fewest new links, then the smallest crossing.

    Args:
        sizes: number of codes of each dimension.
    """
    neighbours: dict[str, set[str]] = {}
    for table in tables:
        for name in table:
            neighbours.setdefault(name, set()).update(set(table) - {name})
    cliques: list[Names] = []
    while neighbours:

        def cost(name: str) -> tuple[int, int, str]:
            around = neighbours[name]
            missing = sum(second not in neighbours[first] for first, second in combinations(sorted(around), 2))
            return missing, prod(sizes[other] for other in around | {name}), name

        leaving = min(neighbours, key=cost)
        around = neighbours.pop(leaving)
        for name in around:
            neighbours[name] = (neighbours[name] | around) - {name, leaving}
        cliques.append(frozenset(around | {leaving}))
    return [one for one in cliques if not any(one < other for other in cliques)]


def separators(cliques: Sequence[Names]) -> list[tuple[int, int, Names]]:
    """The edges of a junction tree: positions of two cliques and what they share (a heaviest spanning tree)."""
    edges = sorted(
        combinations(range(len(cliques)), 2), key=lambda edge: (-len(cliques[edge[0]] & cliques[edge[1]]), edge)
    )
    group = list(range(len(cliques)))
    tree = []
    for first, second in edges:
        if group[first] != group[second]:
            tree.append((first, second, cliques[first] & cliques[second]))
            old, new = group[second], group[first]
            group = [new if one == old else one for one in group]
    return tree
