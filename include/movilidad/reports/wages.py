"""The section on wages: comparable monthly figures in quetzales by country."""

import pandas as pd

from movilidad.model.codelists import TOTAL, code_list
from movilidad.reports import numbers
from movilidad.reports.elements import Bar, Cell, Chart, Column, Row, Section, Table
from movilidad.reports.text import printable, typographic
from movilidad.reports.wording import WageWords
from movilidad.statistics.wages import MEDIAN

_P25, _P75 = "salario_mensual_gtq_p25", "salario_mensual_gtq_p75"
_COLUMNS = {MEDIAN: "Mediana", _P25: "Primer cuartil", _P75: "Tercer cuartil"}
_NOTES = ("salario_comparable", "tipos_de_cambio", "salidas_sin_salario_comparable")


def wage_section(wages: pd.DataFrame, notes: dict[str, str], words: WageWords, period: str) -> Section:
    """Median and quartiles by country, with the method. Figures that may not be shown print ``c``."""
    by_country = _read(wages)
    median = by_country.get(TOTAL, {}).get(MEDIAN, Cell(numbers.HIDDEN, None, oculta=True))
    title = f"Salario mensual comparable en quetzales por país, {period}"
    told = median.valor is not None
    charts = _charts(by_country, title)
    return Section(
        nombre="salarios",
        tema=words.nombre,
        titulo=words.titulo.format(mediana=median.texto) if told else words.neutral,
        frases=(words.explica,),
        graficos=charts,
        cuadros=(_table(by_country, title),),
        notas=(words.aclara, *(printable(notes[topic]) for topic in _NOTES if topic in notes)),
    )


def wage_notes() -> tuple[str, ...]:
    """Topics of the notes that this section prints."""
    return _NOTES


def _read(wages: pd.DataFrame) -> dict[str, dict[str, Cell]]:
    """Country → indicator → cell, in the order of the frame with the total last."""
    found: dict[str, dict[str, Cell]] = {}
    columns = (wages[name].tolist() for name in ("pais", "indicador", "valor", "estado_conf"))
    for country, indicator, value, confidential in zip(*columns, strict=True):
        found.setdefault(country, {})[indicator] = _cell(value, confidential == "C")
    if TOTAL in found:
        found[TOTAL] = found.pop(TOTAL)
    return found


def _cell(value: float | None, hidden: bool) -> Cell:
    if hidden:
        return Cell(numbers.HIDDEN, None, oculta=True)
    if value is None or pd.isna(value):
        return Cell(numbers.NOT_KNOWN)
    return Cell(numbers.quetzales(value), float(value))


def _label(code: str) -> str:
    return "Todos los países" if code == TOTAL else typographic(code_list("paises").label(code))


def _table(by_country: dict[str, dict[str, Cell]], title: str) -> Table:
    rows = tuple(
        Row(
            _label(code),
            tuple(cells.get(name, Cell(numbers.NOT_KNOWN)) for name in _COLUMNS),
            "total" if code == TOTAL else "categoria",
        )
        for code, cells in by_country.items()
    )
    return Table(
        nombre="salarios_por_pais",
        titulo=title,
        primera="País donde trabajan",
        columnas=tuple(Column(name) for name in _COLUMNS.values()),
        filas=rows,
        datos="datos/salarios_por_pais.csv",
    )


def _charts(by_country: dict[str, dict[str, Cell]], title: str) -> tuple[Chart, ...]:
    bars = tuple(
        Bar(
            codigo=code,
            etiqueta=_label(code),
            valor=cells[_P75].valor,
            texto=cells[MEDIAN].texto,
            desde=cells[_P25].valor,
            marca=cells[MEDIAN].valor,
        )
        for code, cells in by_country.items()
        if all(cells.get(name, Cell("")).valor is not None for name in _COLUMNS)
    )
    if not bars:
        return ()
    told = "; ".join(
        f"{bar.etiqueta}: mediana {bar.texto}, la mitad central entre {numbers.quetzales(bar.desde or 0)} y "
        f"{numbers.quetzales(bar.valor or 0)}"
        for bar in bars
    )
    note = "La barra va del primer al tercer cuartil; la línea y la cifra son la mediana."
    return (Chart("salarios_por_pais", "rangos", title, f"Gráfico de rangos. {title}. {told}.", bars, (note,)),)
