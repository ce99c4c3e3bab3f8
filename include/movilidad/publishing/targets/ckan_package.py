"""How a release reads in a CKAN catalogue: name, description, extras, and each file with its schema."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from movilidad.publishing.candidate import Candidate
from movilidad.publishing.explanation import CORRECTION
from movilidad.publishing.metadata import described, title_of
from movilidad.publishing.targets.shipment import Shipment

_LICENCES = {"CC-BY-4.0": "cc-by", "CC-BY-SA-4.0": "cc-by-sa", "CC0-1.0": "cc-zero"}
_WHOLE = (
    ("informe.pdf", "PDF", "application/pdf", "El informe"),
    (
        "datos.xlsx",
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Todos los cuadros",
    ),
    ("datapackage.json", "JSON", "application/json", "Descripción de los datos para programas (Data Package)"),
    ("LEAME.md", "MD", "text/markdown", "Qué es cada archivo y cómo leerlo"),
    ("CAMBIOS.md", "MD", "text/markdown", "Revisiones de este periodo y su motivo"),
    ("SHA256SUMS", "TXT", "text/plain", "Sumas de comprobación de todos los archivos"),
)


def licence_id(candidate: Candidate) -> str:
    """CKAN's name of the data's licence."""
    return _LICENCES[candidate.editor.licencia]


def package_name(publicacion_id: str) -> str:
    """``movilidad-laboral-mensual-2026-10-r1``: CKAN's names are lower-case and without slashes."""
    return f"movilidad-laboral-{publicacion_id.replace('/', '-').lower()}"


def package_title(candidate: Candidate) -> str:
    """``…, octubre de 2026 (revisión 1)``."""
    return f"{title_of(candidate)} (revisión {candidate.revision})"


def package_notes(candidate: Candidate) -> str:
    """The description of the package."""
    why = candidate.explicacion
    kind = "Corrige un error" if why.tipo == CORRECTION else "Revisión prevista"
    reason = f" {kind}. Motivo: {why.motivo.rstrip('.')}." if why.motivo else ""
    return _as_text(f"{described(candidate)}{reason}")


def withdrawn_notes(withdrawal: dict[str, str]) -> str:
    """The description after a withdrawal."""
    reason, office = withdrawal["motivo"].rstrip("."), withdrawal["aprobada_por"].rstrip(".")
    return _as_text(f"Se retiró el {withdrawal['fecha'][:10]}. Motivo: {reason}. Aprobó: {office}.")


def _as_text(text: str) -> str:
    """CKAN shows descriptions as Markdown, where a mark could begin a tag."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def about(candidate: Candidate, sums: str) -> dict[str, str]:
    """The extras that never change; ``huella`` stands for all bytes of the release."""
    why = candidate.explicacion
    return {
        "publicacion_id": candidate.publicacion_id,
        "huella": sums,
        "fecha_publicacion": candidate.fecha_publicacion.isoformat(),
        "tipo": why.tipo,
        **({"motivo": why.motivo} if why.motivo else {}),
        **({"aprobada_por": why.aprobada_por} if why.aprobada_por else {}),
    }


def extras_of(package: dict[str, Any]) -> dict[str, str]:
    """The extras of a package, by key."""
    return {each["key"]: each["value"] for each in package.get("extras", [])}


def as_extras(content: dict[str, str]) -> list[dict[str, str]]:
    """Extras as CKAN takes them."""
    return [{"key": key, "value": value} for key, value in content.items()]


def described_files(shipment: Shipment) -> Iterator[dict[str, Any]]:
    """The description of each file; ``_table`` is its entry in the data package."""
    for name, form, media, text in _WHOLE:
        if (shipment.folder / name).is_file():
            yield {"name": name, "format": form, "mimetype": media, "description": text}
    package = json.loads((shipment.folder / "datapackage.json").read_text(encoding="utf-8"))
    for table in package["resources"]:
        yield {
            "name": table["path"],
            "format": "CSV",
            "mimetype": "text/csv",
            "description": table["title"],
            "schema": json.dumps(table["schema"], ensure_ascii=False),
            "_table": table,
        }


def rows_of(shipment: Shipment, table: dict[str, Any]) -> list[dict[str, str | None]]:
    """The rows of a CSV; an empty cell is no value."""
    text = (shipment.folder / table["path"]).read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{name: cell or None for name, cell in row.items()} for row in rows]
