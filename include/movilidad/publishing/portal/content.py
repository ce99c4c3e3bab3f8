"""The pages about the data and how they are made: tables, series, recruiters, calendar, method, quality, codes."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import markdown
from markupsafe import Markup

from movilidad.model import paths
from movilidad.model.codelists import TOTAL, code_list
from movilidad.model.series import SERIES
from movilidad.publishing.calendar import ahead
from movilidad.publishing.portal.frame import FOOT, MENU, Site
from movilidad.publishing.portal.standing import Edition
from movilidad.publishing.portal.table_pages import path_of
from movilidad.publishing.portal.tables import Table, tables_of
from movilidad.publishing.portal.timelines import summary_timelines
from movilidad.publishing.portal.words import Words, plain
from movilidad.publishing.series import FOLDER
from movilidad.reports.page_charts import lines

_RECENT = 12
_UNKNOWN = "–"
_OUTSIDE = re.compile(r'<a href="\.\./[^"]*">(.*?)</a>')
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r＝＋－＠])")


def data_page(site: Site, texts: Words) -> dict[str, Any]:
    """Every table of the newest release of each series, and the joined files."""
    found = []
    for series in SERIES:
        if edition := site.found.newest(series):
            found.append(
                {
                    "serie": series,
                    "titulo": texts.series(series),
                    "periodo": texts.period(edition.periodo),
                    "grupos": _grouped(tables_of(edition), texts),
                    "conjuntos": _joined(site, series),
                    "edicion": edition.name,
                }
            )
    return {"series": found}


def series_page(site: Site, texts: Words) -> dict[str, Any]:
    """The main figures over all periods, and the tables that have a series by category."""
    found = []
    for series in SERIES:
        edition = site.found.newest(series)
        if not edition:
            continue
        over_time = summary_timelines(site.found.folder, series)
        shown = []
        for code, each in over_time.items():
            if len(each.periodos) > 1 and any(value is not None for value in each.values(TOTAL)):
                labels = [texts.short_period(period) for period in each.periodos]
                title = texts.indicator(code, _name_of(edition, code))
                recent = [
                    (texts.short_period(period), texts.cell(each.celdas[TOTAL, str(period)]))
                    for period in each.recent
                    if (TOTAL, str(period)) in each.celdas
                ]
                shown.append((title, lines(labels, each.values(TOTAL), plain(title)), recent))
        tables = [table for table in tables_of(edition) if len(table.dimensions) == 1 and table.has_figures]
        found.append(
            {
                "titulo": texts.series(series),
                "graficos": shown,
                "grupos": _grouped(tables, texts),
                "archivo": f"{FOLDER}/{series}/datos/resumen.csv",
                "conjuntos": _joined(site, series),
            }
        )
    return {"series": found}


def recruiters(site: Site, texts: Words) -> dict[str, Any]:
    """The authorised recruiters of the newest monthly release."""
    edition = site.found.newest("mensual")
    path = "datos/reclutadores_autorizados.csv"
    rows = edition.rows(path) if edition else []
    return {
        "edicion": edition,
        "periodo": texts.period(edition.periodo) if edition else "",
        "dia": texts.date(edition.periodo.last.last_day) if edition else "",
        "archivo": f"{edition.name}/{path}" if edition else "",
        "reclutadores": [
            {
                **{name: _GUARDED.sub("", row[name]) for name in ("nombre", "nit", "autorizacion")},
                "desde": row["vigente_desde"],
                "hasta": row["vigente_hasta"],
                "paises": [
                    texts.label(code, _country(code), "paises") for code in row["paises"].split("|") if code
                ],
            }
            for row in rows
        ],
    }


def calendar_page(site: Site, texts: Words) -> dict[str, Any]:
    """What appears in the next twelve months, and which dates changed."""
    return {
        "entradas": [
            {
                "titulo": texts.series(entry.serie),
                "periodo": texts.period(entry.periodo),
                "momento": texts.moment(entry.momento),
                "iso": entry.momento.isoformat(),
                "ancla": entry.name.replace("/", "-"),
                "antes": texts.moment(entry.antes) if entry.antes else "",
                "motivo": entry.motivo,
                "anunciado": texts.date(entry.anunciado) if entry.anunciado else "",
            }
            for entry in ahead(site.calendar, site.now)
        ],
        "reglas": [
            (texts.series(name), rule.dia_habil, f"{rule.hora:%H:%M}")
            for name, rule in site.calendar.reglas.items()
        ],
    }


def methodology(site: Site, texts: Words) -> dict[str, Any]:
    """The method notes, as the operators keep them."""
    body, contents = _methodology()
    return {"cuerpo": body, "contenido": contents}


def quality(site: Site, texts: Words) -> dict[str, Any]:
    """What can be said of the quality of the releases, from the releases."""
    edition = site.found.newest("mensual")
    shown = [(issue, issue.current) for issue in site.found.of("mensual") if issue.current]
    rows = []
    for issue, current in shown[:_RECENT]:
        first = issue.editions[-1]
        cells, hidden = _cells(current)
        planned = site.calendar.entry("mensual", issue.periodo).momento.date()
        rows.append(
            {
                "periodo": texts.period(issue.periodo),
                "pagina": f"{issue.name}/index.html",
                "fecha": texts.date(first.fecha),
                "prevista": texts.date(planned),
                "dias": (first.fecha - issue.periodo.last.last_day).days,
                "revisiones": len(issue.editions) - 1,
                "celdas": cells,
                "ocultas": hidden,
                "parte": 100 * hidden / cells if cells else 0,
            }
        )
    return {
        "edicion": edition,
        "periodo": texts.period(edition.periodo) if edition else "",
        "filas": rows,
        "fuentes": _sources(edition, texts) if edition else [],
        "umbrales": edition.manifest.get("configuracion", {}) if edition else {},
        "notas": list(edition.manifest["notas"].values()) if edition else [],
    }


def _sources(edition: Edition, texts: Words) -> list[dict[str, str]]:
    least = int(edition.manifest.get("configuracion", {}).get("frecuencia_minima", 0))
    return [_of_source(entry, least, texts.hidden) for entry in edition.manifest["entradas"]]


def _of_source(entry: dict[str, Any], least: int, hidden: str) -> dict[str, str]:
    """What a release's manifest knows of one source; releases of before know less, and tell small counts."""
    rows, bad, whole = (entry.get(name) for name in ("filas", "en_cuarentena", "completitud"))
    late, accepted = entry.get("dias_tarde"), entry.get("excepciones")
    small = [name for name in ("filas", "en_cuarentena") if 0 < (entry.get(name) or 0) < least]
    protected = dict.fromkeys([*entry.get("ocultos", ()), *small], hidden)
    share = f"{100 * bad / rows:.1f}%" if rows and bad is not None else _UNKNOWN
    return {
        "titulo": entry["titulo"],
        "licencia": entry.get("licencia") or "",
        "filas": protected.get("filas", _UNKNOWN if rows is None else f"{rows:,}"),
        "apartada": protected.get("en_cuarentena") or protected.get("filas", share),
        "completitud": protected.get("completitud", _UNKNOWN if whole is None else f"{100 * whole:.1f}%"),
        "dias_tarde": _UNKNOWN if late is None else f"{late:,}",
        "excepciones": _UNKNOWN if accepted is None else f"{accepted:,}",
    }


def dictionary(site: Site, texts: Words) -> dict[str, Any]:
    """Columns and codes of the newest release of each series."""
    found = []
    for series in SERIES:
        if edition := site.found.newest(series):
            codes: dict[str, list[dict[str, str]]] = {}
            for row in edition.rows("datos/codigos.csv"):
                codes.setdefault(row["lista"], []).append(row)
            found.append(
                {
                    "serie": series,
                    "titulo": texts.series(series),
                    "columnas": _columns(edition.rows("datos/diccionario.csv")),
                    "listas": codes,
                    "archivos": [
                        (name, f"{edition.name}/datos/{name}")
                        for name in ("diccionario.csv", "codigos.csv")
                        if f"datos/{name}" in edition.files
                    ],
                }
            )
    return {"series": found}


def about(site: Site, texts: Words) -> dict[str, Any]:
    """Who publishes, how to cite, terms, programs' addresses."""
    edition = site.found.newest("mensual")
    return {"edicion": edition, "periodo": texts.period(edition.periodo) if edition else "", "anio": site.now.year}


def search(site: Site, texts: Words) -> dict[str, Any]:
    """All pages in one list, which the script narrows down; each with words that are not in its title."""
    pages = [
        (texts.pagina, getattr(texts, name), path, "") for name, path in (*MENU, *FOOT) if path != "buscar.html"
    ]
    releases = [
        (
            texts.publicacion,
            f"{texts.series(issue.serie)}, {texts.period(issue.periodo)}",
            f"{issue.name}/index.html",
            str(issue.periodo),
        )
        for issue in site.found.issues
    ]
    tables = []
    for series in SERIES:
        if edition := site.found.newest(series):
            for table in tables_of(edition):
                kind = f"{texts.cuadro}, {texts.series(series).lower()}"
                tables.append((kind, texts.title(table), path_of(table), _keywords(table)))
    return {"entradas": [*pages, *tables, *releases]}


def _keywords(table: Table) -> str:
    """Names of the categories of short tables, so that a country or a department finds its tables."""
    if not table.has_figures or len(table.dimensions) != 1:
        return table.name.replace("_", " ")
    return " ".join(
        dict.fromkeys([table.name.replace("_", " "), *(name for line in table.lines for name in line.nombres)])
    )[:1500]


def _grouped(tables: Iterable[Table], texts: Words) -> list[tuple[str, list[Any]]]:
    groups: dict[str, tuple[str, list[Any]]] = {}
    for table in tables:
        key, title = texts.group(table.name)
        files = [(label, f"{table.edition.name}/{path}", size) for label, path, size in table.downloads]
        groups.setdefault(key, (title, []))[1].append((texts.title(table), path_of(table), files))
    return list(groups.values())


def _joined(site: Site, series: str) -> list[tuple[str, str, int]]:
    files = [
        ("CSV", "datos.csv"),
        ("Parquet", "datos.parquet"),
        ("Data Package", "datapackage.json"),
        ("SHA-256", "SHA256SUMS"),
    ]
    found = [(label, site.found.folder / FOLDER / series / name) for label, name in files]
    return [
        (label, f"{FOLDER}/{series}/{file.name}", file.stat().st_size) for label, file in found if file.is_file()
    ]


def _name_of(edition: Edition, indicator: str) -> str:
    rows = edition.rows("datos/resumen.csv")
    return next((row.get("indicador_nombre", "") for row in rows if row["indicador"] == indicator), "")


def _country(code: str) -> str:
    return code_list("paises").labels.get(code, code)


def _cells(edition: Edition) -> tuple[int, int]:
    """Published cells and hidden ones of a release's tables, counted without reading the rows."""
    file = edition.folder / "datos.csv"
    content = file.read_bytes() if file.is_file() else b""
    return max(content.count(b"\n") - 1, 0), content.count(b",Q,C,")


def _columns(rows: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """Each column once, with the files that have it."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in ("columna", "significado", "tipo", "unidad", "lista"))
        found.setdefault(key, {**row, "archivos": []})["archivos"].append(row["archivo"])
    return list(found.values())


@lru_cache
def _methodology() -> tuple[Markup, Markup]:
    """The text without its title, and its contents; what it links to inside the program's folders stays text."""
    text = (paths.PROJECT / "docs" / "metodologia.md").read_text(encoding="utf-8").partition("\n")[2]
    converter = markdown.Markdown(
        extensions=["tables", "sane_lists", "toc"], extension_configs={"toc": {"toc_depth": "2-3"}}
    )
    body = _OUTSIDE.sub(r"\1", converter.convert(text))
    pieces = body.split("<table>")
    frame = '<div class="cuadro" tabindex="0" role="region" aria-label="Tabla {}"><table>'
    body = pieces[0] + "".join(frame.format(number) + piece for number, piece in enumerate(pieces[1:], 1))
    body = body.replace("</table>", "</table></div>")
    return Markup(body), Markup(getattr(converter, "toc", ""))  # noqa: S704 - the project's own text
