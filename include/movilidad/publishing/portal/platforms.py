"""The page of the platforms: how each did in the newest evaluation, what to improve, what became of proposals.

All of it is read from the files of the release, so what it hides is hidden here.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from movilidad.model.periods import Period
from movilidad.publishing.portal.frame import Site
from movilidad.publishing.portal.standing import Edition
from movilidad.publishing.portal.tables import MISSING, Cell
from movilidad.publishing.portal.timelines import by_category
from movilidad.publishing.portal.words import Words, figure
from movilidad.reports.numbers import HIDDEN, NOT_SAID, share
from movilidad.reports.page_charts import spark

SERIES = "plataformas"
_SERVICE, _RECORDS, _CELLS = "servicio_por_plataforma", "registros_por_conjunto", "celdas_por_campo"
_TOTAL = "Total"
_DOCUMENTS = (("leer_informe", "informe.html"), ("descargar_pdf", "informe.pdf"), ("cifras_csv", "datos.csv"))

_Rows = list[dict[str, str]]


def platforms_page(site: Site, texts: Words) -> dict[str, Any]:
    """The newest evaluation, platform by platform."""
    edition = site.found.newest(SERIES)
    if not edition:
        return {"edicion": None}
    over_time = by_category(site.found.folder, SERIES, _SERVICE, "plataforma", "disponibilidad")
    figures = _figures(edition)
    chances, followed = (_by_platform(edition, name) for name in ("oportunidades", "seguimiento"))
    return {
        "edicion": edition,
        "periodo": texts.period(edition.periodo),
        "fecha": texts.date(edition.fecha),
        "pagina_edicion": f"{edition.serie}/{edition.periodo}/index.html",
        "plataformas": [
            {
                "fuente": fuente,
                "nombre": texts.spanish(name),
                "cifras": _told(figures[fuente], texts),
                "chispa": spark(over_time.values(fuente)[-25:]) if over_time else "",
                "documentos": part_documents(edition, fuente, texts),
                "oportunidades": [_chance(row, texts) for row in chances.get(fuente, ())],
                "seguimiento": [_followed(row, texts) for row in followed.get(fuente, ())],
            }
            for fuente, name in _names(edition).items()
        ],
        "periodos": [
            (texts.period(issue.periodo), f"{issue.name}/index.html")
            for issue in site.found.of(SERIES)
            if issue.current
        ],
    }


def parts(edition: Edition, texts: Words) -> list[tuple[Markup, list[tuple[str, str, int]]]]:
    """The reports of an edition that are about a part of it: what each is about, its documents."""
    titles = {entry["fuente"]: entry["titulo"] for entry in edition.manifest["entradas"]}
    folders = [path.partition("/")[0] for path in edition.files if path.endswith("/informe.html")]
    return [
        (texts.spanish(titles.get(folder, folder)), part_documents(edition, folder, texts)) for folder in folders
    ]


def part_documents(edition: Edition, folder: str, texts: Words) -> list[tuple[str, str, int]]:
    """Label, path and bytes of the documents in a folder of an edition."""
    return [
        (getattr(texts, name), f"{edition.name}/{folder}/{file}", edition.files[f"{folder}/{file}"])
        for name, file in _DOCUMENTS
        if f"{folder}/{file}" in edition.files
    ]


def _names(edition: Edition) -> dict[str, str]:
    return {row["plataforma"]: row["plataforma_nombre"] for row in edition.rows(f"datos/{_SERVICE}.csv")}


def _figures(edition: Edition) -> dict[str, dict[str, Cell]]:
    """By platform and indicator: its service, and the totals of what was counted of its records."""
    found: dict[str, dict[str, Cell]] = {}
    for name in (_SERVICE, _RECORDS, _CELLS):
        for row in edition.rows(f"datos/{name}.csv"):
            if all(row.get(dimension, _TOTAL) == _TOTAL for dimension in ("conjunto", "campo")):
                cell = Cell(row["valor"], row["estado_obs"], row["estado_conf"])
                found.setdefault(row["plataforma"], {})[row["indicador"]] = cell
    return found


def _told(cells: Mapping[str, Cell], texts: Words) -> list[tuple[str, Markup]]:
    """Headline figures of a platform: what it is called, the figure."""
    return [
        (texts.disponibilidad, _with(cells, "disponibilidad", "%", texts)),
        (texts.respuesta_p95, _with(cells, "respuesta_percentil_95", " ms", texts)),
        (texts.incidentes, texts.cell(cells.get("incidentes", MISSING))),
        (texts.dias_tarde, texts.cell(cells.get("dias_de_atraso", MISSING))),
        (texts.celdas_utiles, _share(cells, "celdas_utiles", "celdas", texts)),
        (texts.parte_apartada, _share(cells, "registros_apartados", "registros_recibidos", texts)),
    ]


def _with(cells: Mapping[str, Cell], name: str, unit: str, texts: Words) -> Markup:
    cell = cells.get(name, MISSING)
    shown = texts.cell(cell)
    return Markup("{}{}").format(shown, unit) if cell.valor else shown


def _share(cells: Mapping[str, Cell], part: str, whole: str, texts: Words) -> Markup:
    one, all_ = (cells.get(name, MISSING) for name in (part, whole))
    if one.hidden or all_.hidden:
        return texts.cell(one if one.hidden else all_)
    if not one.valor or not all_.number:
        return texts.cell(MISSING)
    return Markup("{}").format(share(int(one.valor), int(all_.valor), 1))


def _by_platform(edition: Edition, name: str) -> dict[str, _Rows]:
    found: dict[str, _Rows] = {}
    for row in edition.rows(f"datos/{name}.csv"):
        found.setdefault(row["plataforma"], []).append(row)
    return found


def _chance(row: Mapping[str, str], texts: Words) -> dict[str, Any]:
    return {
        "clase": texts.clases_mejora.get(row["clase"], row["clase"]),
        "que": texts.spanish(row["que"]),
        "hacer": texts.spanish(row["hacer"]),
        "cuantos": _amount(row["cuantos"], row["de_cuantos"], row["unidad"], texts),
    }


def _followed(row: Mapping[str, str], texts: Words) -> dict[str, Any]:
    now: str | Markup = HIDDEN if row["resultado"] == "protegida" else NOT_SAID
    return {
        "que": texts.spanish(row["que"]),
        "desde": texts.period(Period.parse(row["desde"])),
        "antes": _amount(row["antes"], row["de_antes"], row["unidad"], texts),
        "ahora": _amount(row["ahora"], row["de_ahora"], row["unidad"], texts) if row["ahora"] else now,
        "resultado": texts.resultados_mejora.get(row["resultado"], row["resultado"]),
    }


def _amount(part: str, whole: str, unit: str, texts: Words) -> Markup:
    """``40 registros (16.7%)``."""
    of = f" ({share(int(part), int(whole), 1)})" if whole and int(whole) else ""
    return Markup("{} {}{}").format(figure(part), texts.unit(unit), of)
