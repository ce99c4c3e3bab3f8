"""The tables of a release as the portal shows them, read from its data package and CSV files."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from movilidad.model.codelists import TOTAL
from movilidad.publishing.portal.standing import Edition
from movilidad.publishing.tables_read import WHOLE

SUMMARY = "resumen"
# files about the release or its past, and the list of recruiters, which have pages of their own
_OWN_PAGES = {
    *("codigos", "diccionario", "cambios", "datos", "series", "comparaciones"),
    *("revisiones", "revisiones_medidas", "reclutadores_autorizados"),
}
_STAMPS = {"periodo", "indicador", "indicador_nombre", "unidad", "valor", "version", "fecha_publicacion"}
_STATES = {"estado_obs", "estado_conf"}
FORMATS = (
    (".csv", "CSV"),
    (".json", "JSON-stat"),
    (".parquet", "Parquet"),
    (".csv-metadata.json", "CSVW"),
)


@dataclass(frozen=True)
class Cell:
    """One figure: its text in the file and its two states."""

    valor: str
    estado_obs: str
    estado_conf: str

    @property
    def hidden(self) -> bool:
        return self.estado_conf == "C"

    @property
    def number(self) -> float | None:
        return float(self.valor) if self.valor else None


MISSING = Cell("", "O", "F")  # never published


@dataclass(frozen=True, eq=False)
class Line:
    """One category, or crossing of categories, with its cells by indicator."""

    codigos: tuple[str, ...]
    nombres: tuple[str, ...]
    celdas: dict[str, Cell]

    @property
    def is_total(self) -> bool:
        return bool(self.codigos) and all(code == TOTAL for code in self.codigos)


@dataclass(frozen=True)
class Table:
    """A table of one release; its rows are read when they are asked for."""

    edition: Edition
    resource: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.resource["name"])

    @property
    def title(self) -> str:
        return str(self.resource["title"])

    @property
    def path(self) -> str:
        return str(self.resource["path"])

    @property
    def columns(self) -> list[str]:
        return [field["name"] for field in self.resource["schema"]["fields"]]

    @property
    def numbers(self) -> set[str]:
        """The columns that hold numbers."""
        fields = self.resource["schema"]["fields"]
        return {field["name"] for field in fields if field["type"] in ("integer", "number")}

    @property
    def lists(self) -> dict[str, str]:
        """The code list of each column that has one."""
        return {field["name"]: field["lista"] for field in self.resource["schema"]["fields"] if field.get("lista")}

    @property
    def has_figures(self) -> bool:
        """Whether it is a table of cells with states, and not a list of records."""
        return bool(self.resource.get("cifras")) and {"indicador", "valor", *_STATES} <= set(self.columns)

    @property
    def dimensions(self) -> list[str]:
        key = self.resource["schema"].get("primaryKey") or ()
        return [column for column in key if column not in _STAMPS]

    @property
    def downloads(self) -> Iterator[tuple[str, str, int]]:
        """Name of the format, path in the release, bytes."""
        stem = self.path.removesuffix(".csv")
        for ending, label in FORMATS:
            if (path := stem + ending) in self.edition.files:
                yield label, path, self.edition.files[path]

    @cached_property
    def records(self) -> list[dict[str, str]]:
        return self.edition.rows(self.path)

    @cached_property
    def indicators(self) -> dict[str, str]:
        """Unit of each indicator, in the order of the rows."""
        return {row["indicador"]: row["unidad"] for row in self.records}

    @cached_property
    def lines(self) -> list[Line]:
        """The cells of the rows, one line for each crossing of categories."""
        found: dict[tuple[str, ...], Line] = {}
        for row in self.records:
            codes = tuple(row[name] for name in self.dimensions)
            names = tuple(row.get(f"{name}_nombre") or row[name] for name in self.dimensions)
            line = found.setdefault(codes, Line(codes, names, {}))
            line.celdas[row["indicador"]] = Cell(row["valor"], row["estado_obs"], row["estado_conf"])
        return list(found.values())


@lru_cache(maxsize=4)  # many pages show the same few releases
def tables_of(edition: Edition) -> list[Table]:
    """The tables that get a page each, in the order of the release."""
    resources = edition.package["resources"]
    return [
        Table(edition, each)
        for each in resources
        if each["path"] != WHOLE and each["name"] not in _OWN_PAGES and Path(each["path"]).suffix == ".csv"
    ]
