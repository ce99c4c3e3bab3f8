"""A protected table in a CSV file, its hierarchies and its private explanations, read back without trust."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from movilidad.disclosure.audit.seen import Cell, Layer, Seen, Structure
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError, UsageError

LAYER = Layer("", "", 1)
_STATE, _FREE, _HIDDEN = "estado_conf", "F", "C"
_TRUE, _BEHIND, _DECISION = "valor_real", "contribuyentes", "estado"
_PRIMARY = "primaria"


@dataclass(frozen=True)
class Hierarchy:
    """One dimension's levels: code → the codes directly above it."""

    dimension: str
    parents: dict[str, frozenset[str]]

    def leaves_below(self) -> dict[str, frozenset[str]]:
        """Every code → the codes without parts that it is made of, or itself."""
        below: dict[str, set[str]] = {}
        for code, above in self.parents.items():
            for parent in above:
                below.setdefault(parent, set()).add(code)
        return {code: frozenset(_leaves(code, below)) for code in {*self.parents, *below}}


def read_hierarchy(dimension: str, file: Path) -> Hierarchy:
    """A CSV with columns ``code`` and ``parent`` (empty or ``Total`` at the top), a row per parent."""
    rows = [(_text(row["code"]), _text(row["parent"])) for row in _rows(file, ["code", "parent"])]
    if not all(code for code, _ in rows):
        raise DataError("la jerarquía tiene filas sin código", place=file.name)
    if len(set(rows)) < len(rows):
        raise DataError("la jerarquía repite filas", place=file.name)
    parents: dict[str, set[str]] = {}
    for code, parent in rows:
        parents.setdefault(code, set()).update({parent} - {"", TOTAL})
    _refuse_loops(parents, file)
    return Hierarchy(dimension, {code: frozenset(above) for code, above in parents.items()})


def _refuse_loops(parents: dict[str, set[str]], file: Path) -> None:
    left = {code: set(above) & set(parents) for code, above in parents.items()}
    while left:
        top = [code for code, above in left.items() if not above & set(left)]
        if not top:
            raise DataError("la jerarquía da vueltas: un código está por encima de sí mismo", place=file.name)
        for code in top:
            del left[code]


def _leaves(code: str, below: dict[str, set[str]]) -> Iterator[str]:
    if code not in below:
        yield code
    for part in below.get(code, ()):
        yield from _leaves(part, below)


def read_printed(file: Path, tables: Sequence[Sequence[str]], value: str) -> list[Seen]:
    """The cells of a table as ``protect`` writes them: the code of a margin is ``Total``, a hidden value empty.

    Raises:
        UsageError, DataError: columns are missing, codes empty, cells repeated, or values no counts.
    """
    names = sorted({name for table in tables for name in table})
    cells: dict[Cell, Seen] = {}
    for row in _rows(file, [*names, value, _STATE]):
        cell = _cell(row, names, file)
        if cell in cells:
            raise DataError("hay celdas repetidas", place=file.name)
        if not any({name for name, _ in cell} <= set(table) for table in tables):
            raise DataError(
                "hay celdas que no son de ningún cuadro", place=file.name, remedy="repita --dims para cada cuadro"
            )
        cells[cell] = Seen(*LAYER, cell, _value(row, value, file))
    if not cells:
        raise DataError("el archivo no tiene celdas", place=file.name)
    return list(cells.values())


def explained(printed: Iterable[Seen], file: Path) -> list[Seen]:
    """The cells with what the private file says of them: true value, lone contributors, primaries."""
    cells = list(printed)
    names = sorted({name for one in cells for name in one.dimensions})
    known: dict[Cell, tuple[float, bool, bool]] = {}
    for row in _rows(file, [*names, _TRUE, _BEHIND, _DECISION]):
        cell = _cell(row, names, file)
        if cell in known:
            raise DataError("hay celdas repetidas", place=file.name)
        alone = _count(row[_BEHIND], file) == 1
        known[cell] = (_count(row[_TRUE], file), alone, _text(row[_DECISION]) == _PRIMARY)
    if any(one.value is None and one.cell not in known for one in cells):
        raise DataError("faltan celdas ocultas", place=file.name)
    found = []
    for one in cells:
        true, lone, primary = known.get(one.cell, (one.value, False, False))
        hidden = one.value is None
        found.append(Seen(*LAYER, one.cell, one.value, true, lone and hidden, primary and hidden))
    return found


def structure(
    printed: Iterable[Seen], tables: Sequence[Sequence[str]], hierarchies: Iterable[Hierarchy]
) -> Structure:
    """The named tables with all their margins, and what the hierarchies' codes are made of.

    Raises:
        UsageError: a hierarchy of a dimension that no table has.
        DataError: a code of the table that its hierarchy does not have.
    """
    codes: dict[str, set[str]] = {}
    for one in printed:
        for name, code in one.cell:
            codes.setdefault(name, set()).add(code)
    named = {name for table in tables for name in table}
    atoms = {}
    for hierarchy in hierarchies:
        if hierarchy.dimension not in named:
            raise UsageError(f"ningún cuadro tiene la dimensión «{hierarchy.dimension}» de --hierarchy")
        leaves = hierarchy.leaves_below()
        if codes.get(hierarchy.dimension, set()) - set(leaves):
            raise DataError(f"el cuadro tiene códigos de «{hierarchy.dimension}» que su jerarquía no tiene")
        atoms[hierarchy.dimension] = leaves
    return Structure(printed={LAYER: frozenset(tuple(sorted(table)) for table in tables)}, atoms=atoms)


def _rows(file: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        try:
            reader = csv.DictReader(stream)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"faltan columnas: {', '.join(missing)}", place=file.name)
            yield from reader
        except (UnicodeDecodeError, csv.Error) as error:
            raise DataError("no es un CSV en UTF-8", place=file.name) from error


def _text(value: str | None) -> str:
    return (value or "").strip()


def _cell(row: dict[str, str], names: Sequence[str], file: Path) -> Cell:
    codes = [(name, _text(row[name])) for name in names]
    for name, code in codes:
        if not code:
            raise DataError(f"hay códigos vacíos en «{name}»", place=file.name)
    return tuple((name, code) for name, code in codes if code != TOTAL)


def _value(row: dict[str, str], name: str, file: Path) -> float | None:
    state, text = _text(row[_STATE]), _text(row[name])
    if state not in {_FREE, _HIDDEN}:
        raise DataError(f"«{_STATE}» solo puede ser {_FREE} o {_HIDDEN}", place=file.name)
    if (state == _HIDDEN) != (text == ""):
        raise DataError("las celdas ocultas, y solo ellas, van sin valor", place=file.name)
    return None if state == _HIDDEN else _count(text, file)


def _count(text: str | None, file: Path) -> float:
    try:
        number = float(_text(text))
    except ValueError:
        number = -1
    if not (number >= 0 and number.is_integer()):
        raise DataError("hay valores que no son conteos (enteros desde cero)", place=file.name)
    return number
