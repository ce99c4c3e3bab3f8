"""Which cells are risky by themselves. Pure functions on arrays with one entry per cell (or per line).

Sources: Hundepool et al., *Statistical Disclosure Control* (Wiley, 2012), chapter 4; for group disclosure also
Cox, *Suppression methodology and statistical disclosure control* (JASA, 1980). X is a cell's total, x1 ≥ x2 ≥ …
are the contributions, after those of one owner are merged.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from movilidad.disclosure.system import Flags, Floats

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Contributions:
    """Per cell: the total and the largest contributions.

    Attributes:
        total: X.
        first: x1, zero in an empty cell.
        second: x2, zero if there is only one contributor.
        contributors: how many contribute, each owner once.
    """

    total: Floats
    first: Floats
    second: Floats
    contributors: Floats


def contributions(cells: Numbers, owners: Numbers, amounts: Floats, count: int) -> Contributions:
    """Merge what one owner contributes to a cell, then find the two largest.

    Args:
        cells: the cell of each record, 0 to ``count`` - 1.
        owners: the owner of each record: three branches of one employer have one owner.
        amounts: what each record contributes, not negative.
        count: number of cells.
    """
    pairs = np.stack([cells, owners], axis=1)
    unique, place = np.unique(pairs, axis=0, return_inverse=True)
    merged = np.bincount(place.ravel(), weights=amounts, minlength=len(unique))
    cell = unique[:, 0]
    order = np.lexsort((-merged, cell))
    cell, merged = cell[order], merged[order]
    contributors = np.bincount(cell, minlength=count)
    starts = np.cumsum(contributors) - contributors
    first, second = np.zeros(count), np.zeros(count)
    first[contributors > 0] = merged[starts[contributors > 0]]
    second[contributors > 1] = merged[starts[contributors > 1] + 1]
    total: Floats = np.bincount(cell, weights=merged, minlength=count).astype(float)
    return Contributions(total, first, second, contributors.astype(float))


def below_frequency(contributors: Floats, minimum: float) -> Flags:
    """Fewer than ``minimum`` contributors, but some."""
    return (contributors > 0) & (contributors < minimum)


def too_few(persons: Floats, employers: Floats, least_persons: float, least_employers: float) -> Flags:
    """A figure about wages that too few persons or too few employers stand behind."""
    return below_frequency(persons, least_persons) | ((persons > 0) & (employers < least_employers))


def concentrated(total: Floats, first: Floats, second: Floats, percent: float) -> Flags:
    """The p%-rule: the second contributor could tell the first to within ``percent``."""
    return upper_protection(total, first, second, percent) > 0


def upper_protection(total: Floats, first: Floats, second: Floats, percent: float) -> Floats:
    """How far above X the upper end of what a reader can tell must lie: (p/100)·x1 - (X - x1 - x2), or 0."""
    return np.maximum(percent / 100 * first - (total - first - second), 0.0)


def dominated(total: Floats, largest: Floats, percent: float) -> Flags:
    """The (n,k)-rule, for comparison only: the n ``largest`` together are more than ``percent`` of the total.

    It says unsafe of more cells than the p%-rule does, and with n = 1 overlooks what the second contributor knows.
    """
    return largest > percent / 100 * total


def dominance_protection(total: Floats, largest: Floats, percent: float) -> Floats:
    """How far above X the upper end must lie under the (n,k)-rule: (100/k)·(x1 + … + xn) - X, or 0."""
    return np.maximum(100 / percent * largest - total, 0.0)


@dataclass(frozen=True)
class GroupDisclosure:
    """Lines that tell something of each of their people.

    Attributes:
        lines: per line, whether all of its people, or all but one, are in one category.
        cells: the categories that hold them: to be hidden.
        zeros: the empty cells of those lines: shown zeros would say where everybody is.
    """

    lines: Flags
    cells: Flags
    zeros: Flags


def group_disclosure(
    line: Numbers, value: Floats, count: int, *, silent: Flags | None = None, exempt: Flags | None = None
) -> GroupDisclosure:
    """Find the lines in which a category is known of everybody.

    Args:
        line: the line of each cell, 0 to ``count`` - 1.
        value: persons in each cell.
        count: number of lines.
        silent: cells whose category tells nothing (``ND``).
        exempt: lines of a structural pair: that somebody with a visa of Mexico is in Mexico reveals nothing.
    """
    total = np.bincount(line, weights=value, minlength=count)
    telling = np.ones(len(line), dtype=bool) if silent is None else ~silent
    cells = telling & (value > 0) & (total[line] - value <= 1)
    if exempt is not None:
        cells &= ~exempt[line]
    lines = np.bincount(line[cells], minlength=count) > 0
    return GroupDisclosure(lines, cells, lines[line] & (value == 0))


def zeros_to_hide(value: Floats, structural: Flags, completing: Flags, *, protect: bool) -> Flags:
    """Zeros that may not be shown.

    Args:
        structural: crossings that cannot occur: everybody knows those.
        completing: zeros that complete a group disclosure (``GroupDisclosure.zeros``): always hidden.
        protect: the deployment treats counted zeros as small counts.
    """
    hidden: Flags = (value == 0) & ~structural & (completing | protect)
    return hidden
