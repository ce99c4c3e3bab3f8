"""What the records of a platform were like: completeness, quarantine, what to improve and what became of it."""

from dataclasses import replace
from statistics import median

from movilidad.monitoring.evaluation import Evaluation, FieldMonth
from movilidad.monitoring.opportunities import Followed, Opportunity
from movilidad.reports import numbers
from movilidad.reports.elements import Bar, Cell, Chart, Column, Row, Section, Table
from movilidad.reports.platforms import cells
from movilidad.reports.platforms.service import Part
from movilidad.reports.text import printable, sentence

_MOST_BARS = 10


def completeness_section(part: Part) -> Section:
    found = part.found
    if not found.campos:
        return part.section("completitud", "")
    rows = tuple(
        Row(
            printable(found.named(name, about)),
            (
                cells.count(field.filas, part.minimum),
                cells.count(field.vacias, part.minimum),
                cells.count(field.inservibles, part.minimum),
                usable(field, part.minimum),
                change(found, (name, about), field, part.minimum),
            ),
        )
        for (name, about), field in sorted(found.campos.items())
    )
    table = Table(
        nombre="completitud",
        titulo=f"Celdas por campo, {found.mes.label}",
        primera="Conjunto y campo",
        columnas=(
            Column("Filas"),
            Column("Vacías"),
            Column("Inservibles"),
            Column("Completitud"),
            Column("Cambio"),
        ),
        filas=rows,
        datos="datos/completitud.csv",
    )
    whole = overall(found.campos.values())
    section = part.section("completitud", f"El {whole.texto} de las celdas tiene algo que se puede usar", table)
    chart = _trend(part)
    return section if chart is None else _with_chart(section, chart)


def overall(fields: object) -> Cell:
    """The share of all cells together."""
    listed: list[FieldMonth] = list(fields)  # type: ignore[call-overload]
    return cells.share(sum(field.usables for field in listed), sum(field.filas for field in listed))


def usable(field: FieldMonth, minimum: int) -> Cell:
    """The share of usable cells; hidden where it would tell a hidden count by what is left."""
    if any(cells.is_hidden(count, minimum) for count in (field.vacias, field.inservibles)):
        return cells.hidden()
    return cells.share(field.usables, field.filas, minimum)


def change(found: Evaluation, key: tuple[str, str], field: FieldMonth, minimum: int) -> Cell:
    """Points of per cent against the median of the months before."""
    before = [fields[key] for fields in found.antes.values() if key in fields]
    if not before or usable(field, minimum).valor is None:
        return cells.NOT_KNOWN
    usual = median(each.usables / each.filas for each in before)
    points = round(100 * (field.usables / field.filas - usual), 1)
    return Cell(numbers.signed(points, 1), points)


def quarantine_section(part: Part) -> Section:
    found = part.found
    apart, rows = sum(found.apartadas.values()), sum(found.filas.values())
    if not found.causas:
        return part.section("cuarentena", part.words.neutral if rows else "No hay registros revisados de este mes")
    ordered = sorted(found.causas, key=lambda each: (-each.registros, each.conjunto, each.campo, each.motivo))
    table = Table(
        nombre="cuarentena",
        titulo=f"Registros apartados por causa, {found.mes.label}",
        primera="Conjunto, campo y causa",
        columnas=(Column("Registros"), Column("De su conjunto")),
        filas=tuple(
            Row(
                printable(f"{found.named(each.conjunto, each.campo)}: {each.motivo}"),
                (
                    cells.count(each.registros, part.minimum),
                    cells.share(each.registros, found.filas.get(each.conjunto, 0), part.minimum),
                ),
            )
            for each in ordered
        ),
        datos="datos/cuarentena.csv",
    )
    shown = cells.count(apart, part.minimum)
    title = (
        f"Se apartó el {numbers.share(apart, rows, 1)} de los registros"
        if shown.valor
        else "Se apartaron muy pocos registros"
    )
    return part.section("cuarentena", title, table)


def opportunities_section(part: Part, found: tuple[Opportunity, ...]) -> Section:
    if not found:
        return part.section("oportunidades", "")
    table = Table(
        nombre="oportunidades",
        titulo=f"Oportunidades de mejora, {part.found.mes.label}",
        primera="Qué pasa y qué hacer",
        columnas=(Column("Cuánto"), Column("Parte")),
        filas=tuple(
            Row(
                f"{place}. {sentence(printable(each.que))} {printable(each.hacer)}",
                (Cell(f"{numbers.number(each.parte)} {each.unidad}", each.parte), _share_of(each, part.minimum)),
            )
            for place, each in enumerate(found, start=1)
        ),
        datos="datos/oportunidades.csv",
    )
    first = found[0]
    title = f"Lo que más cuesta: {printable(first.que)}, {numbers.number(first.parte)} {first.unidad}"
    section = part.section("oportunidades", title, table)
    records = [each for each in found if each.unidad == "registros"][:_MOST_BARS]
    return _with_chart(section, _costs(records)) if len(records) > 1 else section


def follow_section(part: Part, found: tuple[Followed, ...]) -> Section:
    if not found:
        return part.section("seguimiento", "")
    table = Table(
        nombre="seguimiento",
        titulo="Oportunidades de la evaluación anterior y su estado",
        primera="Qué pasaba",
        columnas=(Column("Antes"), Column("Ahora"), Column("Resultado")),
        filas=tuple(
            Row(
                printable(each.antes.que),
                (
                    _amount(each.antes, part.minimum),
                    _amount(each.ahora, part.minimum) if each.ahora else cells.NOT_KNOWN,
                    cells.words(each.resultado),
                ),
            )
            for each in found
        ),
        datos="datos/seguimiento.csv",
    )
    solved = sum(each.resultado == "resuelta" for each in found)
    title = f"Propuestas anteriores resueltas: {numbers.number(solved)} de {numbers.number(len(found))}"
    return part.section("seguimiento", title, table)


def _amount(each: Opportunity, minimum: int) -> Cell:
    shown = cells.count(each.parte, minimum if each.unidad == "registros" else 0)
    if shown.oculta:
        return shown
    share = _share_of(each, minimum)
    return Cell(f"{shown.texto} {each.unidad}" + (f" ({share.texto})" if share.valor is not None else ""))


def _share_of(each: Opportunity, minimum: int) -> Cell:
    if each.unidad == "días":
        return cells.words("–")
    return cells.share(each.parte, each.total, minimum if each.unidad == "registros" else 0)


def _costs(found: list[Opportunity]) -> Chart:
    bars = tuple(Bar(each.clave, printable(each.que), each.parte, numbers.number(each.parte)) for each in found)
    told = "; ".join(f"{bar.etiqueta}, {bar.texto}" for bar in bars)
    return Chart(
        nombre="oportunidades",
        forma="barras",
        titulo="Registros que cuesta cada una",
        alt=f"Barras de los registros que cuesta cada oportunidad: {told}.",
        barras=bars,
    )


def _trend(part: Part) -> Chart | None:
    """Completeness of all fields together, month by month; a line needs at least two points."""
    months = {**part.found.antes, part.found.mes: part.found.campos}
    shown = {month: overall(fields.values()) for month, fields in sorted(months.items()) if fields}
    if len(shown) < 2:
        return None
    first, last = min(shown), max(shown)
    bars = tuple(
        Bar(
            str(month),
            numbers.month_name(month.first_day),
            None if month not in shown else 100 * (shown[month].valor or 0),
            shown[month].texto if month in shown else numbers.NOT_KNOWN,
        )
        for month in first.through(last)
    )
    return Chart(
        nombre="completitud",
        forma="linea",
        titulo="Celdas que se pueden usar, de todos los campos (por ciento)",
        alt=f"Línea de la completitud mes por mes: {'; '.join(f'{bar.etiqueta}, {bar.texto}' for bar in bars)}.",
        barras=bars,
    )


def _with_chart(section: Section, chart: Chart) -> Section:
    return replace(section, graficos=(chart,))
