"""Random numbers that depend on the seed, a purpose and a place in time, and on nothing else.

A stream of its own per purpose and month keeps every month the same when another part of the simulation draws
more or fewer numbers.
"""

import zlib
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Days = npt.NDArray[np.datetime64]
Texts = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


def stream(seed: int, purpose: str, place: int = 0) -> np.random.Generator:
    """The generator for ``purpose`` (and, for monthly work, the number of the month)."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), place])


def spread(total: int, weights: Floats) -> Ints:
    """Whole numbers in proportion to ``weights`` that add up to ``total`` exactly (largest remainders)."""
    shares = total * weights / weights.sum()
    whole: Ints = np.floor(shares).astype(np.int64)
    order = np.argsort(-(shares - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def pick(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Positions drawn with replacement in proportion to ``weights``."""
    bounds = np.cumsum(weights) / weights.sum()
    return np.searchsorted(bounds, rng.random(size), side="right").clip(0, len(weights) - 1)


def chance(seed: int, purpose: str, number: Ints) -> Floats:
    """A number from 0 to 1 per record number, always the same for the same seed, purpose and record (SplitMix64).

    Unlike draws from a stream it does not depend on which other records there are.
    """
    start = _start(seed, purpose)
    with np.errstate(over="ignore"):
        mixed = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


@lru_cache(maxsize=4096)
def _start(seed: int, purpose: str) -> np.uint64:
    state = np.random.SeedSequence([seed, zlib.crc32(purpose.encode())]).generate_state(1, np.uint64)
    return np.uint64(state[0])
