"""The tables as SQL: for records that are more than one machine holds, on any engine that knows ``GROUP BY CUBE``.

The same specifications give the same figures as ``cube`` does. The text is standard SQL that PostgreSQL and Spark
both run as it is; it reads one table or view with the columns that ``cube.encode`` reads.
"""

from collections.abc import Iterable, Mapping

from movilidad.model.codelists import TOTAL, UNKNOWN
from movilidad.model.errors import DataError
from movilidad.statistics.contents import CONTENTS
from movilidad.statistics.specs import Dimension, Table, TableSpecs

FIRST = "primera_salida"


def columns_of(specs: TableSpecs, table: Table) -> list[str]:
    """The columns whose distinct values ``table_query`` has to know, each once."""
    return list(dict.fromkeys(specs.dimensiones[name].column for name in table.dimensiones))


def table_query(
    specs: TableSpecs, table: Table, rows: str, values: Mapping[str, Iterable[str | None]], *, many: bool
) -> str:
    """The query that counts a table.

    Args:
        rows: name of the table or view with the population's records.
        values: column → the distinct values that it has.
        many: whether a contributor may have several rows, of which ``primera_salida`` marks the one that counts.

    Returns:
        A query with a column per dimension (codes, ``Total`` for a margin), ``registros`` and ``distintos``: a row
        for every cell and margin with a record. In a hierarchy also the inner codes across their wholes, which
        ``cube.count_table`` leaves out.

    Raises:
        DataError: a value that counts has signs that no code has.
    """
    contributor = CONTENTS[table.poblacion].contributor
    codes = [f"codigo_{number}" for number in range(1, len(table.dimensiones) + 1)]
    shown = [
        f"CASE WHEN GROUPING({code}) = 1 THEN '{TOTAL}' ELSE {code} END AS {name}"
        for code, name in zip(codes, table.dimensiones, strict=True)
    ]
    coded = [
        f"{_coded(specs.dimensiones[name], values)} AS {code}"
        for code, name in zip(codes, table.dimensiones, strict=True)
    ]
    counted = f"CASE WHEN {FIRST} THEN 1 ELSE 0 END" if many else "1"
    persons = "SUM(cuenta)" if table.aditiva else "COUNT(DISTINCT contribuyente)"
    inner = f"SELECT {', '.join(coded)}, {counted} AS cuenta, {contributor} AS contribuyente FROM {rows}"
    return (
        f"SELECT {', '.join(shown)}, COUNT(*) AS registros, {persons} AS distintos\n"
        f"FROM ({inner}) AS codificados\n"
        f"GROUP BY CUBE ({', '.join(codes)})"
    )


def _coded(dimension: Dimension, values: Mapping[str, Iterable[str | None]]) -> str:
    """The code as which a column's value counts: what no list knows, and what is missing, is not stated."""
    found: dict[str, list[str]] = {}
    for value in values[dimension.column]:
        code = dimension.counted_as(value) if value is not None else None
        if value is not None and code not in (None, UNKNOWN):
            found.setdefault(str(code), []).append(_literal(value))
    cases = [
        f"WHEN {dimension.column} IN ({', '.join(known)}) THEN {_literal(code)}" for code, known in found.items()
    ]
    return f"CASE {' '.join(cases)} ELSE '{UNKNOWN}' END" if cases else f"'{UNKNOWN}'"


def _literal(code: str) -> str:
    """A code as text of a query; a DataError if it has signs that engines read differently."""
    if not all(char.isalnum() or char in "-_/.+ " for char in code):
        raise DataError("un código de una lista tiene signos que no son de un código", place="include/codelists")
    return f"'{code}'"
