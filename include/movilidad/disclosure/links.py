"""Two one-way tables of which everybody knows that one is inside the other: each visa belongs to one country.

Nobody prints the crossing, yet a reader has it. If Mexico hides behind Canada while Canada's only visa is shown,
Mexico is known. So both tables are decided together, until nothing changes:

- the visas of a hidden country are hidden, and with any country the visas that belong to none (``ND``), which
  would tell how many of the hidden countries' people have one;
- of a shown country, the hidden visas (and its people with another visa or none, if few) must hide among each
  other as within any shown total; if they cannot, the country is hidden too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from movilidad.disclosure.patterns import Counts, Pattern, Rules, hide, withhold

Group = dict[str, dict[str, int]]  # code → indicator → value

LINKED = "cuadro_vinculado"
_OTHERS = ""  # people of a category who are in none of its known parts


@dataclass(frozen=True)
class Link:
    """Each code of the dimension ``inner`` that is in ``parents`` belongs to one code of ``outer``."""

    inner: str
    outer: str
    parents: Mapping[str, str]


def hide_linked(
    groups: dict[str, Group], forced: dict[str, dict[str, str]], links: list[Link], rules: Rules
) -> dict[str, Pattern]:
    """A pattern per dimension, good in itself and in sight of the tables linked with it.

    Args:
        groups: dimension → its one-way cells.
        forced: dimension → codes that must be hidden, with the rule that says so. More are added here.
    """
    present = [link for link in links if link.inner in groups and link.outer in groups]
    while True:
        known = sum(map(len, forced.values()))
        patterns = _patterns(groups, forced, rules)
        for link in present:
            _follow(link, groups[link.inner], patterns[link.outer], forced)
        patterns = _patterns(groups, forced, rules)  # with these companions fewer others are needed
        for link in present:
            _hide_within(link, groups, patterns, forced, rules)
        if sum(map(len, forced.values())) == known:  # it only grows, so this ends
            break
    for link in present:
        pair = (link.inner, link.outer)
        if any(patterns[dimension].withheld for dimension in pair):  # the codes of one tell those of the other
            patterns |= {name: withhold(groups[name], patterns[name].hidden) for name in pair}
    return patterns


def _patterns(groups: dict[str, Group], forced: dict[str, dict[str, str]], rules: Rules) -> dict[str, Pattern]:
    return {dimension: hide(group, rules, forced[dimension]) for dimension, group in groups.items()}


def _follow(link: Link, inner: Group, outer: Pattern, forced: dict[str, dict[str, str]]) -> None:
    """Force the parts of hidden categories, and with them the parts that belong to no category."""
    for part, counts in inner.items():
        if outer.hidden and any(counts.values()) and link.parents.get(part) in {None, *outer.hidden}:
            forced[link.inner].setdefault(part, LINKED)


def _hide_within(
    link: Link,
    groups: dict[str, Group],
    patterns: dict[str, Pattern],
    forced: dict[str, dict[str, str]],
    rules: Rules,
) -> None:
    """Force what the hidden parts of a shown category need to hide among each other."""
    for code, whole in groups[link.outer].items():
        if code in patterns[link.outer].hidden:
            continue
        family = {part: counts for part, counts in groups[link.inner].items() if link.parents.get(part) == code}
        hidden = {part: LINKED for part in family if part in patterns[link.inner].hidden}
        within = hide({**family, _OTHERS: _others(whole, family)}, rules, hidden)
        if within.withheld:
            forced[link.outer].setdefault(code, LINKED)
        else:
            for part in set(within.hidden) - {_OTHERS}:
                forced[link.inner].setdefault(part, LINKED)


def _others(whole: Counts, family: Mapping[str, Counts]) -> dict[str, int]:
    """What a category has besides its parts; records may contradict the link, then nothing."""
    return {name: max(value - sum(part[name] for part in family.values()), 0) for name, value in whole.items()}
