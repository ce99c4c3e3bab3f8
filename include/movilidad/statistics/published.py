"""Figures that readers have: those of earlier releases and those that the month's own release shows.

One row per figure: ``periodo`` (``2026-10``), ``cuadro``, ``indicador``, ``celda`` (canonical JSON), ``valor``
(Float64; missing where hidden). A figure that no release ever gave has no row.
"""

import json
from functools import lru_cache

import pandas as pd

from movilidad.model.codelists import REMAINDER, TOTAL
from movilidad.statistics.revisions import TOTAL_CELL
from movilidad.statistics.specs import load_specs
from movilidad.statistics.tables import MonthTables

COLUMNS = ["periodo", "cuadro", "indicador", "celda", "valor"]
SUMMARY = "resumen"
# states as SDMX's CL_OBS_STATUS has them
SHOWN, HIDDEN, ABSENT = "A", "Q", "O"
NOT_COMPARED = "L"  # exists, and is older than what is read

_GROUP = ["periodo", "cuadro", "indicador"]


@lru_cache
def breakdowns() -> dict[str, str]:
    """The month's simple breakdowns of the placed and the dimension of each, in the order of ``cuadros.yml``."""
    return {
        name: table.dimensiones[0]
        for name, table in load_specs().of_kind("mes").items()
        if table.poblacion == "colocados" and len(table.dimensiones) == 1
    }


def own_figures(tables: MonthTables) -> pd.DataFrame:
    """The figures of a month's protected tables."""
    period = str(tables.month)
    headlines = zip(*(tables.resumen[name] for name in ("indicador", "valor", "estado_conf")), strict=True)
    rows = [
        (period, SUMMARY, indicator, TOTAL_CELL, value)
        for indicator, value, confidential in headlines
        if confidential == "C"
        or not pd.isna(value)  # what nobody knows, such as a median of nothing, is no figure
    ]
    for name, dimension in breakdowns().items():
        if name in tables.cuadros:
            frame = tables.cuadros[name]
            figures = zip(frame[dimension], frame["indicador"], frame["valor"], strict=True)
            rows += [
                (period, name, indicator, cell_of(dimension, code), value) for code, indicator, value in figures
            ]
    return as_figures(rows)


def as_figures(rows: list[tuple[str, str, str, str, float | None]]) -> pd.DataFrame:
    """Rows as the frame of this module, also if there are none."""
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype({"valor": "Float64"})


def cell_of(dimension: str, code: str) -> str:
    """The canonical text of a category's cell; ``{}`` for the margin."""
    return TOTAL_CELL if code == TOTAL else json.dumps({dimension: code}, ensure_ascii=False)


def category_of(cell: str) -> tuple[str, str]:
    """Dimension and code of a cell; ``Total`` twice for the total."""
    found: dict[str, str] = json.loads(cell)
    return next(iter(found.items()), (TOTAL, TOTAL))


def comparable(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures that can be followed through time, each once, with its ``estado`` (shown or hidden).

    Totals are those of the summary. A category that has no row is zero if the shown ones are the whole: so much
    any reader can work out. Otherwise it stays without a row. What is protected together differs from month to
    month and is left out.
    """
    total = figures["celda"] == TOTAL_CELL
    rest = figures["celda"].map(lambda cell: category_of(cell)[1] == REMAINDER)
    headline = figures["cuadro"] == SUMMARY
    parts = figures[~total & ~rest]
    found = pd.concat([figures[headline], parts, _zeros(figures[total & ~headline], parts)], ignore_index=True)
    return found.assign(estado=[HIDDEN if missing else SHOWN for missing in found["valor"].isna()])


def _zeros(margins: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """The categories of other months in the tables whose shown categories sum to their shown total."""
    shown = parts.groupby(_GROUP, sort=False)["valor"].sum().rename("suma").reset_index()
    whole = margins.merge(shown, on=_GROUP, how="left")
    whole = whole[(whole["valor"] == whole["suma"].fillna(0)).fillna(False).astype(bool)]
    categories = parts[["cuadro", "indicador", "celda"]].drop_duplicates()
    every = whole[_GROUP].merge(categories, on=["cuadro", "indicador"])
    known = pd.MultiIndex.from_frame(parts[[*_GROUP, "celda"]])
    missing = every[~pd.MultiIndex.from_frame(every[[*_GROUP, "celda"]]).isin(known)]
    return missing.assign(valor=pd.array([0.0] * len(missing), dtype="Float64"))[COLUMNS]
