"""A release's CSV files read back, as any reader would: from the folder and its ``datapackage.json`` alone."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from movilidad.model.errors import DataError

WHOLE = "datos.csv"
_STAMPS = {"periodo", "version", "fecha_publicacion"}


@dataclass(frozen=True)
class PublishedTable:
    """One CSV file: fields and key as its schema declares them, rows as texts."""

    nombre: str
    cifras: bool
    campos: tuple[dict[str, Any], ...]
    clave: tuple[str, ...]
    encabezado: tuple[str, ...]
    filas: tuple[tuple[str, ...], ...]

    @property
    def dimensions(self) -> list[str]:
        """The key columns that tell cells apart, besides period and indicator."""
        return [column for column in self.clave if column not in {*_STAMPS, "indicador"}]

    def records(self) -> list[dict[str, str]]:
        """Rows by column name; rows of another length than the header are cut or left short."""
        return [dict(zip(self.encabezado, row, strict=False)) for row in self.filas]


def read_tables(folder: Path) -> list[PublishedTable]:
    """All tables that the data package lists; a DataError if it or one of them cannot be read.

    The file of all tables together says nothing that they do not say, and is left out.
    """
    try:
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        return [_read(folder, each) for each in package["resources"] if each["path"] != WHOLE]
    except (OSError, ValueError, KeyError, TypeError, IndexError, csv.Error) as error:
        raise DataError(
            "los datos abiertos de la publicación faltan o están dañados",
            place="/".join(folder.parts[-3:]),
            remedy="restituya la carpeta desde una copia; «movilidad release verify» dice qué archivos cambiaron",
        ) from error


def _read(folder: Path, resource: dict[str, Any]) -> PublishedTable:
    name = str(resource["name"])
    # the name decides where it is read: a path in a damaged package could lead anywhere
    file = folder / "datos" / f"{Path(name).name}.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle, strict=True))
    schema = resource["schema"]
    return PublishedTable(
        nombre=name,
        cifras=bool(resource["cifras"]),
        campos=tuple(schema["fields"]),
        clave=tuple(schema.get("primaryKey", ())),
        encabezado=tuple(header),
        filas=tuple(tuple(row) for row in rows),
    )
