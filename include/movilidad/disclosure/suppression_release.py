"""Clean-up of a safe pattern: groups that were hidden for a cell that others came to protect are shown again."""

import numpy as np

from movilidad.disclosure.suppression_moves import NOBODY
from movilidad.disclosure.suppression_search import Search
from movilidad.disclosure.system import Indices

_THOROUGH = 1500  # cells of a part up to which it is worth asking for whole numbers where fractions do not tell


def release(search: Search) -> None:
    """Show again what can be shown, dearest first; the pattern stays proven."""
    hidden = np.flatnonzero(search.hidden)
    for group in hidden[np.argsort(-search.part.cost[hidden], kind="stable")].tolist():
        if not _bares_a_line(search, search.part.members[group]):
            _try(search, group)


def _bares_a_line(search: Search, cells: Indices) -> bool:
    """Whether one equation alone would then give away a cell that needs a width."""
    part = search.part
    opened = part.opened(search.hidden)
    opened[cells] = False
    rows = np.unique(part.columns[:, cells].indices)
    for row in rows.tolist():
        others = part.matrix.indices[part.matrix.indptr[row] : part.matrix.indptr[row + 1]]
        left = others[opened[others]]
        if len(left) == 1 and part.need[left[0]] > 0:
            return True
    return False


def _try(search: Search, group: int) -> None:
    part, moves = search.part, search.moves
    gone = moves.crossing(part.members[group])
    search.hidden[group] = False
    shaken = moves.touched(gone)
    targets = [int(cell) for cell in search.targets() if int(cell) in shaken]
    targets.sort(key=lambda cell: (part.group[cell] >= 0, cell))  # primaries are the likeliest to be bared
    moves.suspend(gone)
    if all(_stands(search, cell) for cell in targets):
        moves.forget(gone)
    else:
        search.hidden[group] = True
    moves.suspend(set())


def _stands(search: Search, cell: int) -> bool:
    thorough = search.part.size <= _THOROUGH
    if not search.moves.proven(cell) and not search.free(cell, NOBODY, thorough=thorough):
        return False
    if not search.part.sensitive[cell]:
        return True
    return all(search.free(cell, known, thorough=thorough) for known in search.moves.knowers(cell))
