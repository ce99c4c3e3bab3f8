"""Whether series, comparisons and mirrors of a release agree with its own figures and with each other."""

from collections.abc import Iterator
from decimal import Decimal
from math import isnan

from movilidad.model.codelists import TOTAL
from movilidad.publishing.csv_text import number_cell
from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.tables_read import PublishedTable
from movilidad.statistics.comparisons import YEAR_TO_DATE, change, half_up, share_decimals
from movilidad.statistics.mirror import months_of, our_cell, ratio
from movilidad.statistics.published import SUMMARY, breakdowns, category_of
from movilidad.statistics.to_date import tables_to_date

_Row = dict[str, str]
_Series = dict[tuple[str, str, str, str], str]  # indicator, dimension, category, month → value


def comparisons(tables: list[PublishedTable]) -> Finding:
    """Own figures are in the series as in their tables, what is compared as in the series; the sums are right."""
    files = {table.nombre: table.records() for table in tables}
    series = {
        (row["indicador"], row["desglose"], row["categoria"], row["periodo_cifra"]): row["valor"]
        for row in files.get("series", [])
    }
    problems = [*_of_the_month(files, series)]
    for row in files.get("comparaciones", []):
        if row["comparacion"] == YEAR_TO_DATE and row["indicador"] in tables_to_date():
            problems += _to_date(row, files)
        elif problem := _compared(row, series):
            problems.append(problem)
    problems += [problem for row in files.get("espejo_comparado", []) if (problem := _mirrored(row, series))]
    if problems:
        return Finding(
            "comparaciones", False, f"Comparaciones que no corresponden a sus cifras: {listed(problems)}."
        )
    return Finding(
        "comparaciones", True, f"Las {len(series):,} cifras de las series y sus comparaciones concuerdan."
    )


def _of_the_month(files: dict[str, list[_Row]], series: _Series) -> Iterator[str]:
    for name, dimension in {SUMMARY: TOTAL, **breakdowns()}.items():
        for row in files.get(name, []):
            code = row.get(dimension, TOTAL)
            told = series.get((row["indicador"], dimension if code != TOTAL else TOTAL, code, row["periodo"]))
            if told is not None and told != row["valor"]:
                yield f"series, {name}, {row['indicador']}"


def _to_date(row: _Row, files: dict[str, list[_Row]]) -> Iterator[str]:
    """The year to date stands in a table of its own; last year's in a release that is not here."""
    table = tables_to_date()[row["indicador"]]
    own = {each["valor"] for each in files.get(table, []) if _is_total(each, row["indicador"])}
    if own != {row["valor"]} or not changes_follow(row):
        yield f"comparaciones, {row['indicador']}, {row['periodo_cifra']}"


def _is_total(row: _Row, indicator: str) -> bool:
    return row["indicador"] == indicator and TOTAL in row.values()


def _compared(row: _Row, series: _Series) -> str | None:
    place = (row["indicador"], row["desglose"], row["categoria"])
    pairs = ((row["valor"], row["periodo_cifra"]), (row["base"], row["periodo_base"]))
    right = all(value == _sum(series, place, period) for value, period in pairs)
    return None if right and changes_follow(row) else f"comparaciones, {', '.join(place)}"


def changes_follow(row: _Row) -> bool:
    """Whether difference and percentage follow from the figures; a percentage may be left out, never made up."""
    if not row["valor"] or not row["base"]:
        return row["diferencia"] == row["porcentaje"] == ""
    base = float(row["base"])
    difference, percent = change(float(row["valor"]), base)
    rounded = "" if isnan(percent) else number_cell(half_up(percent, share_decimals(base)))
    return row["diferencia"] == number_cell(round(difference, 2)) and row["porcentaje"] in ("", rounded)


def _mirrored(row: _Row, series: _Series) -> str | None:
    place = ("salidas", *category_of(our_cell(row["pais"], row["categoria"])))
    ours = _sum(series, place, row["periodo_cifra"])
    right = row["salidas"] == ours and row["razon"] == (
        number_cell(ratio(float(ours), float(row["valor"]))) if ours and row["valor"] else ""
    )
    return None if right else f"espejo_comparado, {row['periodo_cifra']}"


def _sum(series: _Series, place: tuple[str, str, str], period: str) -> str:
    """The sum of the months as a cell has it; empty if one of them is not shown."""
    values = [series.get((*place, str(month)), "") for month in months_of(period)]
    return number_cell(sum(map(Decimal, values))) if all(values) else ""
