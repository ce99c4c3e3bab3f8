"""Metadata of the open data for machines: Data Package v2 for the release, CSVW beside each CSV."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from movilidad.model.series import SERIES
from movilidad.publishing.addresses import release_address
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.publisher import HOMEPAGE, NAME, Publisher

if TYPE_CHECKING:  # the tables of a release: whoever asks for its title does without
    from movilidad.publishing.sheets import Column, Sheet

DEMONSTRATION = (
    "DATOS DE DEMOSTRACIÓN. Hechos con registros simulados: no describen a ninguna persona y no son estadística"
    " oficial."
)
KEYWORDS = ("migración laboral", "trabajo temporal", "movilidad laboral", "Guatemala", "estadística oficial")

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
    return f"{SERIES[candidate.serie].titulo}, {candidate.periodo.label}"


def described(candidate: Candidate, text: str = "") -> str:
    """A text, or what the series is about, with the notice before it where the data are a demonstration."""
    said = text or SERIES[candidate.serie].descripcion
    return f"{DEMONSTRATION} {said}" if candidate.demostracion else said


def data_package(candidate: Candidate, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The ``datapackage.json`` of a release, from its described files."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": candidate.publicacion_id.replace("/", "-"),
        "id": release_address(candidate),
        "title": title_of(candidate),
        "description": described(candidate),
        "homepage": release_address(candidate),
        "version": f"r{candidate.revision}",
        "created": f"{candidate.fecha_publicacion.isoformat()}T00:00:00-06:00",
        "keywords": list(KEYWORDS),
        **_demonstration(candidate),
        **published_by(candidate.editor),
        "sources": [_source(*source) for source in candidate.fuentes],
        "resources": resources,
    }


def published_by(editor: Publisher) -> dict[str, Any]:
    """Licence and publisher, as a data package names them."""
    licence = editor.licence
    return {
        "licenses": [{"name": licence.nombre, "path": licence.direccion, "title": licence.titulo}],
        "contributors": [{"title": NAME, "path": HOMEPAGE, "email": editor.correo, "roles": ["publisher"]}],
    }


def resource(sheet: "Sheet", path: str, content: bytes, *, figures: bool) -> dict[str, Any]:
    """One CSV file of the package: where it is, its hash, its schema; ``figures`` if cells can be protected."""
    schema: dict[str, Any] = {
        "fields": [_field(column, codes) for column, codes in zip(sheet.columnas, _codes(sheet), strict=True)],
        "missingValues": [""],
    }
    if sheet.key:
        schema["primaryKey"] = sheet.key
    return {
        "name": sheet.nombre,
        "title": sheet.titulo,
        "path": path,
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


def csvw(candidate: Candidate, sheet: "Sheet") -> dict[str, Any]:
    """The ``<name>.csv-metadata.json`` of one file (W3C CSV on the Web)."""
    schema: dict[str, Any] = {"columns": [_csvw_column(column) for column in sheet.columnas]}
    if sheet.key:
        schema["primaryKey"] = sheet.key
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "es"}],
        "url": f"{sheet.nombre}.csv",
        "dc:title": sheet.titulo,
        "dc:description": described(candidate, f"{title_of(candidate)}, revisión {candidate.revision}."),
        "dc:publisher": NAME,
        "dc:issued": {"@value": candidate.fecha_publicacion.isoformat(), "@type": "xsd:date"},
        "dc:license": {"@id": candidate.editor.licence.direccion},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tableSchema": schema,
    }


def _demonstration(candidate: Candidate) -> dict[str, Any]:
    return {"demostracion": True, "aviso": DEMONSTRATION} if candidate.demostracion else {"demostracion": False}


def _source(title: str, licence: str | None) -> dict[str, str]:
    return {"title": title, "licencia": licence} if licence else {"title": title}


def _codes(sheet: "Sheet") -> list[list[str]]:
    """Per column the codes that the sheet uses of its list; none for other columns and for lists in a cell."""
    return [
        sorted({row[position] for row in sheet.filas} - {""}) if column.lista and not column.varios else []
        for position, column in enumerate(sheet.columnas)
    ]


def _field(column: "Column", codes: list[str]) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.nombre, "type": column.tipo, "description": column.significado}
    constraints: dict[str, Any] = {} if column.opcional else {"required": True}
    if codes:
        constraints["enum"] = codes
    if constraints:
        field["constraints"] = constraints
    if column.lista:
        field["lista"] = column.lista
    return field


def _csvw_column(column: "Column") -> dict[str, Any]:
    return {
        "name": column.nombre,
        "titles": column.nombre,
        "dc:description": column.significado,
        "datatype": _CSVW_TYPES[column.tipo],
        "required": not column.opcional,
    }
