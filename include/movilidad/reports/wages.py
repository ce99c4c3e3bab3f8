"""The section on wages: comparable monthly figures in quetzales by country, and more by other dimensions."""

import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.reports import numbers
from movilidad.reports.elements import Bar, Cell, Chart, Column, Row, Section, Table
from movilidad.reports.labels import Label, dimension_title, label_of
from movilidad.reports.wording import WageWords, say
from movilidad.statistics.specs import Dimension, load_specs
from movilidad.statistics.wage_tables import DIMENSIONS, HOURLY, MEAN, MONTHLY, table_name
from movilidad.statistics.wages import MEDIAN

_P25, _P75 = MONTHLY.indicator("p25"), MONTHLY.indicator("p75")
_RANGE = (MEDIAN, _P25, _P75)
# indicator → phrase of its column
_COLUMNS = {
    MEDIAN: "mediana",
    _P25: "primer_cuartil",
    _P75: "tercer_cuartil",
    MONTHLY.indicator(MEAN): "media",
    HOURLY.indicator("mediana"): "mediana_por_hora",
}
_BY_COUNTRY = table_name("pais")
_NOTES = (
    *("salario_comparable", "tipos_de_cambio", "salidas_sin_salario_comparable"),
    *("salarios_dudosos", "salarios_atipicos"),
)

_Groups = dict[str, dict[str, Cell]]  # code → indicator → cell


def wage_section(wages: dict[str, pd.DataFrame], notes: dict[str, str], words: WageWords, period: str) -> Section:
    """Wages by country and by each other dimension, with the method. What may not be shown prints ``c``.

    A column of which nothing may be shown, such as the mean where no concentration rule is set, is left out.
    """
    by_country = _read(wages[_BY_COUNTRY])
    median = by_country.get(TOTAL, {}).get(MEDIAN, Cell(numbers.HIDDEN, None, oculta=True))
    told = median.valor is not None
    dimensions = load_specs().dimensiones
    return Section(
        nombre="salarios",
        tema=words.nombre,
        titulo=words.titulo.format(mediana=median.texto) if told else words.neutral,
        frases=(words.explica,),
        graficos=_charts(by_country, dimensions["pais"], _title(say("pais"), period)),
        cuadros=tuple(
            _table(_read(wages[table_name(name)]), dimensions[name], period)
            for name in DIMENSIONS
            if table_name(name) in wages and name in dimensions
        ),
        notas=(words.aclara, *(notes[topic] for topic in _NOTES if topic in notes)),
    )


def wage_notes() -> tuple[str, ...]:
    """Topics of the notes that this section prints."""
    return _NOTES


def _title(what: str, period: str) -> str:
    return say("titulo_salarios", dimension=what, periodo=period)


def _read(wages: pd.DataFrame) -> _Groups:
    """Code → indicator → cell, in the order of the frame with the total last."""
    found: _Groups = {}
    columns = (wages[name].tolist() for name in (wages.columns[0], "indicador", "valor", "estado_conf"))
    for code, indicator, value, confidential in zip(*columns, strict=True):
        found.setdefault(code, {})[indicator] = _cell(value, indicator, confidential == "C")
    if TOTAL in found:
        found[TOTAL] = found.pop(TOTAL)
    return found


def _cell(value: float | None, indicator: str, hidden: bool) -> Cell:
    if hidden:
        return Cell(numbers.HIDDEN, None, oculta=True)
    if value is None or pd.isna(value):
        return Cell(numbers.NOT_KNOWN)
    hourly = indicator.startswith(HOURLY.nombre)
    return Cell(numbers.number(value, HOURLY.decimales) if hourly else numbers.quetzales(value), float(value))


def _label(dimension: Dimension, code: str) -> Label:
    if code == TOTAL and dimension.nombre == "pais":
        return Label(say("todos_los_paises"))
    return label_of(dimension, code)


def _table(groups: _Groups, dimension: Dimension, period: str) -> Table:
    columns = [
        name
        for name in _COLUMNS
        if name in _RANGE or any(cells.get(name, Cell("")).valor is not None for cells in groups.values())
    ]
    rows = tuple(
        Row(
            _label(dimension, code).texto,
            tuple(cells.get(name, Cell(numbers.NOT_KNOWN)) for name in columns),
            "total" if code == TOTAL else "categoria",
            _label(dimension, code).idioma,
        )
        for code, cells in groups.items()
    )
    by_country = dimension.nombre == "pais"
    name, heading = table_name(dimension.nombre), dimension_title(dimension, "colocados")
    return Table(
        nombre=name,
        titulo=_title(say("pais") if by_country else heading[:1].lower() + heading[1:], period),
        primera=heading,
        columnas=tuple(Column(say(_COLUMNS[each])) for each in columns),
        filas=rows,
        datos=f"datos/{name}.csv",
    )


def _charts(by_country: _Groups, dimension: Dimension, title: str) -> tuple[Chart, ...]:
    bars = tuple(
        Bar(
            codigo=code,
            etiqueta=_label(dimension, code).texto,
            valor=cells[_P75].valor,
            texto=cells[MEDIAN].texto,
            desde=cells[_P25].valor,
            marca=cells[MEDIAN].valor,
        )
        for code, cells in by_country.items()
        if all(cells.get(name, Cell("")).valor is not None for name in _RANGE)
    )
    if not bars:
        return ()
    told = "; ".join(
        say(
            "rango_dicho",
            etiqueta=bar.etiqueta,
            mediana=bar.texto,
            desde=numbers.quetzales(bar.desde or 0),
            hasta=numbers.quetzales(bar.valor or 0),
        )
        for bar in bars
    )
    alternative = say("alt_rangos", titulo=title, cifras=told)
    return (Chart("salarios_por_pais", "rangos", title, alternative, bars, (say("nota_rangos"),)),)
