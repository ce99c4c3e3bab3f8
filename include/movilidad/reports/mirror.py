"""The section of mirror statistics: what the country of destination and MINEX count, beside our departures."""

from typing import Any

import pandas as pd

from movilidad.model.codelists import code_list
from movilidad.model.periods import Month
from movilidad.reports import numbers
from movilidad.reports.elements import Cell, Column, Row, Section, Table
from movilidad.reports.labels import label_in, note_in
from movilidad.reports.wording import ContextWords, say
from movilidad.statistics.comparisons import MONTHS, SMALL_BASE
from movilidad.statistics.context import Context
from movilidad.statistics.mirror import ALL_CHANNELS, NOTES, VISAS
from movilidad.statistics.published import HIDDEN, NOT_COMPARED

_DATA = "datos/espejo_comparado.csv"


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
        frases=(_note("cobertura"), _note("razon")),
        cuadros=tuple(tables),
        notas=(_note("momento"), _note("preliminar"), _note("canada"), *words.aclara),
    )


def _note(topic: str) -> str:
    return note_in(f"espejo_{topic}", NOTES[topic], base=SMALL_BASE)


def _visas(frame: pd.DataFrame) -> Table:
    """A row per month; of each visa what was issued, our departures, the ratio."""
    kinds = sorted(frame["categoria"].unique())
    found = {(row["categoria"], row["periodo"]): row for row in frame.to_dict("records")}
    months = sorted(frame["periodo"].unique())
    return Table(
        nombre="espejo_visas",
        titulo=say("titulo_visas"),
        primera=say("mes"),
        columnas=tuple(
            Column(head)
            for kind in kinds
            for head in (say("visas_de", visa=kind), say("salidas_de", visa=kind), say("razon"))
        ),
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
        Row(f"{label_in(countries, row['pais']).texto}, {_period(row['periodo'])}", _three(row))
        for row in frame.to_dict("records")
    )
    return Table(
        nombre="espejo_minex",
        titulo=say("titulo_minex"),
        primera=say("pais_y_periodo"),
        columnas=tuple(Column(say(head)) for head in ("personas_todas_las_vias", "salidas_del_programa", "razon")),
        filas=rows,
        notas=(say("periodo_incompleto"), say("periodo_anterior", meses=MONTHS)),
        datos=_DATA,
    )


def _three(row: dict[str, Any] | None) -> tuple[Cell, Cell, Cell]:
    if row is None:
        return (Cell(numbers.NOT_SAID),) * 3
    if row["estado"] == NOT_COMPARED:
        return (_number(row["valor"], 0), Cell(say("no_se_compara")), Cell(numbers.NOT_SAID))
    hidden = pd.isna(row["salidas"]) and row["estado"] == HIDDEN
    ours = Cell(numbers.HIDDEN, None, oculta=True) if hidden else _number(row["salidas"], 0)
    return _number(row["valor"], 0), ours, _number(row["razon"], 1)


def _number(value: float, decimals: int) -> Cell:
    return Cell(numbers.NOT_SAID) if pd.isna(value) else Cell(numbers.number(value, decimals), float(value))


def _month(period: str) -> str:
    return numbers.month_name(Month.parse(period).first_day)


def _period(period: str) -> str:
    first, _, last = period.partition("/")
    return say("desde_hasta", desde=_month(first), hasta=_month(last)) if last else _month(first)
