"""Wages: which statistics of which group may be shown, so that no subtraction within the release undoes it.

Quartiles and median, deciles, mean are three families, each decided by itself for each measure, and for all
tables together. A group may be shown if it has enough persons on each side of the statistic, enough employers
and, for the mean, no employer who dominates it (``concentration``). What a reader gets by taking shown groups
from a shown whole must be fit to be shown, or nothing: until it is, the smallest shown groups are hidden too. The
wholes are the total, and each shown country for the visas that belong to it. Of a hidden country no visa is
shown; beside anything hidden, no group that belongs to no country. What is made of disjoint groups fit to be
shown is itself fit, so more subtractions give no more. A group hidden in the tables of counts shows no wage.

Not looked at: what two tables that are not linked tell together (the only employer of a sector in one country).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from movilidad.disclosure.cells import Cell, Verdicts
from movilidad.disclosure.concentration import Behind, dominated, remainder
from movilidad.disclosure.figures import DOMINATED, FEW_WAGES, TABLE, WAGE_COMPLEMENT, Figures
from movilidad.disclosure.frames import mark
from movilidad.disclosure.links import LINKED, Link
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.primary import too_few
from movilidad.model.codelists import TOTAL
from movilidad.statistics.wage_tables import MEAN, MEASURES, SUPPORT

# persons needed, in units of the minimum frequency: so many on each side of the outermost quantile
_FAMILIES = {4: ("mediana", "p25", "p75"), 10: ("p10", "p90"), 0: (MEAN,)}
_MEAN = 0
_PERSONS_BEHIND_A_MEAN = 4

Hidden = dict[tuple[str, str], str]  # (dimension, code) → rule


def protect_wages(
    tables: Mapping[str, pd.DataFrame], verdicts: Verdicts, links: Iterable[Link], rules: Rules
) -> list[Figures]:
    """The tables of comparable wages (``wage_tables``) as they may be shown, in their order."""
    hidden = {
        measure.indicator(statistic): family
        for measure in MEASURES
        for factor, statistics in _FAMILIES.items()
        for family in [_decide(tables, measure.indicator(statistics[0]), factor, verdicts, list(links), rules)]
        for statistic in statistics
    }
    return [_shown(name, frame, hidden, verdicts) for name, frame in tables.items()]


def _shown(name: str, frame: pd.DataFrame, hidden: dict[str, Hidden], verdicts: Verdicts) -> Figures:
    dimension = str(frame.columns[0])
    cells = [_cell(dimension, code) for code in frame[dimension]]
    reasons = [
        hidden[indicator].get((dimension, code))
        for code, indicator in zip(frame[dimension], frame["indicador"], strict=True)
    ]
    marked = mark(
        frame.drop(columns=[column for column in SUPPORT if column in frame]),
        [reason is not None for reason in reasons],
    )
    kept = [not cell or not (verdicts.total_hidden or cell in verdicts.dropped) for cell in cells]
    return Figures(name, marked[kept].reset_index(drop=True), frame, cells, reasons)


def _cell(dimension: str, code: str) -> Cell:
    return () if code == TOTAL else ((dimension, code),)


@dataclass
class _Family:
    """One statistic of all tables: what stands behind each group, and which groups are hidden."""

    factor: int
    rules: Rules
    groups: dict[str, dict[str, Behind]]  # dimension → code → what stands behind it
    hidden: Hidden = field(default_factory=dict)

    def fit(self, behind: Behind) -> bool:
        return self.reason(behind) is None

    def reason(self, behind: Behind) -> str | None:
        """Why a group may not be shown; None if it may."""
        persons = (self.factor or _PERSONS_BEHIND_A_MEAN) * self.rules.frecuencia_minima
        if too_few(behind.personas, behind.empleadores, persons, self.rules.empleadores_minimos):
            return FEW_WAGES
        return DOMINATED if self.factor == _MEAN and dominated(behind, self.rules.dominancia_p) else None

    def shown(self, dimension: str, codes: Iterable[str]) -> list[str]:
        """Those of ``codes`` that are shown, the smallest first."""
        found = [code for code in codes if (dimension, code) not in self.hidden]
        return sorted(found, key=lambda code: (self.groups[dimension][code].personas, code))

    def hide_complements(self, dimension: str, codes: list[str], whole: Behind, *, complete: bool) -> None:
        """Hide the smallest of ``codes`` until ``whole`` without the shown ones is fit, or empty.

        Args:
            complete: ``codes`` are all of the whole; otherwise it may have people besides.
        """
        groups = self.groups[dimension]
        while shown := self.shown(dimension, codes):
            others = [groups[code] for code in codes if code not in shown] if complete else None
            rest = remainder(whole, [groups[code] for code in shown], others)
            if rest.personas == 0 or self.fit(rest):
                return
            self.hidden[dimension, shown[0]] = WAGE_COMPLEMENT


def _decide(
    tables: Mapping[str, pd.DataFrame],
    indicator: str,
    factor: int,
    verdicts: Verdicts,
    links: list[Link],
    rules: Rules,
) -> Hidden:
    family = _Family(
        factor, rules, {str(frame.columns[0]): _behind(frame, indicator) for frame in tables.values()}
    )
    for dimension, groups in family.groups.items():
        for code, behind in groups.items():
            reason = TABLE if _cell(dimension, code) in verdicts.hidden else family.reason(behind)
            if reason:
                family.hidden[dimension, code] = reason
    while True:
        before = len(family.hidden)
        for dimension, groups in family.groups.items():
            if (dimension, TOTAL) not in family.hidden and TOTAL in groups:
                parts = [code for code in groups if code != TOTAL]
                family.hide_complements(dimension, parts, groups[TOTAL], complete=True)
        for link in links:
            if link.inner in family.groups and link.outer in family.groups:
                _hide_linked(family, link)
        if len(family.hidden) == before:  # it only grows, so this ends
            return family.hidden


def _hide_linked(family: _Family, link: Link) -> None:
    inner, outer = family.groups[link.inner], family.groups[link.outer]
    gone = {code for code in outer if code != TOTAL and (link.outer, code) in family.hidden}
    belongs = {part: link.parents.get(part) for part in inner if part != TOTAL}
    for part, parent in belongs.items():
        if parent in gone:
            family.hidden.setdefault((link.inner, part), LINKED)
    for code in outer.keys() - gone - {TOTAL}:
        parts = [part for part, parent in belongs.items() if parent == code]
        family.hide_complements(link.inner, parts, outer[code], complete=False)
    loose = [part for part, parent in belongs.items() if parent not in outer]
    if gone or any((link.inner, part) in family.hidden for part in belongs if part not in loose):
        for part in loose:  # together with what is shown they would tell a part of what is hidden
            family.hidden.setdefault((link.inner, part), LINKED)


def _behind(frame: pd.DataFrame, indicator: str) -> dict[str, Behind]:
    rows = frame[frame["indicador"] == indicator]
    return {str(row[0]): Behind.of(row[1:]) for row in _records(rows, [str(frame.columns[0]), *SUPPORT])}


def _records(frame: pd.DataFrame, columns: list[str]) -> Iterator[tuple[object, ...]]:
    return zip(*(frame[name].tolist() for name in columns), strict=True)
