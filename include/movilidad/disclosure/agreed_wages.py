"""Wages as agreed: of each country the groups that are large enough, and everybody else as one number.

A group is listed, with its persons and its median, if it has the minimum frequency on each side of the middle and
enough employers. Another table shows the persons of the country, so those who are in no listed group must be as
many, or nobody; they are one row, ``Resto``, and nobody learns which other groups occur. What an earlier revision
did not list, or listed with a count that differs by less than the minimum, is not listed. Of a hidden country
nothing is told.
"""

import pandas as pd

from movilidad.disclosure.cells import PARENT, Cell, Verdicts
from movilidad.disclosure.concentration import Behind
from movilidad.disclosure.decision import EARLIER, SMALL_CHANGE
from movilidad.disclosure.figures import FEW_WAGES, WAGE_COMPLEMENT, Figures
from movilidad.disclosure.frames import mark
from movilidad.disclosure.history import History, Standing
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.primary import too_few
from movilidad.model.codelists import REMAINDER, UNKNOWN
from movilidad.statistics.agreed_wages import DIMENSIONS, NAME, PERSONS, UNITS

_Key = tuple[str, str, str]
_SIDES = 2


def protect_agreed(
    frame: pd.DataFrame, verdicts: Verdicts, rules: Rules, history: History, period: str
) -> Figures:
    """The table of ``agreed_wages`` as it may be shown.

    Args:
        verdicts: on the placed of the same month.
        history: what earlier revisions of the month (``period``) listed.
    """
    keys: list[_Key] = list(zip(*(frame[name].tolist() for name in DIMENSIONS), strict=True))
    behind = {
        key: Behind(int(persons), int(employers))
        for key, persons, employers in zip(keys, frame["personas"], frame["empleadores"], strict=True)
    }
    before = history.of(period, PERSONS)
    hidden: dict[_Key, str] = {}
    rests: dict[str, int] = {}
    countries = list(dict.fromkeys(key[0] for key in keys))
    for country in countries:
        groups = {key: found for key, found in behind.items() if key[0] == country}
        if verdicts.total_hidden or (("pais", country),) in verdicts.hidden:
            hidden |= dict.fromkeys(groups, PARENT)
            continue
        hidden |= _not_listed(groups, before, rules)
        rests[country] = sum(found.personas for key, found in groups.items() if key in hidden)
    listed = [key not in hidden for key in keys]
    shown = mark(frame.drop(columns=["personas", "empleadores"]).loc[listed], [False] * sum(listed))
    return Figures(
        NAME,
        _with_rests(shown, {country: rest for country, rest in rests.items() if rest}, countries),
        frame,
        [_cell(key) for key in keys],
        [hidden.get(key) for key in keys],
    )


def _not_listed(groups: dict[_Key, Behind], before: dict[Cell, Standing], rules: Rules) -> dict[_Key, str]:
    """The groups of a country that are told of in one number only, with the rule."""
    enough = _SIDES * rules.frecuencia_minima
    hidden = {
        key: rule
        for key, found in groups.items()
        if (rule := _reason(key, found, before.get(tuple(sorted(_cell(key)))), rules))
    }
    while 0 < sum(groups[key].personas for key in hidden) < enough and len(hidden) < len(groups):
        smallest = min((found.personas, key) for key, found in groups.items() if key not in hidden)
        hidden[smallest[1]] = WAGE_COMPLEMENT
    return hidden


def _reason(key: _Key, found: Behind, before: Standing | None, rules: Rules) -> str | None:
    if UNKNOWN in key[1:] or not _fit(found, rules):
        return FEW_WAGES
    if before is None:
        return None
    if before.hidden:
        return EARLIER
    changes = [abs(found.personas - shown) for shown in before.shown]
    return SMALL_CHANGE if any(0 < each < rules.frecuencia_minima for each in changes) else None


def _fit(found: Behind, rules: Rules) -> bool:
    enough = _SIDES * rules.frecuencia_minima
    return not too_few(found.personas, found.empleadores, enough, rules.empleadores_minimos)


def _with_rests(shown: pd.DataFrame, rests: dict[str, int], order: list[str]) -> pd.DataFrame:
    """The table with a row per country for whoever is in no listed group, after the country's groups."""
    rows = [(country, REMAINDER, REMAINDER, PERSONS, UNITS[PERSONS], rest) for country, rest in rests.items()]
    added = pd.DataFrame(rows, columns=list(shown.columns[:6])).astype({"valor": "Float64"})
    both = pd.concat([part for part in (shown, mark(added, [False] * len(rows))) if len(part)] or [shown])
    return both.sort_values("pais", kind="stable", key=lambda column: column.map(order.index), ignore_index=True)


def _cell(key: _Key) -> Cell:
    return tuple(zip(DIMENSIONS, key, strict=True))
