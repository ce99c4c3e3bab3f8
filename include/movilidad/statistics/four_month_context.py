"""Four months beside their months and the same four months a year before: made of published figures alone."""

from dataclasses import dataclass

import pandas as pd

from movilidad.statistics.comparisons import change, half_up, share_decimals
from movilidad.statistics.revisions import TOTAL_CELL
from movilidad.statistics.specs import load_specs

# what is set beside its months; only departures add up
BESIDE_MONTHS = ("colocados", "salidas", "aplicantes", "empleadores", "trabajadores_reportados")
MONTH, SUM, WHOLE, DIFFERENCE = "mes", "suma_de_los_meses", "cuatrimestre", "diferencia"
CONCEPTS = {
    MONTH: "La cifra de un mes, en su publicación",
    SUM: "La suma de las cuatro",
    WHOLE: "La cifra del cuatrimestre",
    DIFFERENCE: "Cuatrimestre menos suma",
}
RECONCILED = ["indicador", "concepto", "periodo", "publicacion_id", "unidad", "valor", "oculta"]
COMPARED = [
    *("cuadro", "celda", "indicador", "unidad", "valor", "oculta", "base", "base_oculta"),
    *("diferencia", "porcentaje"),
]
YEAR = ["indicador", "titulo", "unidad", "valor", "oculta", "periodo", "publicacion_id"]
# what is told of a whole year: table to date → its total
_OF_THE_YEAR = {
    "colocados_por_sexo_acumulado": ("colocados", "salidas"),
    "aplicantes_por_sexo_acumulado": ("aplicantes",),
    "empleadores_por_pais_acumulado": ("empleadores",),
    "reportados_por_pais_acumulado": ("trabajadores_reportados",),
}
YEAR_TABLES = tuple(_OF_THE_YEAR)
# a change of a percentage, of days or of a cost per person has no percentage
_NO_PERCENT = ("%", "días", "GTQ por persona")


@dataclass(frozen=True)
class FourMonthContext:
    """What a four-month release says beyond its own figures.

    Attributes:
        conciliacion: ``RECONCILED``: each figure of ``BESIDE_MONTHS`` of the four months, their sum, the figure of
            the whole and the difference. ``oculta``: a figure that the protection hides, or that follows from one.
        comparaciones: ``COMPARED``: the figures (``celda`` as JSON) beside those of a year before, where both tell
            the cell; empty if those were not published.
        base: the release of a year before; empty if there is none.
        revisiones: ``context.REVISED``: the totals of the months as each of their releases gave them.
        anio: in the edition that closes a year, what December's monthly release shows of January to December:
            ``YEAR``; empty otherwise.
    """

    conciliacion: pd.DataFrame
    comparaciones: pd.DataFrame
    base: str
    revisiones: pd.DataFrame
    anio: pd.DataFrame


def reconciled(months: pd.DataFrame, whole: pd.DataFrame, period: str) -> pd.DataFrame:
    """The figures of the months, their sum, the figure of the whole, the difference: ``RECONCILED``.

    Args:
        months: ``periodo``, ``publicacion_id``, ``indicador``, ``valor`` (missing where hidden), oldest first.
        whole: headline figures of the four months.
        period: how the four months are written.
    """
    own = {row["indicador"]: row for row in whole.to_dict("records")}
    rows: list[tuple[object, ...]] = []
    for name in BESIDE_MONTHS:
        unit, total = own[name]["unidad"], _known(own[name]["valor"])
        found = months[months["indicador"] == name]
        values = [_known(value) for value in found["valor"]]
        told = zip(found["periodo"], found["publicacion_id"], values, strict=True)
        rows += [(name, MONTH, month, release, unit, value, value is None) for month, release, value in told]
        summed = _sum(values)
        difference = None if summed is None or total is None else total - summed
        rows += [
            (name, SUM, period, "", unit, summed, summed is None),
            (name, WHOLE, period, "", unit, total, total is None),
            (name, DIFFERENCE, period, "", unit, difference, difference is None),
        ]
    return pd.DataFrame(rows, columns=RECONCILED).astype({"valor": "Float64"})


def of_the_year(shown: pd.DataFrame) -> pd.DataFrame:
    """The totals of January to December: ``YEAR``.

    Args:
        shown: rows of December's release about the year to date: ``cuadro``, ``indicador``, ``celda``, ``valor``
            (missing where hidden), ``periodo``, ``publicacion_id``.
    """
    specs = load_specs()
    rows = [
        (
            name,
            specs.indicadores[name].titulo,
            specs.indicadores[name].unidad,
            _known(row["valor"]),
            pd.isna(row["valor"]),
            row["periodo"],
            row["publicacion_id"],
        )
        for table, names in _OF_THE_YEAR.items()
        for name in names
        for row in shown.to_dict("records")
        if (row["cuadro"], row["indicador"], row["celda"]) == (table, name, TOTAL_CELL)
    ]
    return pd.DataFrame(rows, columns=YEAR).astype({"valor": "Float64"})


def compared(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Figures beside earlier ones, with the change: ``COMPARED``.

    Args:
        rows: table, cell, indicator, unit, value, hidden, base, base hidden; None for what is hidden or not told.
    """
    changed = [(*row, *_change(str(row[3]), row[4], row[6])) for row in rows]
    numbers = dict.fromkeys(("valor", "base", "diferencia", "porcentaje"), "Float64")
    return pd.DataFrame(changed, columns=COMPARED, dtype=object).astype(numbers)


def _change(unit: str, value: object, base: object) -> tuple[float | None, float | None]:
    if value is None or base is None:
        return None, None
    difference, percent = change(float(str(value)), float(str(base)))
    told = None if pd.isna(percent) or unit in _NO_PERCENT else half_up(percent, share_decimals(float(str(base))))
    return round(difference, 2), told


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
