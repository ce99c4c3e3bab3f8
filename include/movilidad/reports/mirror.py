"""The section of mirror statistics: what the country of destination and MINEX count, beside our departures."""

from typing import Any

import pandas as pd

from movilidad.model.codelists import code_list
from movilidad.model.periods import Month
from movilidad.reports import numbers
from movilidad.reports.elements import Cell, Column, Row, Section, Table
from movilidad.reports.text import typographic
from movilidad.reports.wording import ContextWords
from movilidad.statistics.comparisons import MONTHS
from movilidad.statistics.context import Context
from movilidad.statistics.mirror import ALL_CHANNELS, NOTES, VISAS
from movilidad.statistics.published import HIDDEN, NOT_COMPARED

_DATA = "datos/espejo_comparado.csv"
_RATIO = "Salidas por cada 100"
_OLDER = "no se compara"


def mirror_section(context: Context, words: ContextWords) -> Section | None:
    """The section; None if nobody else's figures are known."""
    frame = context.espejo
    visas, others = (frame[frame["medida"] == measure] for measure in (VISAS, ALL_CHANNELS))
    tables = [table for table in (_visas(visas), _others(others)) if table.filas]
    if not tables:
        return None
    return Section(
        nombre="espejo",
        tema=words.nombre,
        titulo=words.neutral,
        frases=(NOTES["cobertura"], NOTES["razon"]),
        cuadros=tuple(tables),
        notas=(NOTES["momento"], NOTES["preliminar"], NOTES["canada"], *words.aclara),
    )


def _visas(frame: pd.DataFrame) -> Table:
    """A row per month; of each visa what was issued, our departures, the ratio."""
    kinds = sorted(frame["categoria"].unique())
    found = {(row["categoria"], row["periodo"]): row for row in frame.to_dict("records")}
    months = sorted(frame["periodo"].unique())
    return Table(
        nombre="espejo_visas",
        titulo="Visas emitidas a guatemaltecos por los Estados Unidos y salidas del programa con la misma visa",
        primera="Mes",
        columnas=tuple(Column(head) for kind in kinds for head in (f"Visas {kind}", f"Salidas {kind}", _RATIO)),
        filas=tuple(
            Row(
                _month(period),
                tuple(cell for kind in kinds for cell in _three(found.get((kind, period)))),
            )
            for period in months
        ),
        datos=_DATA,
    )


def _others(frame: pd.DataFrame) -> Table:
    countries = code_list("paises")
    rows = tuple(
        Row(f"{typographic(countries.label(row['pais']))}, {_period(row['periodo'])}", _three(row))
        for row in frame.to_dict("records")
    )
    return Table(
        nombre="espejo_minex",
        titulo="Personas que viajaron por cualquier vía, según el MINEX, y salidas del programa",
        primera="País y periodo",
        columnas=(Column("Personas, todas las vías"), Column("Salidas del programa"), Column(_RATIO)),
        filas=rows,
        notas=(
            "Un periodo del que este informe no tiene publicados todos los meses no tiene salidas ni razón. Con "
            f"un periodo que empieza antes de los últimos {MONTHS} meses no se compara.",
        ),
        datos=_DATA,
    )


def _three(row: dict[str, Any] | None) -> tuple[Cell, Cell, Cell]:
    if row is None:
        return (Cell(numbers.NOT_SAID),) * 3
    if row["estado"] == NOT_COMPARED:
        return (_number(row["valor"], 0), Cell(_OLDER), Cell(numbers.NOT_SAID))
    hidden = pd.isna(row["salidas"]) and row["estado"] == HIDDEN
    ours = Cell(numbers.HIDDEN, None, oculta=True) if hidden else _number(row["salidas"], 0)
    return _number(row["valor"], 0), ours, _number(row["razon"], 1)


def _number(value: float, decimals: int) -> Cell:
    return Cell(numbers.NOT_SAID) if pd.isna(value) else Cell(numbers.number(value, decimals), float(value))


def _month(period: str) -> str:
    return numbers.month_name(Month.parse(period).first_day)


def _period(period: str) -> str:
    first, _, last = period.partition("/")
    return f"{_month(first)} a {_month(last)}" if last else _month(first)
