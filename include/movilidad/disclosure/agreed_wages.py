"""Wages as agreed: within each country persons are hidden like counts, medians like other wage statistics.

The groups of a country sum to its persons, which another table shows: so hidden groups must hide among each other
(``patterns``). Within a hidden country no group is listed. A median needs the minimum frequency on each side and
enough employers, and what the shown medians leave of a country must be fit to be shown, or nothing.
"""

import pandas as pd

from movilidad.disclosure.cells import PARENT, Cell, Verdicts
from movilidad.disclosure.concentration import Behind, remainder
from movilidad.disclosure.figures import FEW_WAGES, WAGE_COMPLEMENT, Figures
from movilidad.disclosure.frames import mark
from movilidad.disclosure.patterns import Rules, hide
from movilidad.statistics.agreed_wages import DIMENSIONS, MEDIAN, NAME, PERSONS

_Key = tuple[str, str, str]
_SIDES = 2


def protect_agreed(frame: pd.DataFrame, verdicts: Verdicts, rules: Rules) -> Figures:
    """The table of ``agreed_wages`` as it may be shown."""
    keys: list[_Key] = list(zip(*(frame[name].tolist() for name in DIMENSIONS), strict=True))
    behind = {
        (key, indicator): Behind(int(persons), int(employers))
        for key, indicator, persons, employers in zip(
            keys, frame["indicador"], frame["personas"], frame["empleadores"], strict=True
        )
    }
    hidden: dict[tuple[_Key, str], str] = {}
    dropped: set[_Key] = set()
    for country in dict.fromkeys(key[0] for key in keys):
        groups = {place: found for place, found in behind.items() if place[0][0] == country}
        if verdicts.total_hidden or (("pais", country),) in verdicts.hidden:
            hidden |= dict.fromkeys(groups, PARENT)
            dropped |= {key for key, _ in groups}
            continue
        counts = {key: found for (key, name), found in groups.items() if name == PERSONS}
        pattern = hide({_text(key): {PERSONS: found.personas} for key, found in counts.items()}, rules)
        dropped |= set(counts) if pattern.withheld else set()
        hidden |= {(key, PERSONS): pattern.hidden[_text(key)] for key in counts if _text(key) in pattern.hidden}
        medians = {key: found for (key, name), found in groups.items() if name == MEDIAN}
        gone = {key: rule for key in medians if (rule := hidden.get((key, PERSONS)))}
        hidden |= {(key, MEDIAN): rule for key, rule in _medians(medians, gone, rules).items()}
    reasons = [hidden.get((key, name)) for key, name in zip(keys, frame["indicador"], strict=True)]
    marked = mark(frame.drop(columns=["personas", "empleadores"]), [reason is not None for reason in reasons])
    kept = [key not in dropped for key in keys]
    return Figures(NAME, marked[kept].reset_index(drop=True), frame, [_cell(key) for key in keys], reasons)


def _medians(medians: dict[_Key, Behind], gone: dict[_Key, str], rules: Rules) -> dict[_Key, str]:
    """Groups whose median is hidden, with the rule."""
    hidden = {key: FEW_WAGES for key, found in medians.items() if not _fit(found, rules)} | gone
    whole = Behind(
        sum(found.personas for found in medians.values()), sum(found.empleadores for found in medians.values())
    )
    while shown := sorted((found.personas, key) for key, found in medians.items() if key not in hidden):
        left = [medians[key] for key in hidden]
        rest = remainder(whole, [medians[key] for _, key in shown], left)
        # an employer may be in several groups: of those left, at least as many as in the richest of them
        rest = Behind(rest.personas, max((found.empleadores for found in left), default=0))
        if rest.personas == 0 or _fit(rest, rules):
            break
        hidden[shown[0][1]] = WAGE_COMPLEMENT
    return hidden


def _fit(found: Behind, rules: Rules) -> bool:
    return found.personas >= _SIDES * rules.frecuencia_minima and found.empleadores >= rules.empleadores_minimos


def _text(key: _Key) -> str:
    return "|".join(key)


def _cell(key: _Key) -> Cell:
    return tuple(zip(DIMENSIONS, key, strict=True))
