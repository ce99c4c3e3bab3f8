"""A table over time: its newest figure for each period, from the joined files in ``series/``."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Period
from movilidad.publishing.portal.tables import MISSING, SUMMARY, Cell, Table
from movilidad.publishing.series import FOLDER

SHOWN = 25  # periods in a page's table; the files have all


@dataclass(frozen=True)
class Timeline:
    """Figures of one indicator, category by category.

    Attributes:
        periodos: oldest first; a period that was never published is not among them.
        codigos, nombres: the categories, the total first.
        celdas: by category and period.
    """

    indicador: str
    periodos: tuple[Period, ...]
    codigos: tuple[str, ...]
    nombres: dict[str, str]
    celdas: dict[tuple[str, str], Cell]

    def line(self, code: str) -> list[Cell]:
        """The cells of a category, period by period."""
        return [self.celdas.get((code, period), MISSING) for period in self._keys]

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(map(str, self.periodos))

    def values(self, code: str) -> list[float | None]:
        return [cell.number for cell in self.line(code)]

    @property
    def recent(self) -> Sequence[Period]:
        """The last periods, newest first."""
        return self.periodos[-SHOWN:][::-1]


def file_of(publications: Path, series: str, table: str) -> Path:
    """The joined file of a table."""
    return publications / FOLDER / series / "datos" / f"{table}.csv"


def hashes(publications: Path, series: str) -> dict[str, str]:
    """The hash of each joined file, by its path in a release."""
    file = publications / FOLDER / series / "datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"resources": ()}
    return {each["path"]: each["hash"] for each in package["resources"]}


def timeline(publications: Path, table: Table) -> Timeline | None:
    """A table of one dimension over time, by its first indicator; None for other tables."""
    file = file_of(publications, table.edition.serie, table.name)
    if len(table.dimensions) != 1 or not table.has_figures or not file.is_file() or not table.indicators:
        return None
    return _read(file, file.stat().st_mtime_ns, table.dimensions[0], next(iter(table.indicators)))


def by_category(publications: Path, series: str, table: str, dimension: str, indicator: str) -> Timeline | None:
    """One indicator of a table over time, by the categories of a dimension; None while there is no such file."""
    file = file_of(publications, series, table)
    return _read(file, file.stat().st_mtime_ns, dimension, indicator) if file.is_file() else None


def summary_timelines(publications: Path, series: str) -> dict[str, Timeline]:
    """The main figures over time, by indicator."""
    file = file_of(publications, series, SUMMARY)
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    periods = tuple(Period.parse(text) for text in dict.fromkeys(row["periodo"] for row in rows))
    found = {}
    for indicator in dict.fromkeys(row["indicador"] for row in rows):
        cells = {
            (TOTAL, row["periodo"]): Cell(row["valor"], row["estado_obs"], row["estado_conf"])
            for row in rows
            if row["indicador"] == indicator
        }
        found[indicator] = Timeline(indicator, periods, (TOTAL,), {TOTAL: "Total"}, cells)
    return found


@lru_cache(maxsize=2)  # the pages of the two languages are made one after the other
def _read(file: Path, written: int, dimension: str, indicator: str) -> Timeline:
    names: dict[str, str] = {}
    cells: dict[tuple[str, str], Cell] = {}
    periods: dict[str, None] = {}
    with file.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        header = {name: place for place, name in enumerate(next(reader))}
        label = header.get(f"{dimension}_nombre", header[dimension])
        wanted = [header[name] for name in ("periodo", dimension, "valor", "estado_obs", "estado_conf")]
        for row in reader:
            if row[header["indicador"]] == indicator:
                period, code, value, observed, confidential = (row[place] for place in wanted)
                periods[period] = None
                names[code] = row[label]
                cells[code, period] = Cell(value, observed, confidential)
    codes = tuple(sorted(names, key=lambda code: code != TOTAL))
    return Timeline(indicator, tuple(Period.parse(text) for text in periods), codes, names, cells)
