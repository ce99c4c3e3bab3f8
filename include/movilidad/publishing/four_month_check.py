"""Whether a four-month release agrees with its months, and its comparisons with its figures."""

from collections.abc import Iterator
from decimal import Decimal

from movilidad.publishing.context_check import changes_follow
from movilidad.publishing.csv_text import number_cell
from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.tables_read import PublishedTable
from movilidad.statistics.four_month_context import DIFFERENCE, MONTH, SUM, WHOLE

_Row = dict[str, str]
_ADDITIVE = "salidas"


def months_agree(tables: list[PublishedTable]) -> Finding:
    """Departures are the sum of the months', persons are not more than it; what is compared is computed right."""
    files = {table.nombre: table.records() for table in tables}
    summary = {row["indicador"]: row["valor"] for row in files.get("resumen", [])}
    rows = files.get("conciliacion", [])
    names = list(dict.fromkeys(row["indicador"] for row in rows))
    problems = [] if names else ["falta la conciliación con los meses"]
    for name in names:
        problems += _unequal(name, [row for row in rows if row["indicador"] == name], summary.get(name, ""))
    problems += [
        f"anio_anterior, {row['cuadro']}" for row in files.get("anio_anterior", []) if not changes_follow(row)
    ]
    if problems:
        return Finding("meses", False, f"No concuerdan: {listed(problems)}.")
    return Finding("meses", True, f"Las {len(names):,} cifras de los meses concuerdan con las del cuatrimestre.")


def _unequal(name: str, rows: list[_Row], printed: str) -> Iterator[str]:
    months = [row["valor"] for row in rows if row["concepto"] == MONTH]
    told = {row["concepto"]: row["valor"] for row in rows if row["concepto"] != MONTH}
    summed = number_cell(sum(map(Decimal, months))) if months and all(months) else ""
    if told.get(WHOLE) != printed or told.get(SUM) != summed:
        yield f"conciliacion, {name}"
    elif printed and summed:
        difference = Decimal(printed) - Decimal(summed)
        wrong = difference > 0 or (name == _ADDITIVE and difference != 0)
        if wrong or told.get(DIFFERENCE) != number_cell(difference):
            yield f"{name}: el cuatrimestre no concuerda con la suma de sus meses"
