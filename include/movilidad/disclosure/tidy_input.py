"""Anyone's tidy CSV, microdata or counts, as the finest data that ``relate`` takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from movilidad.disclosure.block import Key
from movilidad.disclosure.csv_input import read_text_table
from movilidad.disclosure.hierarchies import Hierarchy
from movilidad.disclosure.margins import require_agreement
from movilidad.disclosure.scales import require_known
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError, UsageError
from movilidad.statistics.cube import CONTRIBUTORS

VALUE = "valor"
RESERVED = (VALUE, CONTRIBUTORS, "valor_real", "estado_conf", "estado", "regla")

_LARGEST = 2**53  # beyond this not every whole number can be told from the next


@dataclass(frozen=True)
class TidyInput:
    """What the file says.

    Attributes:
        detail: one row per combination: the dimensions, ``valor`` and ``contribuyentes``.
        contributors: distinct contributors of the sums for which the file gives them.
    """

    detail: pd.DataFrame
    contributors: dict[Key, float]


def read_tidy(
    path: Path, dimensions: list[str], value: str | None, hierarchies: Mapping[str, Hierarchy]
) -> TidyInput:
    """Read and check a file.

    Args:
        dimensions: the columns that are dimensions.
        value: the column of the counts; None if each row is one person.
        hierarchies: dimension → sums of its codes; rows of sums must agree with their parts.

    Raises:
        UsageError: the file does not have a column that was named.
        DataError: no rows, null codes, counts that are none, repeated cells, margins that do not agree.
    """
    table = read_text_table(path)
    _require_columns(table, [*dimensions, *([value] if value else [])], path)
    if table.empty:
        raise DataError("el archivo no tiene filas", place=path.name)
    _require_codes(table, dimensions, path)
    rows = table[dimensions].copy()
    if value is None:
        counts = rows.groupby(dimensions, as_index=False).size().rename(columns={"size": VALUE})
        return TidyInput(_inner_only(counts, dimensions, hierarchies, path), {})
    rows[VALUE] = _counts(table[value], path)
    rows[CONTRIBUTORS] = _counts(table[CONTRIBUTORS], path) if CONTRIBUTORS in table else rows[VALUE]
    _require_contributors(rows, path)
    return _split(rows, dimensions, hierarchies, path, stated=CONTRIBUTORS in table)


def _require_columns(table: pd.DataFrame, names: list[str], path: Path) -> None:
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise UsageError(
            f"el archivo no tiene la columna «{missing[0]}»",
            place=path.name,
            remedy=f"use las columnas que tiene: {', '.join(table.columns)}",
        )


def _require_codes(table: pd.DataFrame, dimensions: list[str], path: Path) -> None:
    for name in dimensions:
        empty = int((table[name] == "").sum())
        if empty:
            raise DataError(
                f"la dimensión «{name}» tiene códigos vacíos",
                place=path.name,
                rows=empty,
                remedy="lo que no se sabe lleva un código propio, por ejemplo ND",
            )


def _counts(column: pd.Series, path: Path) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    problems = {
        "celdas sin número": ~np.isfinite(numbers),
        "cuentas negativas": numbers < 0,
        "cuentas con fracciones": numbers % 1 != 0,
        "cuentas demasiado grandes": numbers > _LARGEST,
    }
    for problem, where in problems.items():
        if where.any():
            raise DataError(
                f"la columna «{column.name}» tiene {problem}",
                place=path.name,
                rows=int(where.sum()),
                remedy="una cuenta es un número entero, 0 o más, sin separador de miles",
            )
    return numbers


def _require_contributors(rows: pd.DataFrame, path: Path) -> None:
    nobody = (rows[VALUE] > 0) & (rows[CONTRIBUTORS] == 0)
    if nobody.any():
        raise DataError("hay celdas con valor y sin contribuyentes", place=path.name, rows=int(nobody.sum()))


def _split(
    rows: pd.DataFrame, dimensions: list[str], hierarchies: Mapping[str, Hierarchy], path: Path, *, stated: bool
) -> TidyInput:
    """Inner cells, and margins that are checked against them."""
    repeated = int(rows.duplicated(dimensions).sum())
    if repeated:
        raise DataError(
            "hay celdas repetidas",
            place=path.name,
            rows=repeated,
            remedy="súmelas, o nombre en --dims también la columna que las distingue",
        )
    is_sum = _is_sum(rows, dimensions, hierarchies)
    detail, sums = rows[~is_sum], rows[is_sum]
    if detail.empty:
        raise DataError("el archivo solo tiene márgenes", place=path.name, remedy="agregue las celdas interiores")
    for name, hierarchy in hierarchies.items():
        require_known(name, detail[name], hierarchy)
    require_agreement(detail, sums, dimensions, hierarchies)
    contributors = sums[CONTRIBUTORS].tolist() if stated else []
    return TidyInput(detail.reset_index(drop=True), dict(zip(_keys(sums, dimensions), contributors, strict=False)))


def _is_sum(rows: pd.DataFrame, dimensions: list[str], hierarchies: Mapping[str, Hierarchy]) -> pd.Series:
    found = (rows[dimensions] == TOTAL).any(axis=1)
    for name, hierarchy in hierarchies.items():
        found |= rows[name].isin(hierarchy.children)
    return found


def _keys(rows: pd.DataFrame, dimensions: list[str]) -> list[Key]:
    names = sorted(dimensions)
    return [
        tuple((name, code) for name, code in zip(names, codes, strict=True) if code != TOTAL)
        for codes in rows[names].itertuples(index=False)
    ]


def _inner_only(
    counts: pd.DataFrame, dimensions: list[str], hierarchies: Mapping[str, Hierarchy], path: Path
) -> pd.DataFrame:
    sums = _is_sum(counts, dimensions, hierarchies)
    if sums.any():
        raise DataError(
            "hay personas con un código que es suma de otros",
            place=path.name,
            rows=int(counts.loc[sums, VALUE].sum()),
            remedy="si el archivo trae cuentas y no personas, diga su columna con --value",
        )
    for name, hierarchy in hierarchies.items():
        require_known(name, counts[name], hierarchy)
    return counts.assign(**{CONTRIBUTORS: counts[VALUE]})
