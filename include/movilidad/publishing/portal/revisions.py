"""How published figures changed: the history of revisions, and the triangle of totals by period and delay."""

from dataclasses import dataclass

from movilidad.publishing.portal.standing import Edition, Issue, Standing
from movilidad.publishing.portal.tables import Cell

CHANGES = "datos/cambios.csv"
_VINTAGES = "datos/revisiones.csv"
_SHOWN = 12  # changed figures in the page; the file has all


@dataclass(frozen=True)
class Revised:
    """A revision with the figures that it changed."""

    edition: Edition
    cambios: int
    muestra: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Triangle:
    """What was published of an indicator for each period (rows), by months after the period (columns)."""

    indicador: str
    unidad: str
    demoras: tuple[int, ...]
    periodos: tuple[str, ...]
    celdas: dict[tuple[str, int], Cell]


def revised(issue: Issue) -> list[Revised]:
    """The revisions of a period that followed another one, newest first."""
    found = []
    for edition in issue.editions:
        if edition.revision > 1 and not edition.retirada:
            rows = edition.rows(CHANGES)
            first = [row for row in rows if row["cuadro"] == "resumen"] or rows
            found.append(Revised(edition, len(rows), tuple(first[:_SHOWN])))
    return found


def triangles(found: Standing, series: str) -> list[Triangle]:
    """One triangle for each total that releases keep, of the newest releases' own lists, newest period first."""
    cells: dict[str, dict[tuple[str, int], Cell]] = {}
    units: dict[str, str] = {}
    for row in _vintages(found, series):
        cell = Cell(row["valor"], row["estado_obs"], row["estado_conf"])
        units[row["indicador"]] = row["unidad"]
        # of several releases with the same delay the last one counts: rows stand in their order
        cells.setdefault(row["indicador"], {})[row["periodo_cifra"], int(row["demora"])] = cell
    result = []
    for indicator, known in cells.items():
        delays = tuple(sorted({delay for _, delay in known}))
        periods = tuple(sorted({period for period, _ in known}, reverse=True))
        result.append(Triangle(indicator, units[indicator], delays, periods, known))
    return result


def _vintages(found: Standing, series: str) -> list[dict[str, str]]:
    """Rows of every 24th release, so that all periods are there, oldest first; newer lists win."""
    newest = [issue.current for issue in found.of(series) if issue.current]
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for edition in reversed(newest[::24]):
        for row in edition.rows(_VINTAGES):
            rows[row["indicador"], row["periodo_cifra"], row["publicacion"]] = row
    return list(rows.values())
