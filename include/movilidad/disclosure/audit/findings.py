"""Findings, in words that tell a steward where to look and nobody what is there: never a number behind a cell."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from movilidad.disclosure.audit.seen import Cell, Dimensions, Layer

Kind = Literal["contradiccion", "estrecha", "contribuyente", "derivada", "versiones", "a_la_vista", "sin_prueba"]

_WORDS: dict[Kind, str] = {
    "contradiccion": "las cifras publicadas se contradicen",
    "estrecha": "lo publicado deja conocer demasiado de celdas ocultas",
    "contribuyente": "quien está solo en otra celda conocería demasiado de celdas ocultas",
    "derivada": "de lo publicado se deduce un grupo demasiado pequeño que ningún cuadro muestra",
    "versiones": "la diferencia entre dos versiones publicadas es un grupo demasiado pequeño",
    "a_la_vista": "se muestran celdas demasiado pequeñas",
    "sin_prueba": "no se pudo probar a tiempo que celdas ocultas estén protegidas",
}
_NAMED = 5  # cells that a sentence names


@dataclass(frozen=True)
class Finding:
    """Cells of one table with the same fault."""

    kind: Kind
    layer: Layer
    dimensions: Dimensions
    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        table = " × ".join(self.dimensions) or "total general"
        version = f", versión {self.layer.version}" if self.layer.version > 1 else ""
        count = f"{len(self.cells):,} {'celda' if len(self.cells) == 1 else 'celdas'}"
        named = "; ".join(_named(cell) for cell in self.cells[:_NAMED])
        more = "; …" if len(self.cells) > _NAMED else ""
        where = " ".join(text for text in (self.layer.measure, self.layer.period) if text) + version
        return f"{where}, {table}: {_WORDS[self.kind]} ({count}: {named}{more})."


def _named(cell: Cell) -> str:
    return ", ".join(f"{dimension} {code}" for dimension, code in cell) or "el total"


def grouped(faults: Iterable[tuple[Kind, Layer, Cell]]) -> list[Finding]:
    """One finding per kind, layer and table, in a fixed order."""
    cells: dict[tuple[Kind, Layer, Dimensions], set[Cell]] = defaultdict(set)
    for kind, layer, cell in faults:
        cells[kind, layer, tuple(name for name, _ in cell)].add(cell)
    order = list(_WORDS)
    keys = sorted(cells, key=lambda key: (order.index(key[0]), key[1], key[2]))
    return [Finding(*key, tuple(sorted(cells[key]))) for key in keys]
