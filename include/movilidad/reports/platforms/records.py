"""What the records of a platform were like: completeness, quarantine, what to improve and what became of it."""

from collections.abc import Iterable
from dataclasses import replace
from statistics import median

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Month
from movilidad.monitoring.counts import APART, CELLS, EMPTY, RECEIVED, UNUSABLE, USABLE
from movilidad.monitoring.evaluation import Evaluation
from movilidad.monitoring.opportunities import Followed, Opportunity, usable_share
from movilidad.reports import numbers
from movilidad.reports.elements import Bar, Cell, Chart, Column, Row, Section, Table
from movilidad.reports.platforms import cells
from movilidad.reports.platforms.service import Part
from movilidad.reports.platforms.telling import Told
from movilidad.reports.text import printable, sentence

_MOST_BARS = 10
_WHOLE = (TOTAL, TOTAL)
UNITS = "Donde no se dice otra unidad, son registros; entre paréntesis, qué parte de los que hay."
_DASH = Cell(numbers.NOT_SAID)


def completeness_section(part: Part, told: Told) -> Section:
    found = part.found
    if not found.campos:
        return part.section("completitud", "")
    rows = tuple(
        Row(
            printable(found.named(name, about)),
            (
                *(cells.count(found.cells(each, name, about)) for each in (CELLS, EMPTY, UNUSABLE)),
                usable(found, name, about),
                change(told, (name, about)),
            ),
        )
        for name, about in found.campos
    )
    table = Table(
        nombre="completitud",
        titulo=f"Celdas por campo, {found.mes.label}",
        primera="Campo y conjunto",
        columnas=(
            Column("Celdas"),
            Column("Vacías"),
            Column("Inservibles"),
            Column("Completitud"),
            Column("Cambio"),
        ),
        filas=rows,
        datos="datos/celdas_por_campo.csv",
    )
    whole = usable(found)
    title = f"El {whole.texto} de las celdas tiene algo que se puede usar"
    if whole.oculta:
        title = "No se muestra qué parte de las celdas se puede usar"
    section = part.section("completitud", title, table)
    chart = _trend(told)
    return section if chart is None else replace(section, graficos=(chart,))


def usable(found: Evaluation, name: str = TOTAL, about: str = TOTAL) -> Cell:
    """The share of usable cells of a field, or of all of them."""
    if not found.campos:
        return cells.NOT_KNOWN
    return cells.share(found.cells(USABLE, name, about), found.cells(CELLS, name, about))


def change(told: Told, key: tuple[str, str]) -> Cell:
    """Points of per cent against the median of what earlier evaluations said."""
    before = [shares[key] for shares in told.antes.values() if key in shares]
    now = usable_share(told.evaluacion, *key)
    if not before or now is None:
        return _DASH
    points = round(100 * (now - median(before)), 1)
    return Cell(numbers.signed(points, 1), points)


def quarantine_section(part: Part) -> Section:
    found = part.found
    apart, rows = found.records(APART), found.records(RECEIVED)
    if not found.conjuntos:
        return part.section("cuarentena", "No hay registros revisados de este mes")
    if not found.causas:
        return part.section("cuarentena", "", _datasets(found))
    # the hidden ones in the order of the fields: another one would tell how large they are
    ordered = sorted(found.causas, key=lambda each: (-(found.conteos[each] or 0), *each))
    table = Table(
        nombre="cuarentena",
        titulo=f"Registros apartados por causa, {found.mes.label}",
        primera="Campo, conjunto y causa",
        columnas=(Column("Registros"), Column("De su conjunto")),
        filas=tuple(
            Row(
                printable(f"{found.named(each.conjunto, each.campo)}: {each.causa}"),
                (
                    cells.count(found.conteos[each]),
                    cells.share(found.conteos[each], found.records(RECEIVED, each.conjunto)),
                ),
            )
            for each in ordered
        ),
        datos="datos/apartados_por_causa.csv",
    )
    shown = cells.share(apart, rows)
    title = f"Se apartó el {shown.texto} de los registros"
    if shown.oculta:
        title = "No se muestra cuántos registros se apartaron"
    return part.section("cuarentena", title, _datasets(found), table)


def _datasets(found: Evaluation) -> Table:
    return Table(
        nombre="registros",
        titulo=f"Registros recibidos y apartados, {found.mes.label}",
        primera="Conjunto",
        columnas=(Column("Recibidos"), Column("Apartados"), Column("Parte")),
        filas=tuple(
            Row(
                printable(name),
                (
                    cells.count(found.records(RECEIVED, name)),
                    cells.count(found.records(APART, name)),
                    cells.share(found.records(APART, name), found.records(RECEIVED, name)),
                ),
                "total" if name == TOTAL else "categoria",
            )
            for name in [*found.conjuntos, TOTAL]
        ),
        datos="datos/registros_por_conjunto.csv",
    )


def opportunities_section(part: Part, told: Told) -> Section:
    found = told.oportunidades
    if not found:
        return part.section("oportunidades", "")
    since = {each.antes.clave: each.desde for each in told.seguimiento if each.is_open}
    table = Table(
        nombre="oportunidades",
        titulo=f"Oportunidades de mejora, {part.found.mes.label}",
        primera="Qué pasa y qué hacer",
        columnas=(Column("Cuánto"), Column("Parte"), Column("Desde")),
        filas=tuple(
            Row(
                f"{place}. {sentence(printable(each.que))} {printable(each.hacer)}",
                (
                    Cell(f"{numbers.number(each.parte)} {each.unidad}", each.parte),
                    share_of(each),
                    _since(since.get(each.clave)),
                ),
            )
            for place, each in enumerate(found, start=1)
        ),
        datos="datos/oportunidades.csv",
    )
    first = found[0]
    title = f"Lo que más cuesta: {printable(first.que)}, {numbers.number(first.parte)} {first.unidad}"
    section = part.section("oportunidades", title, table)
    records = [each for each in found if each.unidad == "registros"][:_MOST_BARS]
    return replace(section, graficos=(_costs(records),)) if len(records) > 1 else section


def _since(month: Month | None) -> Cell:
    return Cell(numbers.month_name(month.first_day) if month else "nueva")


def follow_section(part: Part, found: Iterable[Followed]) -> Section:
    listed = tuple(found)
    if not listed:
        return part.section("seguimiento", "")
    table = Table(
        nombre="seguimiento",
        titulo="Oportunidades de la evaluación anterior y su estado",
        primera="Qué pasaba",
        columnas=(Column("Antes"), Column("Ahora"), Column("Resultado"), Column("Desde")),
        filas=tuple(
            Row(what_was(each), (*before_and_now(each), cells.words(each.resultado), _since(each.desde)))
            for each in listed
        ),
        notas=(UNITS,),
        datos="datos/seguimiento.csv",
    )
    return part.section("seguimiento", solved(listed), table)


def solved(found: Iterable[Followed]) -> str:
    """How many of the earlier proposals are solved."""
    listed = list(found)
    count = sum(not each.is_open for each in listed)
    return f"Propuestas anteriores resueltas: {numbers.number(count)} de {numbers.number(len(listed))}"


def what_was(each: Followed) -> str:
    """What was wrong, and its unit where that is not the usual one."""
    unit = each.antes.unidad
    return printable(each.antes.que if unit == "registros" else f"{each.antes.que} ({unit})")


def before_and_now(each: Followed) -> tuple[Cell, Cell]:
    """How much an opportunity cost and costs."""
    if each.ahora:
        return _amount(each.antes), _amount(each.ahora)
    return _amount(each.antes), cells.count(None) if each.resultado == "protegida" else cells.NOT_KNOWN


def _amount(each: Opportunity) -> Cell:
    share = share_of(each)
    beside = f" ({share.texto})" if share.valor is not None else ""
    return Cell(f"{numbers.number(each.parte)}{beside}", each.parte)


def share_of(each: Opportunity) -> Cell:
    """What part of its units an opportunity concerns."""
    if each.unidad == "días":
        return _DASH
    return cells.share(each.parte, each.total)


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


def _trend(told: Told) -> Chart | None:
    """Completeness of all fields together, month by month; a line needs at least two points."""
    found = told.evaluacion
    shares = {month: own[_WHOLE] for month, own in told.antes.items() if _WHOLE in own}
    own = usable_share(found)
    shown = {**shares, **({found.mes: own} if own is not None else {})}
    if len(shown) < 2:
        return None
    bars = tuple(_point(month, shown.get(month)) for month in min(shown).through(max(shown)))
    return Chart(
        nombre="completitud",
        forma="linea",
        titulo="Celdas que se pueden usar, de todos los campos (por ciento)",
        alt=f"Línea de la completitud mes por mes: {'; '.join(f'{bar.etiqueta}, {bar.texto}' for bar in bars)}.",
        barras=bars,
    )


def _point(month: Month, share: float | None) -> Bar:
    known = share is not None
    written = f"{numbers.number(100 * (share or 0), 1)}%" if known else numbers.NOT_SAID
    return Bar(str(month), numbers.month_name(month.first_day), 100 * (share or 0) if known else None, written)
