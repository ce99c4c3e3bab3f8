"""Complaints of four months and their state (milestone 5)."""

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Period
from movilidad.reports import numbers
from movilidad.reports.accountability.figures import KINDS, Figures, table
from movilidad.reports.accountability.people import Words, section, whole_of
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Row, Section, Table
from movilidad.reports.text import typographic
from movilidad.statistics.accountability import Accountability
from movilidad.statistics.complaints import BASE, KIND, MEDIAN
from movilidad.statistics.specs import load_specs

_COUNTS = ("denuncias_por_clase_denuncia", "denuncias_por_canal_denuncia", "denuncias_por_pais")
_CROSSED = "denuncias_por_clase_denuncia_estado_denuncia"
_CLOSED = "denuncias_cerradas_por_clase_denuncia"


def complaints_section(accounts: Accountability, period: Period, words: PartWords, counts: Words) -> Section:
    """Received ones by subject, state, channel and country; closed ones and how long it took."""
    tables = accounts.cuadros.cuadros
    found = section("denuncias", tables, _COUNTS, period, (words, counts), _heading(accounts))
    first, *others = found.cuadros
    closed = section("cerradas", tables, (_CLOSED,), period, (words, counts), None).cuadros
    printed = (first, _states(accounts, period), *others, *closed, *_days(accounts, period))
    return Section(**{**vars(found), "cuadros": printed})


def received_and_closed(accounts: Accountability) -> tuple[int | None, int | None]:
    """How many were received and how many closed; None where hidden."""
    tables = accounts.cuadros.cuadros
    return whole_of(tables, _COUNTS[0]), whole_of(tables, _CLOSED)


def _heading(accounts: Accountability) -> str | None:
    received, closed = received_and_closed(accounts)
    if received is None or closed is None:
        return None
    came = "Se recibió 1 denuncia" if received == 1 else f"Se recibieron {numbers.number(received)} denuncias"
    went = "se cerró 1" if closed == 1 else f"se cerraron {numbers.number(closed)}"
    return f"{came} y {went}"


def _states(accounts: Accountability, period: Period) -> Table:
    frame, dimensions = accounts.cuadros.cuadros[_CROSSED], load_specs().dimensiones
    found, states = Figures(frame), dimensions["estado_denuncia"].code_list.labels
    codes = [code for code in dict.fromkeys(frame[KIND]) if code != TOTAL]
    rows = [
        Row(
            typographic(dimensions[KIND].label(code)),
            tuple(found.cell("denuncias", **{KIND: code, "estado_denuncia": each}) for each in (TOTAL, *states)),
            KINDS.get(code, "categoria"),
        )
        for code in (*codes, TOTAL)
    ]
    title = f"Denuncias recibidas por asunto y estado al cierre, {period.label}"
    return table(_CROSSED, title, (dimensions[KIND].titulo, "Todas", *states.values()), rows)


def _days(accounts: Accountability, period: Period) -> tuple[Table, ...]:
    """The median of days of the closed ones, with the number of cases behind it; none if nothing may be told."""
    days, declared = Figures(accounts.plazos), load_specs().dimensiones[KIND]
    bases = Figures(accounts.plazos.assign(indicador=BASE, unidad="denuncias", valor=accounts.plazos[BASE]))
    codes = [code for code in dict.fromkeys(accounts.plazos[KIND]) if code != TOTAL]
    rows = [
        Row(
            typographic(declared.label(code)),
            (bases.cell(BASE, **{KIND: code}), days.cell(MEDIAN, **{KIND: code})),
            KINDS.get(code, "categoria"),
        )
        for code in (*codes, TOTAL)
    ]
    if all(cell.valor is None for row in rows for cell in row.celdas):
        return ()
    heads = (declared.titulo, "Denuncias en que se basa", "Días hasta el cierre, mediana")
    return (table("denuncias_plazos", f"Días de la recepción al cierre, {period.label}", heads, rows),)
