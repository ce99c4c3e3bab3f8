"""The p%-rule on what employers contribute to a sum of wages, for a group and for what is left of a whole.

The rule itself is ``primary.concentrated``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from movilidad.disclosure.primary import concentrated


@dataclass(frozen=True)
class Behind:
    """What stands behind a wage statistic.

    Attributes:
        personas: persons with a known wage.
        empleadores: known employers.
        suma: sum of their wages; ``mayor`` and ``segundo`` the two largest parts of it by employer.
    """

    personas: int
    empleadores: int
    suma: float = 0.0
    mayor: float = 0.0
    segundo: float = 0.0

    @classmethod
    def of(cls, cells: Sequence[object]) -> "Behind":
        """From cells in the order of the attributes; a missing one is zero."""
        persons, employers, *money = (0.0 if pd.isna(cell) else float(str(cell)) for cell in cells)
        return cls(int(persons), int(employers), *money)


def dominated(behind: Behind, p: float | None) -> bool:
    """Whether the p%-rule finds the sum unsafe; without a p every sum is."""
    if p is None:
        return True
    return concentrated(behind.suma, behind.mayor, behind.segundo, p)


def remainder(whole: Behind, shown: Sequence[Behind], hidden: Sequence[Behind] | None) -> Behind:
    """What is left of ``whole`` without the ``shown`` groups, estimated on the safe side.

    An employer may be in several groups, so of the employers left only a least number is known, and of the
    largest contributions only how large they may be: no larger than in the whole, nor than those of the groups
    left together.

    Args:
        hidden: the groups that are left; None if they are not all known.
    """
    left = whole.suma - sum(group.suma for group in shown)
    first, both = whole.mayor, whole.mayor + whole.segundo
    employers = whole.empleadores - sum(group.empleadores for group in shown)
    if hidden is not None:
        first = min(first, sum(group.mayor for group in hidden))
        both = min(both, sum(group.mayor + group.segundo for group in hidden))
        employers = max([employers, *(group.empleadores for group in hidden)])
    return Behind(
        personas=max(whole.personas - sum(group.personas for group in shown), 0),
        empleadores=max(employers, 0),
        suma=left,
        mayor=min(first, left),
        segundo=max(both - min(first, left), 0.0),
    )
