"""Which lone cells belong to one and the same contributor: nobody needs protection from oneself.

The only person of a municipality is also the only one of its row, and knows where in it there is nobody else.
"""

import numpy as np

from movilidad.disclosure.system import Indices, System

Owners = list[frozenset[int]]
_NOBODY: frozenset[int] = frozenset()


def owners(system: System) -> Owners:
    """Per cell, the contributors (by number) who know it because it lies within a cell that is theirs alone.

    Follows equations of the form whole = sum of parts that cannot be negative. All that is not zero within a lone
    cell belongs to its contributor; what is zero is known to that contributor.
    """
    sums = list(_sums(system))
    leader = np.arange(system.size)
    for whole, parts in sums:
        if system.lone[whole]:
            for part in parts[system.lone[parts] & (system.values[parts] > 0)]:
                leader[_root(leader, int(part))] = _root(leader, whole)
    known = [frozenset({_root(leader, cell)}) if system.lone[cell] else _NOBODY for cell in range(system.size)]
    empty = [(whole, parts) for whole, parts in sums if system.lone[whole] or system.values[whole] == 0]
    changed = True
    while changed:
        changed = False
        for whole, parts in empty:
            for part in parts if known[whole] else ():
                if not known[whole] <= known[part]:
                    known[part] |= known[whole]
                    changed = True
    return known


def _sums(system: System) -> list[tuple[int, Indices]]:
    """Equations as (whole, parts), where they are sums of parts that cannot be negative."""
    matrix, found = system.equations, []
    for begin, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        cells, factors = matrix.indices[begin:end], matrix.data[begin:end]
        for sign in (1, -1):
            head = np.flatnonzero(sign * factors > 0)
            parts = cells[sign * factors < 0]
            if len(head) == 1 and len(parts) and np.all(system.lower[parts] >= 0):
                found.append((int(cells[head[0]]), parts))
                break
    return found


def _root(leader: Indices, cell: int) -> int:
    while leader[cell] != cell:
        leader[cell] = leader[leader[cell]]
        cell = int(leader[cell])
    return cell
