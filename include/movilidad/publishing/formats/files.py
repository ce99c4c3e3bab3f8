"""All files of the open data of a release, by their paths."""

import json
from collections.abc import Mapping
from typing import Any

from movilidad.model.series import SERIES
from movilidad.publishing.addresses import release_address
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.csv_text import to_csv
from movilidad.publishing.formats.citation import citation, citation_cff
from movilidad.publishing.formats.dcat import dcat
from movilidad.publishing.formats.json_stat import json_stat
from movilidad.publishing.formats.licence_text import licence_text
from movilidad.publishing.formats.parquet import parquet
from movilidad.publishing.formats.readme import readme
from movilidad.publishing.formats.schema_org import schema_org
from movilidad.publishing.formats.sdmx_csv import sdmx_csv
from movilidad.publishing.formats.sdmx_structure import sdmx_structure
from movilidad.publishing.formats.xlsx import Cover, xlsx
from movilidad.publishing.metadata import (
    DEMONSTRATION,
    KEYWORDS,
    as_json,
    csvw,
    data_package,
    described,
    resource,
    title_of,
)
from movilidad.publishing.publisher import NAME
from movilidad.publishing.sheets import Sheet
from movilidad.publishing.tables_read import WHOLE

Files = dict[str, bytes]


def open_data(
    candidate: Candidate, data: list[Sheet], together: Sheet, others: list[Sheet], notes: Mapping[str, str]
) -> Files:
    """The files of a release's open data.

    Args:
        candidate: the release.
        data: the sheets of figures and lists.
        together: all figures in one sheet, as ``whole`` gives it.
        others: the sheets that explain them (dictionary, codes, changes).
        notes: what a reader must know, by topic.
    """
    files, resources = _csv(candidate, data, together, others)
    about = _about(candidate)
    for sheet in data:
        files[f"datos/{sheet.nombre}.parquet"] = parquet(sheet, {**about, "title": sheet.titulo})
        if sheet.key and sheet.filas:
            files[f"datos/{sheet.nombre}.json"] = _json_stat(candidate, sheet)
    files["datos.parquet"] = parquet(together, about)
    files["datos.xlsx"] = xlsx(data, _cover(candidate, notes))
    files["sdmx/datos.csv"] = sdmx_csv(together, SERIES[candidate.serie])
    titles = {sheet.nombre: sheet.titulo for sheet in data}
    files["sdmx/estructura.xml"] = sdmx_structure(
        together, SERIES[candidate.serie], titles, NAME, candidate.fecha_publicacion
    )
    files["datapackage.json"] = as_json(data_package(candidate, resources))
    files["metadatos/dcat.jsonld"] = as_json(dcat(candidate, files))
    files["metadatos/schema_org.jsonld"] = as_json(schema_org(candidate, _measured(data)))
    return files | {
        "LEAME.md": readme(candidate, data),
        "LICENCIA.txt": licence_text(candidate),
        "CITATION.cff": citation_cff(candidate),
    }


def _csv(
    candidate: Candidate, data: list[Sheet], together: Sheet, others: list[Sheet]
) -> tuple[Files, list[dict[str, Any]]]:
    """Each sheet as CSV with its CSVW beside it, and their entries in the data package."""
    files: Files = {}
    resources = []
    listed = [(f"datos/{sheet.nombre}.csv", sheet, sheet in data) for sheet in [*data, *others]]
    for path, sheet, figures in [*listed, (WHOLE, together, False)]:
        files[path] = to_csv(sheet.header, sheet.filas)
        files[f"{path}-metadata.json"] = as_json(csvw(candidate, sheet))
        resources.append(resource(sheet, path, files[path], figures=figures))
    return files, resources


def _json_stat(candidate: Candidate, sheet: Sheet) -> bytes:
    notes = [DEMONSTRATION] if candidate.demostracion else []
    notes += [f"{title_of(candidate)}, revisión r{candidate.revision}.", candidate.editor.licence.titulo]
    dataset = json_stat(sheet, NAME, candidate.fecha_publicacion.isoformat(), notes)
    return (json.dumps(dataset, ensure_ascii=False) + "\n").encode("utf-8")


def _about(candidate: Candidate) -> dict[str, str]:
    return {
        "title": title_of(candidate),
        "description": described(candidate),
        "version": f"r{candidate.revision}",
        "identifier": release_address(candidate),
        "license": candidate.editor.licence.direccion,
        "publisher": NAME,
    }


def _cover(candidate: Candidate, notes: Mapping[str, str]) -> Cover:
    licence = candidate.editor.licence
    lines = [
        *([DEMONSTRATION] if candidate.demostracion else []),
        f"{SERIES[candidate.serie].descripcion} {NAME}.",
        f"Revisión r{candidate.revision}, publicada el {candidate.fecha_publicacion.isoformat()}.",
        "La hoja Indice dice qué cuadro hay en cada hoja; Simbolos, qué significan los estados y los códigos.",
        "Cada cuadro empieza en la columna A y tiene una sola fila de encabezado.",
        f"Dirección de esta revisión: {release_address(candidate)}",
        f"Cite así: {citation(candidate)}",
        f"Licencia: {licence.titulo} ({licence.direccion}). {licence.condicion}",
        f"Consultas: {candidate.editor.correo}",
    ]
    return Cover(
        titulo=f"{title_of(candidate)}, revisión r{candidate.revision}",
        lineas=tuple(lines),
        notas=tuple(notes.items()),
        autor=NAME,
        licencia=f"{licence.titulo} ({licence.nombre})",
        fecha=candidate.fecha_publicacion,
        palabras=", ".join(KEYWORDS),
    )


def _measured(data: list[Sheet]) -> dict[str, str]:
    """Titles and units of the headline figures."""
    summary = next(sheet for sheet in data if sheet.nombre == "resumen")
    rows = [dict(zip(summary.header, row, strict=True)) for row in summary.filas]
    return {row["indicador_nombre"]: row["unidad"] for row in rows}
