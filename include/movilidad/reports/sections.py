"""Sections of the report that show a breakdown: heading, sentences, chart, table."""

from dataclasses import replace

from movilidad.model.codelists import REMAINDER, UNKNOWN
from movilidad.reports import findings, numbers
from movilidad.reports.breakdown import Breakdown, Part
from movilidad.reports.elements import Bar, Cell, Chart, Column, Row, Section, Table
from movilidad.reports.labels import indicator_title, unit_name
from movilidad.reports.wording import PlaceWords, SectionWords, say
from movilidad.statistics.comparisons import SMALL_BASE, share_decimals

_MAPPED = "departamento_origen"
_NOT_APPLICABLE = "No aplica"


def breakdown_section(
    breakdown: Breakdown, nested: Breakdown | None, words: SectionWords, period: str, dimension: str
) -> Section:
    """The section of one breakdown.

    Args:
        nested: the same categories with their own parts, printed as a second table; None if there is none or it
            has a section of its own.
        period: ``octubre de 2026``.
        dimension: name of the first dimension; departments also get a map.
    """
    charts = [bar_chart(breakdown, words, period)]
    if dimension == _MAPPED:
        charts.append(map_chart(breakdown, words, period))
    tables = [count_table(breakdown, words, period)]
    if nested is not None and any(_tells(part) for part in nested.partes):
        tables.append(nested_table(nested, period))
    return Section(
        nombre=breakdown.nombre,
        tema=words.nombre,
        titulo=findings.heading(breakdown, words),
        frases=tuple(findings.sentences(breakdown, words)),
        graficos=tuple(chart for chart in charts if draws(chart)),
        cuadros=tuple(tables),
        notas=(words.aclara,) if words.aclara else (),
    )


def places_section(breakdown: Breakdown, words: PlaceWords, period: str) -> Section | None:
    """A section for a long breakdown of a breakdown (municipalities); None where nothing of it can be shown."""
    if not any(_tells(part) for part in breakdown.partes):
        return None
    return Section(
        nombre=breakdown.nombre,
        tema=words.nombre,
        titulo=words.titulo,
        frases=(words.explica,),
        cuadros=(nested_table(_with_figures(breakdown), period),),
    )


def _with_figures(breakdown: Breakdown) -> Breakdown:
    """The breakdown with only those parts of a category that have a figure: a long list needs no more."""
    parts = (
        replace(part, partes=tuple(inner for inner in part.partes if inner.value(breakdown.medida) is not None))
        for part in breakdown.partes
    )
    return replace(breakdown, partes=tuple(parts))


def count_table(breakdown: Breakdown, words: SectionWords, period: str, subject: str = "") -> Table:
    """All indicators of a breakdown; percentages of the first one where the base allows them.

    Args:
        subject: what the first indicator counts; its title if not said.
    """
    whole = breakdown.whole
    shares = whole is not None and whole >= SMALL_BASE and breakdown.aditiva
    columns = [Column(indicator_title(indicator)) for indicator in breakdown.indicadores]
    if shares:
        columns.insert(1, Column(say("porcentaje_de", unidad=unit_name(breakdown.indicadores[0]))))
    parts = (*breakdown.partes, breakdown.total)
    rows = tuple(
        Row(part.etiqueta, _cells(part, breakdown, shares=shares), part.tipo, part.idioma) for part in parts
    )
    return Table(
        nombre=breakdown.nombre,
        titulo=_title(breakdown, words.nombre, period, subject),
        primera=breakdown.titulo,
        columnas=tuple(columns),
        filas=rows,
        notas=_share_notes(breakdown),
        datos=f"datos/{breakdown.nombre}.csv",
    )


def nested_table(breakdown: Breakdown, period: str) -> Table:
    """Categories that have parts to tell apart, each with its parts under it."""
    rows: list[Row] = []
    for part in breakdown.partes:
        if not _tells(part):
            continue
        rows.append(Row(part.etiqueta, _cells(part, breakdown), part.tipo, part.idioma))
        rows += [
            Row(
                inner.etiqueta,
                _cells(inner, breakdown),
                "resto" if inner.tipo == "resto" else "parte",
                inner.idioma,
            )
            for inner in sorted(part.partes, key=lambda inner: _place(inner, breakdown))
        ]
    rows.append(Row(breakdown.total.etiqueta, _cells(breakdown.total, breakdown), "total"))
    both = say("ambos", uno=breakdown.titulo, otro=_lower(breakdown.titulo_partes))
    return Table(
        nombre=breakdown.nombre,
        titulo=_title(breakdown, both, period),
        primera=both,
        columnas=tuple(Column(indicator_title(indicator)) for indicator in breakdown.indicadores),
        filas=tuple(rows),
        notas=(say("detalle_mostrado"),),
        datos=f"datos/{breakdown.nombre}.csv",
    )


def count_cell(value: int | None) -> Cell:
    """A count, ``c`` where it is hidden."""
    if value is None:
        return Cell(numbers.HIDDEN, None, oculta=True)
    return Cell(numbers.number(value), value)


def bar_chart(breakdown: Breakdown, words: SectionWords, period: str, subject: str = "") -> Chart:
    """Bars of the first indicator. Zeros of a nominal list are left to the table, where they take less room."""
    bars = [_bar(part, breakdown, words) for part in breakdown.partes]
    kept = tuple(bar for bar in bars if bar.valor != 0 or (words.orden == "lista" and bar.tipo == "categoria"))
    title = _title(breakdown, words.nombre, period, subject)
    return Chart(
        nombre=breakdown.nombre,
        forma="barras",
        titulo=title,
        alt=say("alt_barras", titulo=title, cifras=told(kept)),
        barras=kept,
        notas=_chart_notes(kept),
    )


def map_chart(breakdown: Breakdown, words: SectionWords, period: str) -> Chart:
    """Circles on the map of departments; what has no place (not stated, protected together) is not drawn."""
    bars = tuple(_bar(part, breakdown, words) for part in breakdown.categories)
    title = say("titulo_mapa", periodo=period)
    return Chart(
        nombre=f"mapa_{breakdown.nombre}",
        forma="mapa",
        titulo=title,
        alt=say("alt_mapa", titulo=title, cifras=told(tuple(bar for bar in bars if bar.valor != 0))),
        barras=bars,
        notas=(say("nota_mapa"),),
    )


def told(bars: tuple[Bar, ...]) -> str:
    """The figures of a chart as a sentence."""
    hidden = say("cifra_protegida")
    return (
        "; ".join(f"{bar.etiqueta}: {hidden if bar.texto == numbers.HIDDEN else bar.texto}" for bar in bars) + "."
    )


def _bar(part: Part, breakdown: Breakdown, words: SectionWords) -> Bar:
    value = part.value(breakdown.medida)
    kind = part.tipo if part.tipo in ("resto", "nd") else "categoria"
    return Bar(part.codigo, words.short(part.codigo, part.etiqueta), value, count_cell(value).texto, kind)


def _cells(part: Part, breakdown: Breakdown, *, shares: bool = False) -> tuple[Cell, ...]:
    cells = [count_cell(part.value(indicator.nombre)) for indicator in breakdown.indicadores]
    if shares:
        value = part.value(breakdown.medida)
        share = findings.share_of(value, breakdown.whole)
        cells.insert(1, Cell(share or numbers.HIDDEN, None, oculta=value is None))
    return tuple(cells)


def draws(chart: Chart) -> bool:
    """Whether there is anything to see."""
    return any(bar.valor != 0 for bar in chart.barras)


def _share_notes(breakdown: Breakdown) -> tuple[str, ...]:
    whole = breakdown.whole
    if not breakdown.aditiva:
        return (say("en_varias"),)
    if whole is None:
        return ()
    if whole < SMALL_BASE:
        return (say("base_pequena", base=SMALL_BASE, unidad=unit_name(breakdown.indicadores[0])),)
    decimals = share_decimals(whole)
    values = [value for part in breakdown.partes if (value := part.value(breakdown.medida)) is not None]
    shares = [numbers.rounded_share(value, whole, decimals) for value in values]
    # «<1%» and «>99%» are no numbers that could be added
    bounds = any(numbers.share(value, whole, decimals)[0] in "<>" for value in values)
    return () if sum(shares) == 100 and not bounds else (say("redondeados"),)


def _chart_notes(bars: tuple[Bar, ...]) -> tuple[str, ...]:
    notes = []
    if any(bar.texto == numbers.HIDDEN for bar in bars):
        notes.append(say("nota_c_sin_barra"))
    if any(bar.tipo == "resto" and bar.valor for bar in bars):
        notes.append(say("nota_barra_rayada"))
    if any(bar.tipo == "nd" and bar.valor for bar in bars):
        notes.append(say("nota_barra_blanca"))
    return (f"{'; '.join(notes)}.",) if notes else ()


def _title(breakdown: Breakdown, by: str, period: str, subject: str = "") -> str:
    """``Personas colocadas por sexo, octubre de 2026``."""
    counted = subject or indicator_title(breakdown.indicadores[0])
    return say("titulo_por", que=counted, dimension=_lower(by), periodo=period)


def _tells(part: Part) -> bool:
    """Whether the parts say more than the category does."""
    return any(
        inner.codigo not in (REMAINDER, UNKNOWN) and inner.etiqueta != _NOT_APPLICABLE for inner in part.partes
    )


def _place(inner: Part, breakdown: Breakdown) -> tuple[int, int, str]:
    value = inner.value(breakdown.medida)
    order = {"resto": 2, "nd": 3}.get(inner.tipo, 0 if value is not None else 1)
    return order, -(value or 0), inner.etiqueta


def _lower(text: str) -> str:
    """The text within a sentence; an acronym keeps its capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
