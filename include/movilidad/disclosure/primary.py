"""What is risky by itself: the rules, each in one place.

Sources: Hundepool et al., *Statistical Disclosure Control* (Wiley, 2012), chapter 4; for groups also Cox,
*Suppression methodology and statistical disclosure control* (JASA, 1980). X is a cell's total, x1 ≥ x2 ≥ … are the
contributions, after those of one owner are merged.
"""

from movilidad.disclosure.system import Flags, Floats


def below_frequency(contributors: Floats, minimum: float) -> Flags:
    """Per cell: fewer than ``minimum`` contributors, but some."""
    return (contributors > 0) & (contributors < minimum)


def too_few(persons: int, employers: int, least_persons: int, least_employers: int) -> bool:
    """Whether too few persons or too few employers stand behind a figure about wages."""
    return persons < least_persons or employers < least_employers


def concentrated(total: float, first: float, second: float, percent: float) -> bool:
    """The p%-rule: the second contributor could tell the first to within ``percent``."""
    return upper_protection(total, first, second, percent) > 0


def upper_protection(total: float, first: float, second: float, percent: float) -> float:
    """How far above X the upper end of what a reader can tell must lie: (p/100)·x1 - (X - x1 - x2), or 0."""
    return max(percent / 100 * first - (total - first - second), 0.0)


def in_one_category(largest: int, total: int) -> bool:
    """Group disclosure: all of a line's people, or all but one (who knows of the others), are in one category."""
    return total > 0 and total - largest <= 1
