"""Sections of the report that show a breakdown: heading, sentences, chart, table."""

from movilidad.model.codelists import REMAINDER, UNKNOWN
from movilidad.reports import findings, numbers
from movilidad.reports.breakdown import Breakdown, Part
from movilidad.reports.elements import Bar, Cell, Chart, Column, Row, Section, Table
from movilidad.reports.wording import PlaceWords, SectionWords
from movilidad.statistics.comparisons import SMALL_BASE, share_decimals

_ROUNDED = "Los porcentajes están redondeados: su suma puede no dar 100%."
_NO_SHARE = f"No se dan porcentajes: la base es menor de {SMALL_BASE}."
_PLACED = "Personas colocadas"
_IN_SEVERAL = "Quien está en varias categorías cuenta en cada una, y una vez en el total."
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
        graficos=tuple(chart for chart in charts if _draws(chart)),
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
        cuadros=(nested_table(breakdown, period),),
    )


def count_table(breakdown: Breakdown, words: SectionWords, period: str, subject: str = _PLACED) -> Table:
    """All indicators of a breakdown; percentages of the first one where the base allows them.

    Args:
        subject: what the first indicator counts.
    """
    whole = breakdown.whole
    shares = whole is not None and whole >= SMALL_BASE and breakdown.aditiva
    columns = [Column(indicator.titulo) for indicator in breakdown.indicadores]
    if shares:
        columns.insert(1, Column("% de personas" if subject == _PLACED else "% del total"))
    parts = (*breakdown.partes, breakdown.total)
    rows = tuple(Row(part.etiqueta, _cells(part, breakdown, shares=shares), part.tipo) for part in parts)
    return Table(
        nombre=breakdown.nombre,
        titulo=f"{subject} por {_lower(words.nombre)}, {period}",
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
        rows.append(Row(part.etiqueta, _cells(part, breakdown), part.tipo))
        rows += [
            Row(inner.etiqueta, _cells(inner, breakdown), "resto" if inner.tipo == "resto" else "parte")
            for inner in sorted(part.partes, key=lambda inner: _place(inner, breakdown))
        ]
    rows.append(Row(breakdown.total.etiqueta, _cells(breakdown.total, breakdown), "total"))
    return Table(
        nombre=breakdown.nombre,
        titulo=f"Personas colocadas por {_lower(breakdown.titulo)} y {_lower(breakdown.titulo_partes)}, {period}",
        primera=f"{breakdown.titulo} y {_lower(breakdown.titulo_partes)}",
        columnas=tuple(Column(indicator.titulo) for indicator in breakdown.indicadores),
        filas=tuple(rows),
        notas=("Solo se abren las categorías cuyo detalle puede mostrarse; el total las incluye a todas.",),
        datos=f"datos/{breakdown.nombre}.csv",
    )


def count_cell(value: int | None) -> Cell:
    """A count, ``c`` where it is hidden."""
    if value is None:
        return Cell(numbers.HIDDEN, None, oculta=True)
    return Cell(numbers.number(value), value)


def bar_chart(breakdown: Breakdown, words: SectionWords, period: str, subject: str = _PLACED) -> Chart:
    """Bars of the first indicator. Zeros of a nominal list are left to the table, where they take less room."""
    bars = [_bar(part, breakdown, words) for part in breakdown.partes]
    kept = tuple(bar for bar in bars if bar.valor != 0 or (words.orden == "lista" and bar.tipo == "categoria"))
    title = f"{subject} por {_lower(words.nombre)}, {period}"
    return Chart(
        nombre=breakdown.nombre,
        forma="barras",
        titulo=title,
        alt=f"Gráfico de barras. {title}. {told(kept)}",
        barras=kept,
        notas=_chart_notes(kept),
    )


def map_chart(breakdown: Breakdown, words: SectionWords, period: str) -> Chart:
    """Circles on the map of departments; what has no place (not stated, protected together) is not drawn."""
    bars = tuple(_bar(part, breakdown, words) for part in breakdown.categories)
    title = f"Departamentos de origen de las personas colocadas, {period}"
    return Chart(
        nombre=f"mapa_{breakdown.nombre}",
        forma="mapa",
        titulo=title,
        alt=f"Mapa de Guatemala. {title}. {told(tuple(bar for bar in bars if bar.valor != 0))}",
        barras=bars,
        notas=(
            "El área de cada círculo es proporcional al número de personas; c: cifra protegida; sin círculo: "
            "ninguna persona. Límites: Natural Earth.",
        ),
    )


def told(bars: tuple[Bar, ...]) -> str:
    """The figures of a chart as a sentence."""
    return (
        "; ".join(
            f"{bar.etiqueta}: {'cifra protegida' if bar.texto == numbers.HIDDEN else bar.texto}" for bar in bars
        )
        + "."
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


def _draws(chart: Chart) -> bool:
    """Whether there is anything to see."""
    return any(bar.valor != 0 for bar in chart.barras)


def _share_notes(breakdown: Breakdown) -> tuple[str, ...]:
    whole = breakdown.whole
    if not breakdown.aditiva:
        return (_IN_SEVERAL,)
    if whole is None:
        return ()
    if whole < SMALL_BASE:
        return (_NO_SHARE,)
    decimals = share_decimals(whole)
    values = [part.value(breakdown.medida) for part in breakdown.partes]
    printed = sum(numbers.rounded_share(value, whole, decimals) for value in values if value is not None)
    return () if printed == 100 else (_ROUNDED,)


def _chart_notes(bars: tuple[Bar, ...]) -> tuple[str, ...]:
    notes = []
    if any(bar.texto == numbers.HIDDEN for bar in bars):
        notes.append("c: cifra protegida, sin barra")
    if any(bar.tipo == "resto" and bar.valor for bar in bars):
        notes.append("barra rayada: categorías protegidas, en conjunto")
    if any(bar.tipo == "nd" and bar.valor for bar in bars):
        notes.append("barra blanca: no declarado")
    return (f"{'; '.join(notes)}.",) if notes else ()


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
