"""The pages about releases: the front page, the list, one for each period, the history of revisions."""

import json
from functools import partial
from typing import Any

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Period
from movilidad.model.series import SERIES
from movilidad.publishing.calendar import ahead
from movilidad.publishing.portal.frame import Site, page
from movilidad.publishing.portal.platforms import parts
from movilidad.publishing.portal.revisions import CHANGES, Triangle, revised, triangles
from movilidad.publishing.portal.site import Page
from movilidad.publishing.portal.standing import Edition, Issue
from movilidad.publishing.portal.table_pages import bars, path_of
from movilidad.publishing.portal.tables import SUMMARY, tables_of
from movilidad.publishing.portal.timelines import Timeline, summary_timelines
from movilidad.publishing.portal.words import LANGUAGES, Words, figure, words
from movilidad.reports.page_charts import spark

MAIN = ("colocados", "salidas", "mujeres", "aplicantes", "empleadores", "reclutadores")
_FIRST = ("colocados_por_pais", "colocados_por_departamento_origen", "colocados_por_grupo_edad")
_RECENT = 4
_COMING = 3
_BARS = 6
_DELAYS = 12
# what readers look for first: name of the text, path in the release
_DOCUMENTS = (
    ("leer_informe", "informe.html"),
    ("descargar_pdf", "informe.pdf"),
    ("leer_informe_en", "informe.en.html"),
    ("descargar_pdf_en", "informe.en.pdf"),
)
_WHOLE = (
    ("XLSX", "datos.xlsx"),
    ("CSV", "datos.csv"),
    ("Parquet", "datos.parquet"),
    ("SDMX-CSV", "sdmx/datos.csv"),
    ("SDMX-ML", "sdmx/estructura.xml"),
    ("Data Package", "datapackage.json"),
    ("DCAT-AP", "metadatos/dcat.jsonld"),
    ("SHA-256", "SHA256SUMS"),
)
_EXPLAINING = ("LEAME.md", "CAMBIOS.md", "CITATION.cff", "LICENCIA.txt", "manifest.json")


def home(site: Site, texts: Words) -> dict[str, Any]:
    """Latest figures at a glance."""
    edition = site.found.newest("mensual")
    dates = ahead(site.calendar, site.now)
    return {
        "edicion": edition,
        "documentos": documents(edition, texts) if edition else [],
        "libro": _existing(edition, _WHOLE[:1]) if edition else [],
        "periodo": texts.period(edition.periodo) if edition else "",
        "fecha": texts.date(edition.fecha) if edition else "",
        "cifras": _figures(site, edition, texts) if edition else [],
        "desgloses": _breakdowns(edition, texts) if edition else [],
        "recientes": [_listed(issue, texts) for issue in site.found.issues[:_RECENT]],
        "proximas": [
            (texts.series(each.serie), texts.period(each.periodo), texts.moment(each.momento))
            for each in dates[:_COMING]
        ],
        "ficha_catalogo": _catalogue(site, texts),
        "no_disponibles": site.found.damaged,
    }


def releases_page(site: Site, texts: Words) -> dict[str, Any]:
    """Every period of every series."""
    return {
        "series": [
            (series, texts.series(series), [_listed(issue, texts) for issue in site.found.of(series)])
            for series in SERIES
            if site.found.of(series)
        ],
        "no_disponibles": site.found.damaged,
    }


def issue_pages(site: Site) -> list[Page]:
    """A page for each period, whose address stays: its revisions, documents, tables."""
    found = []
    for series in SERIES:
        issues = site.found.of(series)
        for place, issue in enumerate(issues):
            newer = issues[place - 1] if place else None
            older = issues[place + 1] if place + 1 < len(issues) else None
            inputs = (
                *(f"{each.name}:{each.huella}" for each in issue.editions),
                *(neighbour.name if neighbour else "" for neighbour in (newer, older)),
            )
            for language in LANGUAGES:
                found.append(
                    page(
                        site,
                        language,
                        f"{issue.name}/index.html",
                        "edicion.html.j2",
                        partial(_issue, issue, newer, older),
                        inputs,
                    )
                )
    return found


def revisions_page(site: Site, texts: Words) -> dict[str, Any]:
    """What changed after it was published, and by how much."""
    history = []
    for issue in site.found.issues:
        changes = [(edition, _edition(edition, texts)) for edition in issue.editions]
        by_name = {each.edition.name: each for each in revised(issue)}
        if len(changes) > 1 or any(edition.retirada for edition, _ in changes):
            history.append(
                (
                    texts.series(issue.serie),
                    texts.period(issue.periodo),
                    issue.name,
                    [(shown, by_name.get(edition.name)) for edition, shown in changes],
                )
            )
    return {
        "historia": history,
        "archivo_cambios": CHANGES,
        "triangulos": [_triangle(found, texts) for found in triangles(site.found, "mensual")],
        "medidas": _measures(site.found.newest("mensual"), texts),
    }


def documents(edition: Edition, texts: Words) -> list[tuple[str, str, int]]:
    """Label, path and bytes of the documents that there are."""
    return [
        (getattr(texts, name), f"{edition.name}/{path}", edition.files[path])
        for name, path in _DOCUMENTS
        if path in edition.files
    ]


def _issue(issue: Issue, newer: Issue | None, older: Issue | None, texts: Words) -> dict[str, Any]:
    current = issue.current
    return {
        "entrega": issue,
        "serie": texts.series(issue.serie),
        "periodo": texts.period(issue.periodo),
        "vigente": current and _edition(current, texts),
        "documentos": documents(current, texts) if current else [],
        "partes": parts(current, texts) if current else [],
        "enteros": _existing(current, _WHOLE) if current else [],
        "aclaran": _existing(current, [(name, name) for name in _EXPLAINING]) if current else [],
        "cifras": _summary(current, texts) if current else [],
        "cuadros": _tables(current, texts) if current else [],
        "revisiones": [_edition(edition, texts) for edition in issue.editions],
        "notas": list(current.manifest["notas"].values()) if current else [],
        "ficha_publicacion": _structured(current) if current else {},
        "vecinas": [
            (label, f"{neighbour.name}/index.html", texts.period(neighbour.periodo))
            for label, neighbour in ((texts.anterior, older), (texts.siguiente, newer))
            if neighbour
        ],
    }


def _edition(edition: Edition, texts: Words) -> dict[str, Any]:
    return {
        "edicion": edition,
        "nombre": edition.name,
        "revision": edition.revision,
        "fecha": texts.date(edition.fecha),
        "clase": texts.clases.get(edition.tipo, edition.tipo),
        "motivo": edition.motivo,
        "retirada": bool(edition.retirada),
        "cambios": f"{edition.name}/{CHANGES}" if CHANGES in edition.files else "",
        "documentos": documents(edition, texts),
        "demostracion": edition.demostracion,
    }


def _listed(issue: Issue, texts: Words) -> dict[str, Any]:
    current = issue.current
    return {
        "titulo": f"{texts.series(issue.serie)}, {texts.period(issue.periodo)}",
        "periodo": texts.period(issue.periodo),
        "anio": issue.periodo.last.year,
        "pagina": f"{issue.name}/index.html",
        "vigente": _edition(current or issue.editions[0], texts),
        "anteriores": [_edition(each, texts) for each in issue.editions if each is not current],
    }


def _existing(edition: Edition, wanted: Any) -> list[tuple[str, str, int]]:
    # the manifest does not list itself and the checksums
    files = [(label, path, edition.folder / path) for label, path in wanted]
    return [
        (label, f"{edition.name}/{path}", file.stat().st_size) for label, path, file in files if file.is_file()
    ]


def _summary(edition: Edition, texts: Words) -> list[Any]:
    table = next((each for each in tables_of(edition) if each.name == SUMMARY), None)
    if not table or not table.has_figures or not table.lines:
        return []
    names = {row["indicador"]: row.get("indicador_nombre", "") for row in table.records}
    return [
        (texts.indicator(code, names[code]), texts.cell(cell), texts.unit(table.indicators[code]), code)
        for code, cell in table.lines[0].celdas.items()
    ]


def _figures(site: Site, edition: Edition, texts: Words) -> list[Any]:
    over_time = summary_timelines(site.found.folder, edition.serie)
    found = {code: (name, cell, unit) for name, cell, unit, code in _summary(edition, texts)}
    return [(*found[code], spark(_last(over_time.get(code)))) for code in MAIN if code in found]


def _last(found: Timeline | None) -> list[float | None]:
    return found.values(TOTAL)[-25:] if found else []


def _breakdowns(edition: Edition, texts: Words) -> list[Any]:
    tables = {table.name: table for table in tables_of(edition)}
    wanted = [tables[name] for name in _FIRST if name in tables]
    shown = [(texts.title(table), path_of(table), bars(table, texts, _BARS)) for table in wanted]
    return [each for each in shown if each[2]]


def _tables(edition: Edition, texts: Words) -> list[Any]:
    """Tables by group: title, files."""
    groups: dict[str, tuple[str, list[Any]]] = {}
    for table in tables_of(edition):
        key, title = texts.group(table.name)
        files = [(label, f"{edition.name}/{path}", size) for label, path, size in table.downloads]
        groups.setdefault(key, (title, []))[1].append((texts.title(table), path_of(table), files))
    return list(groups.values())


def _structured(edition: Edition) -> dict[str, Any]:
    file = edition.folder / "metadatos" / "schema_org.jsonld"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _catalogue(site: Site, texts: Words) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "name": words("es").titulo_sitio,
        "description": words("es").lema,
        "url": site.address,
        "inLanguage": ["es", "en"],
        "license": site.editor.licence.direccion,
        "dataset": [
            {
                "@type": "Dataset",
                "@id": f"{site.address}{issue.current.name}/",
                "name": f"{words('es').series(issue.serie)}, {issue.periodo.label}",
            }
            for issue in site.found.issues[:_RECENT]
            if issue.current
        ],
    }


def _triangle(found: Triangle, texts: Words) -> dict[str, Any]:
    delays = found.demoras[:_DELAYS]
    return {
        "titulo": texts.indicator(found.indicador),
        "unidad": texts.unit(found.unidad),
        "demoras": delays,
        "filas": [
            (
                texts.short_period(Period.parse(period)),
                [
                    texts.cell(found.celdas[period, delay]) if (period, delay) in found.celdas else ""
                    for delay in delays
                ],
            )
            for period in found.periodos[:25]
        ],
    }


def _measures(edition: Edition | None, texts: Words) -> list[Any]:
    rows = edition.rows("datos/revisiones_medidas.csv") if edition else []
    wanted = ("meses", "revision_media", "revision_media_absoluta", "revision_relativa")
    return [
        (
            texts.indicator(row["indicador"]),
            texts.unit(row["unidad"]),
            [figure(row[name]) if row[name] else "–" for name in wanted],
        )
        for row in rows
    ]
