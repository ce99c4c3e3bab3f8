"""The tables that set the month's figures beside those of other months."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from movilidad.model.codelists import TOTAL, UNKNOWN
from movilidad.model.periods import Month
from movilidad.reports import numbers
from movilidad.reports.elements import Cell, Column, Row, RowKind, Table
from movilidad.reports.findings import share_of
from movilidad.reports.labels import Label, dimension_title, headline_title, label_of
from movilidad.reports.wording import say
from movilidad.statistics.comparisons import MONTH_BEFORE, SMALL_BASE, YEAR_BEFORE, YEAR_TO_DATE, share_decimals
from movilidad.statistics.published import HIDDEN, category_of
from movilidad.statistics.revisions import TOTAL_CELL
from movilidad.statistics.specs import load_specs
from movilidad.statistics.summary import HEADLINES
from movilidad.statistics.wages import UNIT

# the breakdowns that are printed; the data have all
PRINTED = ("pais", "sexo", "tipo_visa", "departamento_origen")
_PLACED = "colocados"
_DATA = "datos/comparaciones.csv"


@dataclass(frozen=True)
class Compared:
    """One figure beside one earlier one; None where hidden, never published or not to be said."""

    valor: float | None
    base: float | None
    diferencia: float | None
    porcentaje: float | None
    total: float | None
    total_base: float | None
    estado: str
    estado_base: str


Found = dict[tuple[str, str, str], Compared]  # indicator, cell, comparison


def read_compared(frame: pd.DataFrame) -> Found:
    """The rows of ``Context.comparaciones``."""
    names = ("valor", "base", "diferencia", "porcentaje", "total", "total_base")
    return {
        (row["indicador"], row["celda"], row["comparacion"]): Compared(
            **{name: None if pd.isna(row[name]) else float(row[name]) for name in names},
            estado=row["estado"],
            estado_base=row["estado_base"],
        )
        for row in frame.to_dict("records")
    }


def comparison_tables(found: Found, month: Month) -> tuple[Table, ...]:
    """The headline figures, then each printed breakdown."""
    return _totals(found, month), *_to_date(found, month), *_breakdowns(found, month)


def share_between(value: float | None, whole: float | None) -> str | None:
    """The percentage that a part is of its whole; None if one is not known or the whole is too small."""
    return None if value is None or whole is None else share_of(int(value), int(whole))


def _totals(found: Found, month: Month) -> Table:
    cells = [name for name in HEADLINES if (name, TOTAL_CELL, MONTH_BEFORE) in found]
    now, before, year = _heads(month)
    rows = tuple(
        Row(
            headline_title(name),
            (
                *_changed(found[name, TOTAL_CELL, MONTH_BEFORE], _printer(name), own=True),
                *_changed(found[name, TOTAL_CELL, YEAR_BEFORE], _printer(name), own=False),
            ),
        )
        for name in cells
    )
    return Table(
        nombre="comparaciones",
        titulo=say("titulo_cifras_comparadas", periodo=numbers.period_name(month)),
        primera=say("indicador"),
        columnas=tuple(Column(name) for name in (now, before, say("cambio"), "%", year, say("cambio"), "%")),
        filas=rows,
        notas=(say("sin_porcentajes", base=SMALL_BASE),),
        datos=_DATA,
    )


def _to_date(found: Found, month: Month) -> Iterable[Table]:
    """From January to the month, beside the same months a year before; of January itself nothing."""
    names = [name for name in HEADLINES if (name, TOTAL_CELL, YEAR_TO_DATE) in found]
    if month.month == 1 or all(found[name, TOTAL_CELL, YEAR_TO_DATE].valor is None for name in names):
        return
    yield Table(
        nombre="comparaciones_acumulado",
        titulo=say("titulo_acumulado", periodo=numbers.period_name(month), anio=month.year - 1),
        primera=say("indicador"),
        columnas=tuple(Column(name) for name in (str(month.year), str(month.year - 1), say("cambio"), "%")),
        filas=tuple(
            Row(headline_title(name), _changed(found[name, TOTAL_CELL, YEAR_TO_DATE], _printer(name), own=True))
            for name in names
        ),
        notas=(say("nota_acumulado"),),
        datos=_DATA,
    )


def _breakdowns(found: Found, month: Month) -> Iterable[Table]:
    """A table for each printed breakdown of which the month shows or hides anything."""
    for name in PRINTED:
        cells = [
            cell
            for indicator, cell, comparison in found
            if indicator == _PLACED and comparison == MONTH_BEFORE and category_of(cell)[0] == name
        ]
        rows = [row for cell in _ordered(cells, found) if (row := _row(cell, found))]
        if rows:
            yield _breakdown(name, [*rows, _row(TOTAL_CELL, found)], month)


def _breakdown(dimension: str, rows: list[Row | None], month: Month) -> Table:
    now, before, year = _heads(month)
    share, change = say("porcentaje_del_total"), say("cambio")
    title = dimension_title(load_specs().dimensiones[dimension], _PLACED)
    return Table(
        nombre=f"comparaciones_por_{dimension}",
        titulo=say(
            "titulo_comparado",
            dimension=f"{title[:1].lower()}{title[1:]}",
            periodo=numbers.period_name(month),
        ),
        primera=title,
        columnas=tuple(
            Column(name) for name in (now, share, before, change, year, share, change, say("cambio_porcentaje"))
        ),
        filas=tuple(row for row in rows if row),
        datos=_DATA,
    )


def _ordered(cells: list[str], found: Found) -> list[str]:
    """Largest first, then hidden ones; what is not stated last."""

    def place(cell: str) -> tuple[bool, float]:
        each = found[_PLACED, cell, MONTH_BEFORE]
        return _kind(cell) == "nd", -(each.valor or 0)

    return sorted(cells, key=place)


def _kind(cell: str) -> RowKind:
    code = category_of(cell)[1]
    kinds: dict[str, RowKind] = {TOTAL: "total", UNKNOWN: "nd"}
    return kinds.get(code, "categoria")


def _row(cell: str, found: Found) -> Row | None:
    """A category; None if it is zero or not known in all three months."""
    before, year = found[_PLACED, cell, MONTH_BEFORE], found[_PLACED, cell, YEAR_BEFORE]
    values = (before.valor, before.base, year.base)
    states = (before.estado, before.estado_base, year.estado_base)
    if not any(values) and HIDDEN not in states:
        return None
    dimension, code = category_of(cell)
    label = Label(TOTAL) if code == TOTAL else label_of(load_specs().dimensiones[dimension], code)
    wholes = (before.valor, year.base) if code == TOTAL else (before.total, year.total_base)
    own, past, change, _ = _changed(before, numbers.measured, own=True)
    return Row(
        label.texto,
        (
            *(own, _share_cell(before.valor, wholes[0], before.estado), past, change),
            _value(year.base, year.estado_base, numbers.measured),
            _share_cell(year.base, wholes[1], year.estado_base),
            *_changed(year, numbers.measured, own=False)[1:],
        ),
        _kind(cell),
        label.idioma,
    )


def _heads(month: Month) -> tuple[str, str, str]:
    now, before, year = (numbers.month_name(each.first_day) for each in (month, month.plus(-1), month.plus(-12)))
    return now, before, year


def _printer(indicator: str) -> Callable[[float], str]:
    return numbers.quetzales if HEADLINES[indicator][1] == UNIT else numbers.measured


def _changed(each: Compared, printer: Callable[[float], str], *, own: bool) -> tuple[Cell, ...]:
    """The month's figure if wanted, the earlier one, the change and its percentage."""
    first = (_value(each.valor, each.estado, printer),) if own else ()
    change = each.diferencia
    decimals = 0 if change is None or change.is_integer() else 1
    return (
        *first,
        _value(each.base, each.estado_base, printer),
        Cell(numbers.NOT_SAID) if change is None else Cell(numbers.signed(change, decimals), change),
        _percent_cell(each),
    )


def _percent_cell(each: Compared) -> Cell:
    if each.porcentaje is None:
        return Cell(numbers.NOT_SAID)
    return Cell(f"{numbers.signed(each.porcentaje, share_decimals(each.base or 0))}%", each.porcentaje)


def _value(value: float | None, state: str, printer: Callable[[float], str]) -> Cell:
    if value is None:
        return Cell(numbers.HIDDEN, None, oculta=True) if state == HIDDEN else Cell(numbers.NOT_SAID)
    return Cell(printer(value), value)


def _share_cell(value: float | None, whole: float | None, state: str) -> Cell:
    if value is None and state == HIDDEN:
        return Cell(numbers.HIDDEN, None, oculta=True)
    return Cell(share_between(value, whole) or numbers.NOT_SAID)
