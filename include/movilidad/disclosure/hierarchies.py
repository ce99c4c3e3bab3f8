"""Hierarchies inside one dimension: which codes are sums of which others.

A code may have several parents: age 22 is in ``20-24`` and in ``<25``. What a parent contains is the set of its
leaves, the codes that records have.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from movilidad.disclosure.csv_input import read_text_table
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError

_HEADERS = (["code", "parent"], ["codigo", "padre"])


@dataclass(frozen=True)
class Hierarchy:
    """``parents``: each code with the codes that contain it directly; a code at the top has none."""

    parents: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], place: str | None = None) -> "Hierarchy":
        """From (code, parent) pairs; an empty parent or ``Total`` says that the code is at the top.

        Raises:
            DataError: a code contains itself, directly or through others.
        """
        found: dict[str, list[str]] = {}
        for code, parent in pairs:
            parents = found.setdefault(code, [])
            if parent not in ("", TOTAL, *parents):
                found.setdefault(parent, [])
                parents.append(parent)
        hierarchy = cls({code: tuple(parents) for code, parents in found.items()})
        hierarchy._require_no_loop(place)
        return hierarchy

    def _require_no_loop(self, place: str | None) -> None:
        try:
            TopologicalSorter(self.parents).prepare()
        except CycleError as error:
            raise DataError(
                f"la jerarquía da vueltas: {' → '.join(reversed(error.args[1]))}",
                place=place,
                remedy="quite la línea que pone a un código debajo de sí mismo",
            ) from None

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """Codes directly below each code that has any."""
        below: dict[str, list[str]] = {}
        for code, parents in self.parents.items():
            for parent in parents:
                below.setdefault(parent, []).append(code)
        return below

    def is_leaf(self, code: str) -> bool:
        return code not in self.children

    def above(self, code: str) -> set[str]:
        """All codes that contain ``code``, itself not among them."""
        found: set[str] = set()
        pending = [code]
        while pending:
            for parent in self.parents[pending.pop()]:
                if parent not in found:
                    found.add(parent)
                    pending.append(parent)
        return found


def read_hierarchy(path: Path) -> Hierarchy:
    """The hierarchy in a CSV with the columns ``code,parent``, one line per code and parent.

    Raises:
        DataError: another header, a line without code, or a loop.
    """
    table = read_text_table(path)
    if list(table.columns) not in _HEADERS:
        raise DataError(
            "una jerarquía tiene las columnas code,parent", place=path.name, remedy="corrija la primera línea"
        )
    codes, parents = (table[name].tolist() for name in table.columns)
    if "" in codes or TOTAL in codes:
        raise DataError(
            f"la jerarquía tiene líneas sin código o con el código {TOTAL}",
            place=path.name,
            rows=sum(code in ("", TOTAL) for code in codes),
            remedy=f"escriba el código; {TOTAL} no lo necesita",
        )
    return Hierarchy.of(zip(codes, parents, strict=True), place=path.name)
