"""Invented people's names, telephones, e-mail addresses and streets.

Surnames are the twenty commonest of the country (``datos/apellidos_guatemala.csv``, CC0) and, since that list
holds no Maya surname, a list of common ones written for this simulation, as are the given names
(``datos/nombres_y_apellidos.csv``). Combinations are drawn at random: a match
with a living person is chance. E-mail addresses are under the reserved domain ``.example``; no subscriber of
Guatemala has a telephone number that begins with 0.
"""

import csv
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from movilidad.demo.randomness import Floats, Ints, Mask, Texts
from movilidad.model.codelists import fold

_DATA = Path(__file__).parent / "datos"

#: numbers from 0 to 1, one per person, for a purpose
Draw = Callable[[str], Floats]

_ROADS = ("1a calle", "2a calle", "3a calle", "4a avenida", "5a avenida", "Callejón El Rosario", "Calle Real")
_SETTLEMENTS = (
    "aldea Las Flores", "caserío El Mirador", "cantón Centro", "aldea La Esperanza", "caserío Buena Vista",
    "barrio El Calvario", "colonia Santa Fe", "paraje Xesiguán", "aldea El Durazno", "cantón Chuacruz",
)  # fmt: skip


@lru_cache
def _common_surnames() -> tuple[Texts, Floats]:
    with (_DATA / "apellidos_guatemala.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    surnames = np.array([row["apellido"] for row in rows], dtype=object)
    return surnames, np.array([float(row["personas"]) for row in rows])


@lru_cache
def _written(kind: str) -> Texts:
    """The names of a kind (``hombre``, ``mujer``, ``apellido_maya``) written for the simulation."""
    with (_DATA / "nombres_y_apellidos.csv").open(encoding="utf-8", newline="") as handle:
        return np.array([row["nombre"] for row in csv.DictReader(handle) if row["tipo"] == kind], dtype=object)


def given_names(draw: Draw, women: Mask) -> Texts:
    """Two given names per person."""
    men_names, women_names = _written("hombre"), _written("mujer")
    parts = [
        np.where(women, choose(women_names, draw(f"nombre{turn}")), choose(men_names, draw(f"nombre{turn}")))
        for turn in (1, 2)
    ]
    return join(*parts)


def surnames(draw: Draw, maya: Mask) -> Texts:
    """Two surnames per person; most Maya people bear at least one Maya surname."""
    common, weights = _common_surnames()
    bounds = np.cumsum(weights) / weights.sum()
    parts = []
    for turn in (1, 2):
        mayan = draw(f"apellido_maya{turn}") < np.where(maya, 0.72, 0.04)
        luck = draw(f"apellido{turn}")
        frequent = common[np.searchsorted(bounds, luck, side="right").clip(0, len(common) - 1)]
        parts.append(np.where(mayan, choose(_written("apellido_maya"), luck), frequent))
    return join(*parts)


def telephones(draw: Draw) -> Texts:
    """``+502 0123-4567``."""
    number = (draw("telefono") * 10_000_000).astype(np.int64)
    start = np.full(len(number), "+502 0", dtype=object)
    return join(start, digits(number // 10_000, 3), np.full(len(number), "-", dtype=object),
                digits(number % 10_000, 4), sep="")  # fmt: skip


def addresses(draw: Draw) -> Texts:
    """A street or a settlement."""
    road = join(
        choose(np.array(_ROADS, dtype=object), draw("calle")),
        digits((draw("casa") * 2_000).astype(np.int64) + 100, 1),
    )
    return np.where(draw("via") < 0.4, road, choose(np.array(_SETTLEMENTS, dtype=object), draw("lugar")))


def choose(values: Texts, luck: Floats) -> Texts:
    """One of ``values`` per number from 0 to 1."""
    return values[(luck * len(values)).astype(np.int64)]


def emails(given: Texts, family: Texts, number: Ints) -> Texts:
    """``juan.lopez.123@correo.example``: the number keeps them apart."""
    name = join(_first_word(given), _first_word(family), digits(number, 1), sep=".")
    return join(name, np.full(len(name), "correo.example", dtype=object), sep="@")


def _first_word(names: Texts) -> Texts:
    """The first word of each name, folded; few words differ, so each is folded once."""
    words = pc.replace_substring_regex(pa.array(names, type=pa.string()), " .*", "").dictionary_encode()
    plain = pa.array([fold(text) for text in words.dictionary.to_pylist()], type=pa.string())
    return texts(plain.take(words.indices))


def join(*parts: Texts | str, sep: str = " ") -> Texts:
    """Texts side by side, element by element."""
    arrays = [part if isinstance(part, str) else pa.array(part, type=pa.string()) for part in parts]
    return texts(pc.binary_join_element_wise(*arrays, sep))


def digits(numbers: Ints, width: int) -> Texts:
    """Numbers as texts, with zeros in front up to ``width``."""
    return texts(pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0"))


def texts(array: pa.Array) -> Texts:
    """An Arrow array of texts as objects, None where missing."""
    result: Texts = array.to_numpy(zero_copy_only=False)
    return result
