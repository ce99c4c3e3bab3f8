"""The budget of the programme and its physical goals."""

import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Period
from movilidad.reports.accountability.figures import Figures, table
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Bar, Chart, Row, Section
from movilidad.reports.sections import told
from movilidad.reports.text import printable
from movilidad.statistics.budget import ACCRUED, COST, IN_FORCE, PERCENT_TO_DATE

# column → its head
_MONEY = {
    "asignado": "Asignado",
    IN_FORCE: "Vigente",
    ACCRUED: "Devengado en el cuatrimestre",
    "pagado": "Pagado en el cuatrimestre",
}
_TO_DATE = {
    ACCRUED + "_acumulado": "Devengado de enero al cierre",
    "pagado_acumulado": "Pagado de enero al cierre",
    "ejecucion_periodo": "% de lo vigente devengado en el cuatrimestre",
    PERCENT_TO_DATE: "% de lo vigente devengado al cierre",
}
_DRAWN = {
    "asignado": "Asignado para el año",
    IN_FORCE: "Vigente para el año",
    ACCRUED + "_acumulado": "Devengado de enero al cierre",
    "pagado_acumulado": "Pagado de enero al cierre",
    ACCRUED: "Devengado en el cuatrimestre",
}
_GOALS = {
    "meta": "Meta del año",
    "ejecutado": "En el cuatrimestre",
    "ejecutado_acumulado": "De enero al cierre",
    "avance": "Avance",
}


def budget_section(frame: pd.DataFrame, period: Period, words: PartWords) -> Section:
    """Money by line: of the year, of the four months, to date; what it is per person placed."""
    found = Figures(frame)
    lines = _lines(frame)
    tables = (
        table("presupuesto", f"Presupuesto por renglón, {period.label}", ("Renglón", *_MONEY.values()),
              [_row(found, code, label, tuple(_MONEY)) for code, label in lines]),
        table("ejecucion", f"Ejecución por renglón, {period.label}", ("Renglón", *_TO_DATE.values()),
              [_row(found, code, label, tuple(_TO_DATE)) for code, label in lines], data="presupuesto"),
    )  # fmt: skip
    chart = _chart(found, period)
    return Section(
        nombre="presupuesto",
        tema=words.nombre,
        titulo=spent(frame) or words.neutral,
        frases=(words.explica, *_cost(found)),
        graficos=(chart,) if any(bar.valor for bar in chart.barras) else (),
        cuadros=tables,
        notas=words.aclara,
    )


def goals_section(frame: pd.DataFrame, period: Period, words: PartWords) -> Section | None:
    """Physical goals and what was done of them; None where none was delivered."""
    if frame.empty:
        return None
    goals = frame[frame["indicador"] == "meta"].to_dict("records")
    found = Figures(frame.assign(unidad=frame["unidad"]))
    rows = [
        Row(
            f"{printable(goal['producto'])} ({printable(goal['unidad'])})",
            tuple(found.cell(name, meta_id=goal["meta_id"]) for name in _GOALS),
        )
        for goal in goals
    ]
    return Section(
        nombre="metas",
        tema=words.nombre,
        titulo=words.neutral,
        frases=(words.explica,),
        cuadros=(table("metas_fisicas", f"Metas físicas, {period.label}", ("Producto", *_GOALS.values()), rows),),
        notas=words.aclara,
    )


def spent(frame: pd.DataFrame) -> str | None:
    """What was accrued, and how much of what is in force; None where it is not known."""
    found = Figures(frame)
    accrued, share = found.cell(ACCRUED), found.cell("ejecucion_periodo")
    if accrued.valor is None:
        return None
    of = f", el {share.texto} de lo vigente para el año" if share.valor is not None else ""
    return f"Se devengaron {accrued.texto}{of}"


def _cost(found: Figures) -> tuple[str, ...]:
    cost = found.cell(COST)
    if cost.oculta:
        return (
            "El devengado por persona colocada no se muestra, porque revelaría un número de personas protegido.",
        )
    return () if cost.valor is None else (f"El devengado por persona colocada fue de {cost.texto}.",)


def _lines(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Codes and names of the lines, the total last."""
    named = dict(zip(frame["renglon"], frame["descripcion"], strict=True))
    own = [(code, f"{code} {printable(name)}") for code, name in named.items() if code != TOTAL]
    return [*own, (TOTAL, TOTAL)]


def _row(found: Figures, code: str, label: str, names: tuple[str, ...]) -> Row:
    cells = tuple(found.cell(name, renglon=code) for name in names)
    return Row(label, cells, "total" if code == TOTAL else "categoria")


def _chart(found: Figures, period: Period) -> Chart:
    cells = {name: found.cell(name) for name in _DRAWN}
    bars = tuple(Bar(name, _DRAWN[name], cells[name].valor, cells[name].texto) for name in _DRAWN)
    title = f"Presupuesto del programa, {period.label}"
    return Chart(
        nombre="presupuesto",
        forma="barras",
        titulo=f"{title}, en quetzales",
        alt=f"Gráfico de barras. {title}. {told(bars)}",
        barras=bars,
    )
