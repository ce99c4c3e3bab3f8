"""Simulated people as arrays: what is true of each person, before any platform writes it down."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from movilidad.demo import names, places
from movilidad.demo.randomness import Array, Days, Ints, Mask, Texts, pick

WOMAN = 2
# ages in days: adults only; nobody is over sixty when first placed
_YOUNGEST, _OLDEST = 6_830, 21_900
_EDUCATION = np.array([9, 26, 24, 9, 13, 6, 10, 1.5, 0.6, 0.7, 0.05, 0.1, 0.05])

# CUI numbers from here up are, as far as is known, beyond those issued
_FIRST_NUMBER, _NUMBERS = 50_000_000, 50_000_000
_STEP = 30_517_579  # has no factor in common with the count, so no number comes twice
#: so many people can be told apart
CAPACITY = 25_000_000


@dataclass
class People:
    """One array element per person; ``place`` and ``registered`` are positions in the list of municipalities."""

    number: Ints
    sex: Array
    birth: Days
    place: Ints
    registered: Ints
    people: Array
    language: Array
    education: Array

    def __len__(self) -> int:
        return len(self.number)

    def take(self, which: Ints | Mask) -> Self:
        return type(self)(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    @classmethod
    def join(cls, parts: "list[People]") -> "People":
        return cls(
            **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)}
        )


def make(rng: np.random.Generator, seed: int, first: int, women: Mask, day: np.datetime64) -> People:
    """New people, adults on ``day``, numbered from ``first``."""
    size = len(women)
    place = places.origins(rng, seed, size)
    people = places.peoples(rng, place)
    age = _YOUNGEST + (rng.beta(1.7, 3.6, size) * (_OLDEST - _YOUNGEST)).astype(np.int64)
    return People(
        number=np.arange(first, first + size),
        sex=np.where(women, WOMAN, 1).astype(np.int8),
        birth=day - age.astype("timedelta64[D]"),
        place=place,
        registered=places.registration(rng, place),
        people=people,
        language=places.languages(rng, place, people),
        education=(pick(rng, _EDUCATION, size) + 1).astype(np.int8),
    )


def ages(birth: Days, on: Days) -> Ints:
    """Completed years on a day; a person born on 29 February is a year older on 1 March."""
    born_months = birth.astype("datetime64[M]").astype(np.int64)
    now_months = on.astype("datetime64[M]").astype(np.int64)
    born_day = (birth - birth.astype("datetime64[M]")).astype(np.int64)
    now_day = (on - on.astype("datetime64[M]")).astype(np.int64)
    months = now_months - born_months - (now_day < born_day)
    result: Ints = months // 12
    return result


def cui(number: Ints, registered: Ints, *, wrong: int = 0) -> Texts:
    """Thirteen digits: number, check digit, municipality of registration.

    ``wrong`` from 1 to 9 shifts the check digit, so that it is certainly wrong.
    """
    prefix = _prefix(number)
    check = (_remainder(prefix) + wrong) % 10
    whole = pc.binary_join_element_wise(
        pa.array(prefix).cast(pa.string()),
        pa.array(check).cast(pa.string()),
        pa.array(places.codes()).take(pa.array(registered)),
        "",
    )
    return names.texts(whole)


def printed_cui(plain: Texts) -> Texts:
    """The printed form, 4-5-4, with blanks."""
    return np.array([f"{text[:4]} {text[4:9]} {text[9:]}" for text in plain], dtype=object)


def _remainder(prefix: Ints) -> Ints:
    total = np.zeros(len(prefix), dtype=np.int64)
    for position in range(8):
        total += (prefix // 10 ** (7 - position) % 10) * (position + 2)
    return total % 11


def _prefix(number: Ints) -> Ints:
    """The number of each person: scattered, never the same twice, never with the impossible remainder 10.

    The last digit weighs 9 ≡ −2 (mod 11), so of two neighbouring even and odd numbers at most one has remainder
    10: each person owns a pair and takes the first of the two that is possible.
    """
    pair = _FIRST_NUMBER // 2 + number * _STEP % (_NUMBERS // 2)
    even = pair * 2
    prefix: Ints = even + (_remainder(even) == 10)
    return prefix
