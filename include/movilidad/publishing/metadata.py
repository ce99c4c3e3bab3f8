"""Metadata of the open data for machines: Data Package v2 for the release, CSVW beside each CSV."""

import hashlib
import json
from typing import Any

from movilidad.publishing.candidate import Candidate
from movilidad.publishing.sheets import Column, Sheet

DEMONSTRATION = (
    "DATOS DE DEMOSTRACIÓN. Hechos con registros simulados: no describen a ninguna persona y no son estadística"
    " oficial."
)
PUBLISHER = "Ministerio de Trabajo y Previsión Social de Guatemala (MINTRAB)"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Atribución 4.0 Internacional",
}

_CSVW_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "decimal",
    "date": "date",
    "yearmonth": "gYearMonth",
}


def as_json(content: dict[str, Any]) -> bytes:
    """JSON for people and programs: UTF-8, indented, one line feed at the end."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def title_of(candidate: Candidate) -> str:
    """``Estadística mensual de movilidad laboral, octubre de 2026``."""
    return f"Estadística mensual de movilidad laboral, {candidate.mes.label}"


def data_package(candidate: Candidate, files: list[tuple[Sheet, bytes, bool]]) -> dict[str, Any]:
    """The ``datapackage.json`` of a release, from its sheets, their bytes and whether they hold figures."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": candidate.publicacion_id.replace("/", "-"),
        "id": candidate.publicacion_id,
        "title": title_of(candidate),
        "description": _described(
            candidate, "Personas que salen de Guatemala a un trabajo temporal en el exterior."
        ),
        "version": f"r{candidate.revision}",
        "created": f"{candidate.fecha_publicacion.isoformat()}T00:00:00-06:00",
        **_demonstration(candidate),
        "licenses": [LICENCE],
        "contributors": [{"title": PUBLISHER, "roles": ["publisher"]}],
        "sources": [_source(entry.titulo, entry.licencia) for entry in candidate.entradas],
        "resources": [_resource(sheet, content, figures) for sheet, content, figures in files],
    }


def csvw(candidate: Candidate, sheet: Sheet) -> dict[str, Any]:
    """The ``<name>.csv-metadata.json`` of one file (W3C CSV on the Web)."""
    schema: dict[str, Any] = {"columns": [_csvw_column(column) for column in sheet.columnas]}
    if sheet.key:
        schema["primaryKey"] = sheet.key
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "es"}],
        "url": f"{sheet.nombre}.csv",
        "dc:title": sheet.titulo,
        "dc:description": _described(candidate, f"{title_of(candidate)}, revisión {candidate.revision}."),
        "dc:publisher": PUBLISHER,
        "dc:issued": {"@value": candidate.fecha_publicacion.isoformat(), "@type": "date"},
        "dc:license": {"@id": LICENCE["path"]},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tableSchema": schema,
    }


def _demonstration(candidate: Candidate) -> dict[str, Any]:
    return {"demostracion": True, "aviso": DEMONSTRATION} if candidate.demostracion else {"demostracion": False}


def _described(candidate: Candidate, text: str) -> str:
    return f"{DEMONSTRATION} {text}" if candidate.demostracion else text


def _source(title: str, licence: str | None) -> dict[str, str]:
    return {"title": title, "licencia": licence} if licence else {"title": title}


def _resource(sheet: Sheet, content: bytes, figures: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in sheet.columnas],
        "missingValues": [""],
    }
    if sheet.key:
        schema["primaryKey"] = sheet.key
    return {
        "name": sheet.nombre,
        "title": sheet.titulo,
        "path": f"datos/{sheet.nombre}.csv",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "cifras": figures,
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.nombre, "type": column.tipo, "description": column.significado}
    if not column.opcional:
        field["constraints"] = {"required": True}
    if column.lista:
        field["lista"] = column.lista
    return field


def _csvw_column(column: Column) -> dict[str, Any]:
    return {
        "name": column.nombre,
        "titles": column.nombre,
        "dc:description": column.significado,
        "datatype": _CSVW_TYPES[column.tipo],
        "required": not column.opcional,
    }
