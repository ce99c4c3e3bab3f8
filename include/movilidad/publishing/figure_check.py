"""Whether the public figures of a release agree with each other and hide what must be hidden."""

from collections.abc import Iterator
from decimal import Decimal

from movilidad.model.codelists import TOTAL
from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.sheets import HIDDEN, STATES
from movilidad.publishing.tables_read import PublishedTable
from movilidad.statistics.specs import TO_DATE, load_specs

_SUMMARY = "resumen"
# files whose rows are not the parts of a total
_NO_SUMS = ("salarios_", "espejo", "acciones_cantidades", "denuncias_plazos", "presupuesto", "metas_fisicas")
# units behind which stand persons, or records of them
_OF_PERSONS = ("personas", "salidas", "inscripciones", "denuncias", "registros", "celdas", "solicitudes")

_Cells = dict[tuple[str, ...], Decimal | None]


def totals(tables: list[PublishedTable]) -> Finding:
    """Every breakdown sums to its total, and its total is the one that the summary prints."""
    summary = {row["indicador"]: row["valor"] for table in _named(tables, _SUMMARY) for row in table.records()}
    breakdowns = [
        table
        for table in tables
        if table.cifras and table.dimensions and not table.nombre.startswith(_NO_SUMS) and _adds(table)
    ]
    problems = [problem for table in breakdowns for problem in _unequal(table, summary)]
    if not breakdowns:
        problems.append("no hay ningún desglose")
    if problems:
        return Finding("totales", False, f"Desgloses que no suman su total: {listed(problems)}.")
    return Finding("totales", True, f"Los {len(breakdowns):,} desgloses suman los totales impresos.")


def minimum(tables: list[PublishedTable], smallest: int) -> Finding:
    """No shown count of people lies under the minimum frequency (zero tells of nobody), no hidden one is shown."""
    problems = []
    for table in tables:
        for row in table.records() if table.cifras and "valor" in table.encabezado else []:
            hidden = all(row.get(name) == code for name, code in HIDDEN.items())
            shown = row["estado_conf"] == STATES["estado_conf"]
            value = Decimal(row["valor"]) if row["valor"] else None
            small = value is not None and row["unidad"] in _OF_PERSONS and 0 < value < smallest
            if small or (hidden and value is not None) or not (hidden or shown):
                problems.append(f"{table.nombre}, {row['indicador']}")
    if problems:
        return Finding("frecuencia_minima", False, f"Celdas a la vista que debían ocultarse: {listed(problems)}.")
    return Finding("frecuencia_minima", True, f"Ningún conteo a la vista es menor que {smallest}, salvo cero.")


def _unequal(table: PublishedTable, summary: dict[str, str]) -> Iterator[str]:
    records = table.records()
    for indicator in dict.fromkeys(row["indicador"] for row in records):
        cells: _Cells = {
            tuple(row[name] for name in table.dimensions): Decimal(row["valor"]) if row["valor"] else None
            for row in records
            if row["indicador"] == indicator
        }
        declared = load_specs().find(table.nombre)
        if not (_fits(cells) if declared and declared.cruce else _adds_up(cells, len(table.dimensions))):
            yield f"{table.nombre}, {indicator}"
        if table.nombre.endswith(TO_DATE):
            continue
        total = cells.get((TOTAL,) * len(table.dimensions))
        if indicator in summary and total != (Decimal(summary[indicator]) if summary[indicator] else None):
            yield f"{table.nombre}, {indicator}: el total no es el del resumen"


def _fits(cells: _Cells) -> bool:
    """Whether in a crossing the shown cells of every line fit into its margin."""
    lines: dict[tuple[int, tuple[str, ...]], list[Decimal | None]] = {}
    for cell, value in cells.items():
        for place, code in enumerate(cell):
            if code != TOTAL:
                lines.setdefault((place, (*cell[:place], TOTAL, *cell[place + 1 :])), []).append(value)
    for (_, margin), parts in lines.items():
        whole, shown = cells.get(margin), [value for value in parts if value is not None]
        if whole is not None and sum(shown) > whole:
            return False
    return True


def _adds_up(cells: _Cells, depth: int) -> bool:
    """Whether the parts of every shown margin sum to it, level by level; a hidden total has no shown part."""
    for level in range(depth):
        parents = {cell[:level] for cell in cells if TOTAL not in cell[:level]}
        for parent in parents:
            margin = cells.get((*parent, *(TOTAL,) * (depth - level)))
            parts = [
                value
                for cell, value in cells.items()
                if cell[:level] == parent and cell[level] != TOTAL and set(cell[level + 1 :]) <= {TOTAL}
            ]
            shown = [value for value in parts if value is not None]
            if (margin is None and any(shown)) or (margin is not None and sum(shown) != margin):
                return False
    return True


def _adds(table: PublishedTable) -> bool:
    declared = load_specs().find(table.nombre)
    return declared is None or declared.aditiva


def _named(tables: list[PublishedTable], name: str) -> list[PublishedTable]:
    return [table for table in tables if table.nombre == name]
