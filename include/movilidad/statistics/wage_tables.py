"""Wage statistics of persons by one dimension at a time: quantiles and mean of comparable wages.

A person counts with the wage of her first departure. Quantiles interpolate linearly between ordered wages (numpy's
default, type 7 of Hyndman and Fan). The mean is rounded coarsely: from two revisions of a fine one the wage of the
person who was added could be computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from movilidad.model.codelists import TOTAL
from movilidad.statistics.columns import coded
from movilidad.statistics.cube import Encoded

DIMENSIONS = ("pais", "tipo_visa", "sector", "ocupacion", "sexo")
QUANTILES = {"mediana": 0.5, "p25": 0.25, "p75": 0.75, "p10": 0.1, "p90": 0.9}
MEAN = "media"
# what stands behind a figure: for the protection only, which takes it away
SUPPORT = ("personas", "empleadores", "suma", "mayor", "segundo")

_MOST_PAIRS = 20_000_000  # above, only the pairs of category and employer that occur are kept
_Floats = npt.NDArray[np.float64]
_Integers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Measure:
    """A comparable wage: column of the population, unit, decimals of quantiles, to what a mean is rounded."""

    nombre: str
    unidad: str
    decimales: int
    redondeo_media: float

    def indicator(self, statistic: str) -> str:
        """``salario_mensual_gtq_p25``."""
        return f"{self.nombre}_{statistic}"


MONTHLY = Measure("salario_mensual_gtq", "GTQ por mes", 0, 100)
HOURLY = Measure("salario_hora_usd", "USD por hora", 2, 0.1)
MEASURES = (MONTHLY, HOURLY)


def table_name(dimension: str) -> str:
    """``salarios_por_pais``."""
    return f"salarios_por_{dimension}"


def wage_tables(population: pd.DataFrame, encoded: Encoded) -> dict[str, pd.DataFrame]:
    """One table per dimension that the cube knows.

    Args:
        population: a row per departure with ``primera_salida``, ``empleador_id`` and the columns of ``MEASURES``.
        encoded: the same rows as the cube encodes them.

    Returns:
        Table name → the dimension's column (``Total`` first, then every category with a person, in the order of
        its list, ``ND`` last), ``indicador``, ``unidad``, ``valor`` (Float64; missing where no wage is known),
        and behind it ``personas``, ``empleadores`` (known ones), and for the mean ``suma`` of the wages with the
        two largest contributions of employers, ``mayor`` and ``segundo``. Wages without a known employer are
        added to ``mayor``: they could be its own.
    """
    first = np.flatnonzero(population["primera_salida"].to_numpy(dtype=bool))
    positions, names = coded(population["empleador_id"])
    employers = np.where(positions < 0, len(names), positions)[first]
    wages = {
        each.nombre: _Wages.of(population[each.nombre].to_numpy(dtype="float64")[first], employers, len(names))
        for each in MEASURES
    }
    return {
        table_name(dimension): _table(
            dimension, encoded.codes[dimension], encoded.positions[dimension][first].astype(np.int16), wages
        )
        for dimension in DIMENSIONS
        if dimension in encoded.positions
    }


@dataclass(frozen=True)
class _Wages:
    """The known wages of one measure.

    Attributes:
        persons: their persons, by ascending wage; ``values`` and ``employers`` in the same order.
        unknown: the position that stands for unknown employers, after all known ones.
        all: the figures of all persons together.
    """

    persons: _Integers
    values: _Floats
    employers: _Integers
    unknown: int
    all: "_Figures"

    @classmethod
    def of(cls, wages: _Floats, employers: _Integers, unknown: int) -> "_Wages":
        known = np.flatnonzero(~np.isnan(wages))
        order = known[np.argsort(wages[known], kind="stable")]
        values, paid_by = wages[order], employers[order]
        everyone = np.zeros(len(order), dtype=np.int16)
        (contribution,) = _contributions(everyone, 1, paid_by, unknown, values)
        return cls(order, values, paid_by, unknown, _Figures(values, *contribution))


def _table(
    dimension: str, codes: list[str], positions: npt.NDArray[np.int16], wages: dict[str, _Wages]
) -> pd.DataFrame:
    """The table of one dimension, of which ``positions`` gives every person's place in ``codes``."""
    present = np.flatnonzero(np.bincount(positions, minlength=len(codes)))
    figures = {name: _describe(positions, len(codes), found) for name, found in wages.items()}
    keys: list[tuple[str, int]] = [(TOTAL, len(codes)), *((codes[number], int(number)) for number in present)]
    rows = [
        (code, *row)
        for code, number in keys
        for each in MEASURES
        for row in _rows(each, figures[each.nombre][number])
    ]
    kinds = {name: "Int64" if name in SUPPORT[:2] else "Float64" for name in ("valor", *SUPPORT)}
    return pd.DataFrame(rows, columns=[dimension, "indicador", "unidad", "valor", *SUPPORT]).astype(kinds)


@dataclass(frozen=True)
class _Figures:
    """The wages of one category in ascending order, and what employers contribute to their sum."""

    wages: _Floats
    empleadores: int
    mayor: float
    segundo: float


def _rows(measure: Measure, figures: _Figures) -> Iterator[tuple[object, ...]]:
    count = len(figures.wages)
    for name, share in QUANTILES.items():
        value = round(_quantile(figures.wages, share), measure.decimales) if count else None
        yield (measure.indicator(name), measure.unidad, value, count, figures.empleadores, None, None, None)
    total = float(figures.wages.sum())
    mean = round(round(total / count / measure.redondeo_media) * measure.redondeo_media, 2) if count else None
    behind = (count, figures.empleadores, total, figures.mayor, figures.segundo)
    yield (measure.indicator(MEAN), measure.unidad, mean, *behind)


def _quantile(ordered: _Floats, share: float) -> float:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))


def _describe(positions: npt.NDArray[np.int16], size: int, wages: _Wages) -> list[_Figures]:
    """The figures of every category, and last those of all."""
    codes = positions[wages.persons]
    by_code = np.argsort(codes, kind="stable")  # a radix sort: within a category wages stay in order
    ends = np.cumsum(np.bincount(codes, minlength=size))
    slices = np.split(wages.values[by_code], ends[:-1])
    contributions = _contributions(codes, size, wages.employers, wages.unknown, wages.values)
    found = [_Figures(ordered, *each) for ordered, each in zip(slices, contributions, strict=True)]
    return [*found, wages.all]


def _contributions(
    codes: npt.NDArray[np.int16], size: int, employers: _Integers, unknown: int, wages: _Floats
) -> list[tuple[int, float, float]]:
    """Per category: known employers, the largest sum of wages (with those of unknown employers), the second."""
    width = unknown + 1
    pairs = codes.astype(np.int64) * width + employers
    if size * width > _MOST_PAIRS:
        places, pairs = np.unique(pairs, return_inverse=True)
    else:
        places = np.arange(size * width)
    sums = np.bincount(pairs, weights=wages, minlength=len(places)).astype("float64")
    occurs = np.bincount(pairs, minlength=len(places)) > 0
    starts = np.searchsorted(places, np.arange(size + 1) * width)
    return [
        _largest(sums[start:end], occurs[start:end], places[start:end] % width == unknown)
        for start, end in pairwise(starts)
    ]


def _largest(
    sums: _Floats, occurs: npt.NDArray[np.bool_], unknown: npt.NDArray[np.bool_]
) -> tuple[int, float, float]:
    named = sums[~unknown & occurs]
    rest = float(sums[unknown].sum())
    if len(named) < 2:
        return len(named), float(named.sum()) + rest, 0.0
    second, first = np.partition(named, len(named) - 2)[-2:]
    return len(named), float(first) + rest, float(second)
