"""Whether each CSV file of a release is as its schema says."""

import re
from collections.abc import Iterator

from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.tables_read import PublishedTable

_FORMS = {
    "string": re.compile(r".*", re.DOTALL),
    "integer": re.compile(r"-?\d+"),
    "number": re.compile(r"-?\d+(\.\d+)?"),
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "yearmonth": re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
}


def schemas(tables: list[PublishedTable]) -> Finding:
    """Header, types, required cells and unique keys of every file."""
    problems = [problem for table in tables for problem in _problems(table)]
    if problems:
        return Finding("esquemas", False, f"Archivos que no cumplen su esquema: {listed(problems)}.")
    return Finding("esquemas", True, f"Los {len(tables):,} archivos CSV cumplen su esquema.")


def _problems(table: PublishedTable) -> Iterator[str]:
    names = [field["name"] for field in table.campos]
    if list(table.encabezado) != names:
        yield f"{table.nombre}: el encabezado no es el declarado"
        return
    if wrong := sum(len(row) != len(names) for row in table.filas):
        yield f"{table.nombre}: {wrong:,} filas con otro número de columnas"
        return
    for position, field in enumerate(table.campos):
        form = _FORMS[field["type"]]
        constraints = field.get("constraints", {})
        cells = [row[position] for row in table.filas]
        if wrong := sum(bool(cell) and not form.fullmatch(cell) for cell in cells):
            yield f"{table.nombre}: {wrong:,} celdas de «{field['name']}» no son de tipo {field['type']}"
        if (codes := constraints.get("enum")) and (foreign := sum(bool(c) and c not in codes for c in cells)):
            yield f"{table.nombre}: {foreign:,} celdas de «{field['name']}» no son códigos de su lista"
        if constraints.get("required") and (empty := cells.count("")):
            yield f"{table.nombre}: {empty:,} celdas vacías en «{field['name']}»"
    keys = [tuple(record[name] for name in table.clave) for record in table.records()] if table.clave else []
    if len(set(keys)) != len(keys):
        yield f"{table.nombre}: hay claves repetidas"
