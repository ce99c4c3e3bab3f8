"""Whether what a source gave has the columns that its contract promises.

A header may be missing, and then the first record stands in its place: names are repeated in a message only when
the header has been recognised, so that no value of a record can pass for the name of a column.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from movilidad.model.codelists import fold
from movilidad.sources.contracts import Dataset

_SHOWN = 12


@dataclass(frozen=True)
class Drift:
    """How the columns differ from the contract.

    Attributes:
        missing: promised columns that are not there.
        missing_optional: optional columns that are not there.
        new: columns of which the contract does not know.
        recognised: whether what stands in the header's place is a header at all.
    """

    missing: tuple[str, ...]
    missing_optional: tuple[str, ...]
    new: tuple[str, ...]
    recognised: bool

    def complaint(self) -> str:
        """What is wrong, or nothing: the missing columns, each with the new one that looks most like it."""
        if not self.missing:
            return ""
        if not self.recognised:
            return f"no se reconoce el encabezado; se esperan las columnas {listed(self.missing)}"
        told = [self._with_candidate(name) for name in self.missing]
        noun = "falta la columna" if len(told) == 1 else "faltan las columnas"
        return f"{noun} {', '.join(told[:_SHOWN])}"

    def new_columns(self) -> str:
        """The names of the new columns for a person, or how many there are when they must not be shown."""
        if not self.recognised:
            return f"{len(self.new)} sin nombre reconocible"
        return listed(printable(name) for name in self.new)

    def _with_candidate(self, name: str) -> str:
        by_fold = {_folded(other): other for other in self.new}
        near = difflib.get_close_matches(_folded(name), list(by_fold), n=1, cutoff=0.6)
        hint = f" (¿ahora «{printable(by_fold[near[0]])}»?)" if near else ""
        return f"«{name}»{hint}"


def compare(dataset: Dataset, found: Sequence[str]) -> Drift:
    """Compare the columns found with those of the contract."""
    present = set(found)
    missing = [column for column in dataset.columnas.values() if column.origen not in present]
    known = {column.origen for column in dataset.columnas.values()} | set(dataset.sin_usar)
    return Drift(
        missing=tuple(column.origen for column in missing if column.obligatoria),
        missing_optional=tuple(column.origen for column in missing if not column.obligatoria),
        new=tuple(name for name in found if name not in known),
        recognised=likeness(dataset, found) >= 0.5,
    )


def likeness(dataset: Dataset, cells: Iterable[str | None]) -> float:
    """Share of the promised columns that occur among some cells, whatever their case, accents and blanks."""
    columns = dataset.columnas.values()
    needed = [column for column in columns if column.obligatoria] or columns
    expected = {_folded(column.origen) for column in needed}
    found = {_folded(cell) for cell in cells if cell}
    return len(expected & found) / len(expected)


def printable(name: str) -> str:
    """A column name as a message may show it: nothing long, nothing that looks like a number or an address."""
    harmless = len(name) <= 60 and "@" not in name and not re.search(r"\d{5}", re.sub(r"[\s.-]", "", name))
    return name if harmless and name.isprintable() else "(nombre no mostrado)"


def listed(names: Iterable[str]) -> str:
    """Names in quotation marks, the first dozen of them."""
    quoted = [f"«{name}»" for name in names]
    return ", ".join(quoted[:_SHOWN]) + (f" y {len(quoted) - _SHOWN} más" if len(quoted) > _SHOWN else "")


def _folded(name: str) -> str:
    return re.sub(r"[\s_./-]+", "", fold(name))
