"""The codes of one dimension as small integers, with what contains what."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from movilidad.disclosure.hierarchies import Hierarchy
from movilidad.model.errors import DataError, UsageError

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ragged:
    """Lists of numbers of different lengths: list ``i`` is ``items[starts[i] : starts[i + 1]]``."""

    starts: Codes
    items: Codes

    @classmethod
    def of(cls, lists: Iterable[Iterable[int]]) -> "Ragged":
        kept = [sorted(one) for one in lists]
        return cls(
            np.cumsum([0, *map(len, kept)]), np.array([item for one in kept for item in one], dtype=np.int64)
        )

    def expand(self, chosen: Codes) -> tuple[Codes, Codes]:
        """For each list chosen, its items: positions in ``chosen`` (repeated) and the items themselves."""
        lengths = (self.starts[1:] - self.starts[:-1])[chosen]
        origin = np.repeat(np.arange(len(chosen)), lengths)
        within = np.arange(len(origin)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return origin, self.items[self.starts[chosen][origin] + within]


@dataclass(frozen=True)
class Scale:
    """A dimension's codes: first the ``leaves`` that records have, then the sums of a hierarchy.

    Attributes:
        name: the dimension.
        codes: all codes; their positions are the integers.
        leaves: how many of them are leaves.
        expanded: leaf → itself and every code that contains it.
        sums: code → the sums of which it is a term.
        top: codes that together make the total of the dimension, without overlap.
    """

    name: str
    codes: list[str]
    leaves: int
    expanded: Ragged
    sums: Ragged
    top: npt.NDArray[np.bool_]

    @property
    def is_flat(self) -> bool:
        return len(self.codes) == self.leaves

    def leaves_of(self, code: str) -> Codes:
        """The leaves under a code (a leaf is its own); UsageError for a code that does not occur."""
        if code not in self._number:
            raise UsageError(f"no hay ningún registro con este código de «{self.name}»")
        leaf, above = self.expanded.expand(np.arange(self.leaves))
        return np.asarray(leaf[above == self._number[code]])

    @cached_property
    def _number(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self.codes)}


def scale_of(column: pd.Series, hierarchy: Hierarchy | None) -> tuple[Scale, Codes]:
    """The scale of the codes that occur, and each row's position in it.

    Raises:
        DataError: a null, a code that the hierarchy does not know, or one that is a sum of others.
    """
    name = str(column.name)
    positions, found = pd.factorize(column, sort=True)
    if (positions < 0).any():
        raise DataError(
            f"la dimensión «{name}» tiene códigos vacíos",
            rows=int((positions < 0).sum()),
            remedy="lo que no se sabe lleva un código propio, por ejemplo ND",
        )
    leaves = [str(code) for code in found]
    scale = _flat(name, leaves) if hierarchy is None else _nested(name, leaves, hierarchy)
    return scale, positions.astype(np.int64)


def require_known(name: str, codes: Iterable[str], hierarchy: Hierarchy) -> None:
    """A DataError if a code that occurs has no place in the hierarchy of its dimension."""
    orphans = sorted(set(codes) - set(hierarchy.parents))
    if orphans:
        raise DataError(
            f"la jerarquía de «{name}» no tiene el código «{orphans[0]}»"
            + (f" ni otros {len(orphans) - 1}" if len(orphans) > 1 else ""),
            remedy="agregue una línea con el código y su padre; sin padre si está arriba de todo",
        )


def _flat(name: str, leaves: list[str]) -> Scale:
    count = len(leaves)
    itself = Ragged.of([number] for number in range(count))
    return Scale(name, leaves, count, itself, Ragged.of([[]] * count), np.ones(count, dtype=bool))


def _nested(name: str, leaves: list[str], hierarchy: Hierarchy) -> Scale:
    require_known(name, leaves, hierarchy)
    sums = [code for code in leaves if not hierarchy.is_leaf(code)]
    if sums:
        raise DataError(
            f"en «{name}» hay registros con un código que es suma de otros («{sums[0]}»)",
            remedy="dé a esos registros un código del nivel más bajo",
        )
    contents: dict[str, set[str]] = {code: {code} for code in leaves}
    for leaf in leaves:
        for code in hierarchy.above(leaf):
            contents.setdefault(code, set()).add(leaf)
    codes = [*leaves, *sorted(set(contents) - set(leaves))]
    place = {code: number for number, code in enumerate(codes)}
    sums_of: list[list[int]] = [[] for _ in codes]
    for code in codes[len(leaves) :]:
        for part in _partition([below for below in hierarchy.children[code] if below in contents], contents, code):
            sums_of[place[part]].append(place[code])
    roots = [code for code in codes if not hierarchy.parents[code]]
    together = [leaf for root in roots for leaf in contents[root]]
    top = set(roots) if len(together) == len(set(together)) else set(leaves)
    expanded = [[place[leaf], *(place[code] for code in hierarchy.above(leaf))] for leaf in leaves]
    return Scale(
        name=name,
        codes=codes,
        leaves=len(leaves),
        expanded=Ragged.of(expanded),
        sums=Ragged.of(sums_of),
        top=np.array([code in top for code in codes], dtype=bool),
    )


def _partition(children: list[str], contents: dict[str, set[str]], code: str) -> list[str]:
    """The children of a code if they do not overlap, otherwise its leaves."""
    overlap = sum(len(contents[child]) for child in children) > len(contents[code])
    return sorted(contents[code]) if overlap else children
