"""A protected table read as a breakdown: its total, its categories, what is hidden, what is not stated."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN
from movilidad.model.errors import DataError
from movilidad.reports.elements import RowKind
from movilidad.reports.labels import dimension_title, label_of
from movilidad.statistics.specs import Indicator, Table, load_specs

_KINDS: dict[str, RowKind] = {TOTAL: "total", REMAINDER: "resto", UNKNOWN: "nd"}
_LAST: dict[RowKind, int] = {"categoria": 0, "parte": 0, "resto": 2, "nd": 3, "total": 4}


@dataclass(frozen=True)
class Part:
    """One category: its figures by indicator (None: hidden) and, in a hierarchy, its parts.

    ``idioma`` is the language of its label where that is not the report's.
    """

    codigo: str
    etiqueta: str
    tipo: RowKind
    valores: dict[str, int | None]
    partes: tuple["Part", ...] = ()
    idioma: str = ""

    def value(self, indicator: str) -> int | None:
        return self.valores.get(indicator)


@dataclass(frozen=True)
class Breakdown:
    """A table, in the order of its list with the special categories last.

    Attributes:
        total: the margin; its figures are None when the month itself is too small.
        partes: all other rows of the first dimension.
        aditiva: whether the parts sum to the total; else who is in two of them counts in both.
        medida: the indicator that headings and charts speak of: the first one of the table.
    """

    nombre: str
    titulo: str
    total: Part
    partes: tuple[Part, ...]
    indicadores: tuple[Indicator, ...]
    medida: str
    titulo_partes: str = ""
    largest_first: bool = field(default=False)
    aditiva: bool = True

    @property
    def whole(self) -> int | None:
        """The total of ``medida``; None if hidden."""
        return self.total.value(self.medida)

    @property
    def categories(self) -> list[Part]:
        return [part for part in self.partes if part.tipo == "categoria"]

    def part(self, code: str) -> Part | None:
        """The row of a code, if there is one."""
        return next((part for part in self.partes if part.codigo == code), None)

    @property
    def protected_sum(self) -> int:
        """Sum of the hidden categories: none of them can be larger."""
        rest = self.part(REMAINDER)
        return (rest.value(self.medida) or 0) if rest else 0

    @property
    def unknown(self) -> int | None:
        """Persons of whom the attribute is not known; None if hidden."""
        part = self.part(UNKNOWN)
        return part.value(self.medida) if part else 0


def read_breakdown(name: str, frame: pd.DataFrame, *, largest_first: bool = False) -> Breakdown:
    """Read a protected table of ``cuadros.yml``; a DataError if it has no total or an unknown code."""
    specs = load_specs()
    table = specs.cuadros[name]
    parts = _parts(name, table, frame)
    total = next((part for part in parts if part.tipo == "total"), None)
    if total is None:
        raise DataError("el cuadro no tiene la fila «Total»", place=f"cuadro {name}")
    indicators = tuple(specs.indicadores[indicator] for indicator in table.indicadores)
    measure = indicators[0].nombre
    return Breakdown(
        nombre=name,
        titulo=dimension_title(specs.dimensiones[table.dimensiones[0]], table.poblacion),
        aditiva=table.aditiva,
        total=total,
        partes=tuple(_ordered([part for part in parts if part is not total], measure, largest_first)),
        indicadores=indicators,
        medida=measure,
        titulo_partes=dimension_title(specs.dimensiones[table.dimensiones[1]], table.poblacion)
        if table.jerarquia
        else "",
        largest_first=largest_first,
    )


def _parts(name: str, table: Table, frame: pd.DataFrame) -> list[Part]:
    """The rows of the first dimension, each with its own parts."""
    values: dict[tuple[str, ...], dict[str, int | None]] = {}
    codes = zip(*(frame[dimension].tolist() for dimension in table.dimensiones), strict=True)
    for key, indicator, value in zip(codes, frame["indicador"].tolist(), frame["valor"].tolist(), strict=True):
        values.setdefault(key, {})[indicator] = shown(value)
    outer = table.dimensiones[0]
    if not table.jerarquia:
        return [_part(name, outer, key[0], found) for key, found in values.items()]
    inner = table.dimensiones[1]
    children: dict[str, list[Part]] = {}
    for (first, second), found in values.items():
        if second != TOTAL:
            children.setdefault(first, []).append(_part(name, inner, second, found, nested=True))
    return [
        _part(name, outer, first, found, tuple(children.get(first, ())))
        for (first, second), found in values.items()
        if second == TOTAL
    ]


def _part(
    table: str,
    dimension: str,
    code: str,
    values: dict[str, int | None],
    parts: tuple[Part, ...] = (),
    *,
    nested: bool = False,
) -> Part:
    try:
        label = label_of(load_specs().dimensiones[dimension], code)
    except KeyError as error:
        raise DataError(
            f"el cuadro usa un código de «{dimension}» que no está en su lista", place=f"cuadro {table}"
        ) from error
    kind = _KINDS.get(code, "categoria")
    if nested and kind == "categoria":
        kind = "parte"
    return Part(code, label.texto, kind, values, parts, label.idioma)


def _ordered(parts: list[Part], measure: str, largest_first: bool) -> list[Part]:
    """Shown categories, then hidden ones as in the list, then those together, then not stated."""

    def place(part: Part) -> tuple[int, int, int]:
        value = part.value(measure)
        hidden_last = 1 if value is None and largest_first else 0
        return _LAST[part.tipo], hidden_last, -(value or 0) if largest_first else 0

    return sorted(parts, key=place)


def shown(value: Any) -> int | None:
    """A count as the tables hold it: None where hidden."""
    return None if value is None or pd.isna(value) else int(value)
