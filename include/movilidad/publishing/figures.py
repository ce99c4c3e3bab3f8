"""The public figures of a release as one mapping: for fingerprints and for differences between revisions."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from movilidad.publishing.sheets import DATE, PERIOD, VERSION, Sheet
from movilidad.publishing.tables_read import read_tables

LISTED = "anotado"  # indicator of the entries of a list: how often an entry stands there

_STAMPS = {PERIOD.nombre, VERSION.nombre, DATE.nombre}


class Place(NamedTuple):
    """Where a figure stands: file, codes of the cell as JSON, indicator."""

    cuadro: str
    celda: str
    indicador: str


class Figure(NamedTuple):
    """What stands there, as the CSV has it."""

    valor: str
    estado_conf: str


Figures = dict[Place, Figure]


def figures_of(sheets: Iterable[Sheet]) -> Figures:
    """The figures of sheets that are about to be written."""
    found: Figures = {}
    for sheet in sheets:
        rows = [dict(zip(sheet.header, row, strict=True)) for row in sheet.filas]
        found |= _figures(sheet.nombre, sheet.key, rows)
    return found


def published_figures(folder: Path) -> Figures:
    """The figures in the CSV files of a release's folder; a DataError if they cannot be read."""
    found: Figures = {}
    for table in read_tables(folder):
        if table.cifras:
            found |= _figures(table.nombre, table.clave, table.records())
    return found


def fingerprint(figures: Figures, notes: Mapping[str, str]) -> str:
    """SHA-256 over figures and notes; order, labels, revision and date do not count."""
    content = [sorted([*place, *figure] for place, figure in figures.items()), dict(notes)]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _figures(name: str, key: Sequence[str], rows: list[dict[str, str]]) -> Figures:
    if not key:
        return _entries(name, rows)
    dimensions = [column for column in key if column not in {*_STAMPS, "indicador"}]
    return {
        Place(name, _cell(row, dimensions), row["indicador"]): Figure(row["valor"], row["estado_conf"])
        for row in rows
    }


def _entries(name: str, rows: list[dict[str, str]]) -> Figures:
    """A list without figures: each entry counts how often it stands there."""
    cells = Counter(_cell(row, [column for column in row if column not in _STAMPS]) for row in rows)
    return {Place(name, cell, LISTED): Figure(str(times), "F") for cell, times in cells.items()}


def _cell(row: Mapping[str, str], columns: Sequence[str]) -> str:
    return json.dumps({column: row[column] for column in columns}, ensure_ascii=False)
