"""The page of each table: figures of the newest release, chart, filters, downloads, the table over time."""

from functools import partial
from typing import Any

from markupsafe import Markup

from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN
from movilidad.publishing.portal.frame import Site, page
from movilidad.publishing.portal.site import Page
from movilidad.publishing.portal.standing import Edition
from movilidad.publishing.portal.tables import MISSING, Line, Table, tables_of
from movilidad.publishing.portal.timelines import Timeline, hashes, timeline
from movilidad.publishing.portal.words import LANGUAGES, Words, plain
from movilidad.publishing.publisher import HOMEPAGE, NAME
from movilidad.publishing.series import FOLDER
from movilidad.reports.page_charts import Bar, lengths, lines, spark

BARS = 20
ROWS = 600  # of a page; the files have all
_COLUMNS = 26  # categories of a table over time
# lists whose order says something
_ORDERED = {"grupos_edad", "bandas_salariales", "etapas", "etapas_embudo", "niveles_educativos"}


def path_of(table: Table) -> str:
    """``cuadros/mensual/colocados_por_pais.html``."""
    return f"cuadros/{table.edition.serie}/{table.name}.html"


def table_pages(site: Site, edition: Edition) -> list[Page]:
    """The pages of the tables of a series' newest release, in each language."""
    joined = hashes(site.found.folder, edition.serie)
    found = []
    for table in tables_of(edition):
        inputs = (edition.name, edition.huella, joined.get(table.path, ""))
        for language in LANGUAGES:
            found.append(
                page(
                    site,
                    language,
                    path_of(table),
                    "cuadro.html.j2",
                    partial(context, site, table),
                    inputs,
                )
            )
    return found


def context(site: Site, table: Table, texts: Words) -> dict[str, Any]:
    """The values of a table's template."""
    edition = table.edition
    series = f"{FOLDER}/{edition.serie}/datos/{table.name}.csv"
    over_time = timeline(site.found.folder, table)
    return {
        "cuadro": table,
        "titulo": texts.title(table),
        "edicion": edition,
        "periodo": texts.period(edition.periodo),
        "barras": bars(table, texts),
        "tabla": figures(table, texts) if table.has_figures else records(table, texts),
        "descargas": [(label, f"{edition.name}/{path}", size) for label, path, size in table.downloads],
        "serie": series if (site.found.folder / series).is_file() else "",
        "tiempo": over_time and _over_time(over_time, table, texts),
        "permanente": f"{site.address}{edition.name}/{table.path}",
        "vigente": f"{site.address}{edition.serie}/{edition.periodo}/latest/{table.path}",
        "fecha": texts.date(edition.fecha),
        "datos_estructurados": _structured(site, table),
        "unidades": [(texts.indicator(code), texts.unit(unit)) for code, unit in table.indicators.items()]
        if table.has_figures
        else [],
    }


def figures(table: Table, texts: Words) -> dict[str, Any]:
    """Cells as a table: one row per category or crossing, one column per indicator."""
    lists = table.lists
    indicators = list(table.indicators)
    return {
        "dimensiones": [texts.dimension(name) for name in table.dimensions] or [texts.dimension("indicador")],
        "indicadores": [(texts.indicator(code), texts.unit(table.indicators[code])) for code in indicators]
        if table.dimensions
        else [(texts.cifra, texts.unidad)],
        "filas": _summary_rows(table, texts)
        if not table.dimensions
        else [
            (
                [
                    texts.label(code, name, lists.get(dimension, ""))
                    for code, name, dimension in zip(line.codigos, line.nombres, table.dimensions, strict=True)
                ],
                [texts.cell(line.celdas.get(code, MISSING)) for code in indicators],
                line.is_total,
            )
            for line in table.lines[:ROWS]
        ],
        "numericas": [True] * (len(indicators) if table.dimensions else 2),
        "faltan": max(len(table.lines) - ROWS, 0),
        "oculta": any(cell.hidden for line in table.lines for cell in line.celdas.values()),
    }


def records(table: Table, texts: Words) -> dict[str, Any]:
    """A list of records as it stands in the file, without its stamps."""
    columns = [name for name in table.columns if name not in ("periodo", "version", "fecha_publicacion")]
    # a code stands beside its label in the file; here the label is enough
    columns = [name for name in columns if f"{name}_nombre" not in columns]
    return {
        "dimensiones": [texts.dimension(name.removesuffix("_nombre")) for name in columns[:1]],
        "indicadores": [(texts.dimension(name.removesuffix("_nombre")), "") for name in columns[1:]],
        "numericas": [name in table.numbers for name in columns[1:]],
        "filas": [
            (
                [texts.spanish(row[columns[0]])],
                [row[name] if name in table.numbers else texts.spanish(row[name]) for name in columns[1:]],
                False,
            )
            for row in table.records[:ROWS]
        ],
        "faltan": max(len(table.records) - ROWS, 0),
        "oculta": any(row.get("estado_conf") == "C" for row in table.records),
    }


def bars(table: Table, texts: Words, most: int = BARS) -> dict[str, Any] | None:
    """The bars of a table: its categories, or the last dimension's where the others are in total."""
    if not table.has_figures or not table.dimensions or not table.indicators:
        return None  # a table of which the protection left no row has no indicators
    indicator = next(iter(table.indicators))
    varying, shown = _varying(table, indicator)
    if not shown:
        return None
    code_list = table.lists.get(table.dimensions[varying], "")
    cells = {line: line.celdas.get(indicator, MISSING) for line in shown}
    ordered = code_list in _ORDERED
    if not ordered:
        shown = sorted(shown, key=lambda line: (_is_apart(line.codigos[varying]), -(cells[line].number or -1)))
    kept = shown if ordered else shown[:most]
    sizes = lengths([cells[line].number for line in kept])
    return {
        "indicador": texts.indicator(indicator),
        "unidad": texts.unit(table.indicators[indicator]),
        "dimension": texts.dimension(table.dimensions[varying]),
        "ordenadas": ordered,
        "faltan": len(shown) - len(kept),
        "barras": [
            Bar(
                texts.label(line.codigos[varying], line.nombres[varying], code_list),
                texts.cell(cells[line]),
                size,
                _is_apart(line.codigos[varying]),
            )
            for line, size in zip(kept, sizes, strict=True)
        ],
    }


def _is_apart(code: str) -> bool:
    """Whether a code is not a category of its own."""
    return code in (REMAINDER, UNKNOWN)


def _varying(table: Table, indicator: str) -> tuple[int, list[Line]]:
    """The dimension that the chart shows and its lines: the last one with figures, all others in total."""
    for place in reversed(range(len(table.dimensions))):
        shown = [
            line
            for line in table.lines
            if line.codigos[place] != TOTAL
            and all(code == TOTAL for other, code in enumerate(line.codigos) if other != place)
        ]
        if len(shown) > 1 and any(line.celdas.get(indicator, MISSING).number for line in shown):
            return place, shown
    return 0, []


def _summary_rows(table: Table, texts: Words) -> list[Any]:
    line = table.lines[0] if table.lines else Line((), (), {})
    names = {row["indicador"]: row.get("indicador_nombre", "") for row in table.records}
    return [
        ([texts.indicator(code, names[code])], [texts.cell(cell), texts.unit(table.indicators[code])], False)
        for code, cell in line.celdas.items()
    ]


def _over_time(found: Timeline, table: Table, texts: Words) -> dict[str, Any]:
    dimension = table.dimensions[0]
    code_list = table.lists.get(dimension, "")
    codes = found.codigos[:_COLUMNS]
    label = {code: texts.label(code, found.nombres[code], code_list) for code in codes}
    first, last = (texts.period(found.periodos[place]) for place in (0, -1))
    title = Markup("{}: {} – {}").format(texts.indicator(found.indicador), first, last)
    return {
        "grafico": lines([texts.short_period(each) for each in found.periodos], found.values(TOTAL), plain(title))
        if len(found.periodos) > 1 and TOTAL in found.codigos
        else "",
        "titulo": texts.indicator(found.indicador),
        "chispas": [(label[code], spark(found.values(code)), texts.cell(found.line(code)[-1])) for code in codes]
        if len(found.periodos) > 2
        else [],
        "columnas": [label[code] for code in codes],
        "filas": [
            (
                texts.short_period(period),
                [texts.cell(found.celdas.get((code, str(period)), MISSING)) for code in codes],
            )
            for period in found.recent
        ],
        "faltan": len(found.periodos) - len(found.recent),
    }


def _structured(site: Site, table: Table) -> dict[str, Any]:
    edition = table.edition
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{table.title}, {edition.periodo.label}",
        "description": f"{table.title}. {edition.package.get('description', '')}",
        "url": f"{site.address}{path_of(table)}",
        "inLanguage": "es",
        "isAccessibleForFree": True,
        "license": site.editor.licence.direccion,
        "temporalCoverage": f"{edition.periodo.first.first_day}/{edition.periodo.last.last_day}",
        "creator": {"@type": "GovernmentOrganization", "name": NAME, "url": HOMEPAGE},
        "distribution": [
            {"@type": "DataDownload", "name": label, "contentUrl": f"{site.address}{edition.name}/{path}"}
            for label, path, _ in table.downloads
        ],
    }
