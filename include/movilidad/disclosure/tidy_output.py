"""Every cell of every margin of the tables, also the zeros, as rows of a CSV."""

from collections.abc import Mapping
from itertools import product
from math import prod

import pandas as pd

from movilidad.disclosure.block import Block
from movilidad.disclosure.hierarchies import Hierarchy
from movilidad.disclosure.relations import printed_sets
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError

PLACE = "lugar"

_MOST_ROWS = 5_000_000


def all_cells(
    block: Block, tables: list[tuple[str, ...]], dimensions: list[str], hierarchies: Mapping[str, Hierarchy]
) -> pd.DataFrame:
    """A row per printed cell, each once: a column per dimension, and ``lugar``, its position in the block.

    Combinations that do not occur have the place -1: they are zero. Margins come before what they contain.

    Raises:
        DataError: the crossing of the codes has millions of cells.
    """
    codes = _codes(block, hierarchies)
    sets = printed_sets(tables)
    if sum(prod(len(codes[name]) for name in names) for names in sets) > _MOST_ROWS:
        raise DataError(
            "la tabla con todos sus ceros tendría millones de celdas",
            remedy="proteja menos dimensiones juntas, o use categorías más amplias",
        )
    keys = [
        tuple(zip(names, cell, strict=True))
        for names in sets
        for cell in product(*(codes[name] for name in names))
    ]
    columns = {name: [dict(key).get(name, TOTAL) for key in keys] for name in dimensions}
    frame = pd.DataFrame(columns, dtype="str").assign(**{PLACE: block.indices_of(keys)})
    ranks = {name: {code: rank for rank, code in enumerate([TOTAL, *codes[name]])} for name in dimensions}
    return frame.sort_values(dimensions, key=lambda column: column.map(ranks[str(column.name)]), ignore_index=True)


def _codes(block: Block, hierarchies: Mapping[str, Hierarchy]) -> dict[str, list[str]]:
    """The codes of each dimension in the order of printing: a sum before its parts."""
    found: dict[str, list[str]] = {}
    for key in block.keys:
        if isinstance(key, tuple) and len(key) == 1:
            ((name, code),) = key
            found.setdefault(name, []).append(code)
    return {
        name: sorted(codes, key=lambda code: _path(code, hierarchies.get(name))) for name, codes in found.items()
    }


def _path(code: str, hierarchy: Hierarchy | None) -> tuple[str, ...]:
    """From the top of the hierarchy to the code, by its first parents."""
    if hierarchy is None or not hierarchy.parents[code]:
        return (code,)
    return (*_path(hierarchy.parents[code][0], hierarchy), code)
