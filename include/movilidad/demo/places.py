"""Where people come from: municipality, people (*pueblo*) and language, drawn in proportion to real indicators.

The indicators of ``datos/municipios_indicadores.csv`` (UNHCR Guatemala, A2SIT, MIT licence) are weights only:
poverty and rurality raise the share of a municipality, the shares of the peoples decide the people. They hold no
population, so the number of people per municipality is invented.
"""

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np

from movilidad.demo.randomness import Array, Floats, Ints, Texts, pick, stream
from movilidad.model.codelists import rows

_FILE = Path(__file__).parent / "datos" / "municipios_indicadores.csv"

# the columns of the indicators in the order of the codes 1 to 6 of the list of peoples
_PEOPLES = ("Maya", "Garifu", "Xinca", "Afrodesc", "Mest", "Extranjera")
MAYA, NOT_APPLICABLE = 1, 99

# main Maya languages of each department (codes of the list), with rough weights
_LANGUAGES: dict[str, dict[int, int]] = {
    "01": {11: 6, 10: 3, 14: 1}, "02": {10: 1, 15: 1}, "03": {11: 9, 10: 1}, "04": {11: 9, 10: 1},
    "05": {10: 4, 11: 4, 14: 2}, "06": {10: 1, 11: 1}, "07": {10: 4, 11: 3, 21: 3}, "08": {10: 1},
    "09": {10: 6, 12: 4}, "10": {10: 6, 21: 2, 11: 1, 12: 1}, "11": {10: 6, 12: 3}, "12": {12: 17, 19: 2, 10: 1},
    "13": {12: 8, 16: 5, 6: 3, 9: 2, 2: 1, 3: 1, 5: 1, 20: 1}, "14": {10: 14, 8: 3, 17: 2, 22: 1, 18: 1, 15: 1},
    "15": {1: 7, 15: 2, 10: 1}, "16": {17: 8, 15: 2}, "17": {17: 8, 13: 1, 7: 1}, "18": {17: 1},
    "19": {4: 1, 17: 1}, "20": {4: 1}, "21": {14: 1}, "22": {14: 1, 10: 1},
}  # fmt: skip
# municipalities where one language prevails against its department
_PREVAILING = {"1411": 8, "1405": 8, "1413": 8, "1419": 12, "1229": 12, "0717": 10, "0719": 21}


@lru_cache
def _indicators() -> list[dict[str, str]]:
    with _FILE.open(encoding="utf-8", newline="") as handle:
        found = {row["codigo"]: row for row in csv.DictReader(handle)}
    return [found[row["codigo"]] for row in rows("municipios")]


@lru_cache
def codes() -> Texts:
    """INE codes of the 340 municipalities; elsewhere a municipality is a position in this list."""
    return np.array([row["codigo"] for row in rows("municipios")], dtype=object)


@lru_cache
def names() -> tuple[Texts, Texts, Texts]:
    """Name, other spelling (None if there is one only) and department of each municipality."""
    table = rows("municipios")
    return (
        np.array([row["municipio"] for row in table], dtype=object),
        np.array([row["alias"] or None for row in table], dtype=object),
        np.array([row["departamento"] for row in table], dtype=object),
    )


@lru_cache
def homonyms() -> frozenset[int]:
    """Positions of municipalities whose name occurs in another department too."""
    titles = [row["municipio"] for row in rows("municipios")]
    return frozenset(position for position, title in enumerate(titles) if titles.count(title) > 1)


@lru_cache
def _weights(seed: int) -> Floats:
    poverty, rural = (np.array([float(row[name]) for row in _indicators()]) for name in ("Pobreza", "Rural"))
    size = np.exp(stream(seed, "municipios").normal(0, 0.9, len(poverty)))
    weights: Floats = (poverty * (0.25 + rural)) ** 1.5 * size
    return weights


def origins(rng: np.random.Generator, seed: int, size: int) -> Ints:
    """Municipalities of residence."""
    return pick(rng, _weights(seed), size)


def peoples(rng: np.random.Generator, municipality: Ints) -> Array:
    """Codes 1 to 6 of the list of peoples, by the shares of each municipality."""
    drawn = (rng.random(len(municipality))[:, None] > _people_bounds()[municipality]).sum(axis=1)
    result: Array = (drawn.clip(0, len(_PEOPLES) - 1) + 1).astype(np.int8)
    return result


@lru_cache
def _people_bounds() -> Floats:
    """Cumulative shares of the six peoples per municipality."""
    shares = np.array([[float(row[name]) for name in _PEOPLES] for row in _indicators()])
    bounds: Floats = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    return bounds


def languages(rng: np.random.Generator, municipality: Ints, people: Array) -> Array:
    """Maya linguistic communities, 99 for people who are not Maya."""
    table = _language_bounds()
    drawn = (rng.random(len(municipality))[:, None] > table[municipality]).sum(axis=1).clip(0, 21) + 1
    return np.where(people == MAYA, drawn, NOT_APPLICABLE).astype(np.int8)


@lru_cache
def _language_bounds() -> Floats:
    """Cumulative shares of the 22 languages per municipality."""
    shares = np.zeros((len(codes()), 22))
    for position, code in enumerate(codes()):
        if code in _PREVAILING:
            shares[position, _PREVAILING[code] - 1] = 12
        for language, weight in _LANGUAGES[code[:2]].items():
            shares[position, language - 1] += weight
    bounds: Floats = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    return bounds


def registration(rng: np.random.Generator, municipality: Ints) -> Ints:
    """Municipality of birth registration: mostly, but not always, that of residence."""
    elsewhere = rng.integers(0, len(codes()), len(municipality))
    return np.where(rng.random(len(municipality)) < 0.88, municipality, elsewhere)
