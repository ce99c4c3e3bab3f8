"""What must agree within finished tables, laid out for the suite ``cuadros`` to judge."""

from collections.abc import Iterator, Mapping

import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.statistics.parts import Table
from movilidad.statistics.specs import TO_DATE, load_specs

_PERSONS, _DEPARTURES = "colocados", "salidas"


def consistency_frames(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Cells, sums, totals and pairs of the tables of ``cuadros.yml`` (table name → tidy frame, before protection).

    Returns:
        ``celdas`` (cuadro, indicador, valor), ``sumas`` (cuadro, dimension, indicador, partes, total), ``totales``
        (indicador, menor, mayor), ``pares`` (cuadro, personas, salidas).
    """
    known = {name: (table, frame) for name, frame in tables.items() if (table := load_specs().find(name))}
    return {
        "celdas": _cells({name: frame for name, (_, frame) in known.items()}),
        "sumas": pd.DataFrame(
            [row for name, (table, frame) in known.items() for row in _sums(name, table, frame)],
            columns=["cuadro", "dimension", "indicador", "partes", "total"],
        ),
        "totales": _totals(known),
        "pares": _pairs(known),
    }


def _cells(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    parts = [frame[["indicador", "valor"]].assign(cuadro=name) for name, frame in tables.items()]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["cuadro", "indicador", "valor"])


def _sums(name: str, table: Table, frame: pd.DataFrame) -> Iterator[tuple[str, str, str, int, int]]:
    """Of each dimension the parts and the total; of the inner one of a hierarchy, within the outer codes shown."""
    if not table.aditiva:
        return
    dimensions = list(table.dimensiones)
    for indicator, rows in frame.groupby("indicador", sort=False):
        margins = rows[dimensions] == TOTAL
        for dimension in dimensions:
            others = [each for each in dimensions if each != dimension]
            inside = table.jerarquia and dimension == dimensions[-1]
            parts = rows[
                ~margins[dimension] & (~margins[others].any(axis=1) if inside else margins[others].all(axis=1))
            ]
            if parts.empty:
                continue
            whole = rows[margins[dimension]]
            whole = (
                whole[whole[dimensions[-2]].isin(parts[dimensions[-2]].unique())]
                if inside
                else whole[margins.loc[whole.index, others].all(axis=1)]
            )
            yield name, dimension, str(indicator), int(parts["valor"].sum()), int(whole["valor"].sum())


def _totals(tables: Mapping[str, tuple[Table, pd.DataFrame]]) -> pd.DataFrame:
    """The least and the greatest grand total of each indicator, of the period and of the year to date apart."""
    found: dict[str, list[int]] = {}
    for name, (table, frame) in tables.items():
        whole = frame[(frame[list(table.dimensiones)] == TOTAL).all(axis=1)]
        for indicator, value in zip(whole["indicador"], whole["valor"], strict=True):
            found.setdefault(f"{indicator}{TO_DATE if name.endswith(TO_DATE) else ''}", []).append(int(value))
    rows = [(indicator, min(values), max(values)) for indicator, values in found.items()]
    return pd.DataFrame(rows, columns=["indicador", "menor", "mayor"])


def _pairs(tables: Mapping[str, tuple[Table, pd.DataFrame]]) -> pd.DataFrame:
    """Persons and departures of the same cell, where a table gives both."""
    parts = []
    for name, (table, frame) in tables.items():
        if {_PERSONS, _DEPARTURES} <= set(table.indicadores):
            dimensions = list(table.dimensiones)
            persons, departures = (
                frame.loc[frame["indicador"] == indicator, [*dimensions, "valor"]]
                for indicator in (_PERSONS, _DEPARTURES)
            )
            both = persons.merge(departures, on=dimensions, suffixes=("_personas", "_salidas"))
            parts.append(
                both[["valor_personas", "valor_salidas"]]
                .set_axis(["personas", "salidas"], axis=1)
                .assign(cuadro=name)
            )
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["cuadro", "personas", "salidas"])
    )
