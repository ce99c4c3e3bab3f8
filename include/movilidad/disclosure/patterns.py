"""Which cells of one group are hidden: the categories that together make one published total.

A reader knows the total, sees every shown cell, and knows that no hidden cell is zero (zeros are shown). So of
k hidden cells with the sum S, each lies between 1 and S - k + 1. A pattern is good when, for every indicator that
the group counts at all,

- at least two cells are hidden, and not just two small ones: one of the two would know the other exactly;
- S - k is at least the width asked for (then S is, too), and S itself is no small count.

Secondaries are the next smallest cells. Where even hiding all cells does not suffice, as with a total of 5 over
five municipalities, the breakdown is withheld: then the reader does not learn which categories occur.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Counts = Mapping[str, int]  # indicator → value

SMALL = "frecuencia_minima"
COMPLEMENT = "complemento"
WITHHELD = "desglose_retenido"


@dataclass(frozen=True)
class Rules:
    """The deployment's thresholds.

    Attributes:
        frecuencia_minima: smallest count that may be shown, besides zero.
        empleadores_minimos: smallest number of employers behind a published wage figure.
        ancho_minimo: least width of the interval in which a reader can locate a hidden count.
        dominancia_p: the p of the p%-rule, in per cent; secret, so it never shows itself. None: no mean is shown.
    """

    frecuencia_minima: int
    empleadores_minimos: int
    ancho_minimo: int
    dominancia_p: float | None = field(default=None, repr=False)

    @property
    def ancho(self) -> int:
        """Width that each hidden count of a sum gets: so what the sum hides together is no small count either."""
        return max(self.ancho_minimo, self.frecuencia_minima - 1)


@dataclass(frozen=True)
class Pattern:
    """Hidden codes of a group with the rule that hid them; ``withheld``: the codes themselves are not shown."""

    hidden: dict[str, str] = field(default_factory=dict)
    withheld: bool = False


def is_small(counts: Counts, minimum: int) -> bool:
    """Whether any indicator of a cell is below ``minimum``, zero excepted."""
    return any(0 < value < minimum for value in counts.values())


def hide(cells: Mapping[str, Counts], rules: Rules, forced: Mapping[str, str] | None = None) -> Pattern:
    """The pattern of one group.

    Args:
        cells: code → its counts, in the order of the list; indicators are hidden together.
        forced: codes that must be hidden for another reason, with that reason's name.
    """
    small = {code: SMALL for code, counts in cells.items() if is_small(counts, rules.frecuencia_minima)}
    hidden = dict(forced or {}) | small
    if not hidden:
        return Pattern()
    spare = [code for code, counts in cells.items() if any(counts.values()) and code not in hidden]
    spare.sort(key=lambda code: sum(cells[code].values()))  # stable: ties in the order of the list
    while not _enough(cells, set(hidden), set(small), rules):
        if not spare:
            return withhold(cells, hidden)
        hidden[spare.pop(0)] = COMPLEMENT
    return Pattern(hidden)


def withhold(cells: Mapping[str, Counts], hidden: Mapping[str, str] | None = None) -> Pattern:
    """The pattern that shows no code of a group at all."""
    return Pattern({code: (hidden or {}).get(code, WITHHELD) for code in cells}, withheld=True)


def _enough(cells: Mapping[str, Counts], hidden: set[str], small: set[str], rules: Rules) -> bool:
    if len(hidden) < 2 or (len(hidden) == 2 and hidden <= small):
        return False
    indicators = next(iter(cells.values()))
    counted = [name for name in indicators if any(counts[name] for counts in cells.values())]
    return all(_wide([cells[code][name] for code in hidden], rules) for name in counted)


def _wide(values: list[int], rules: Rules) -> bool:
    """Whether a reader who knows the sum of the hidden ``values`` locates each only widely enough."""
    total, known_positive = sum(values), sum(value > 0 for value in values)
    return total >= rules.frecuencia_minima and total - known_positive >= rules.ancho_minimo
