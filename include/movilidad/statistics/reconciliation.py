"""The programme's published figures against our own count. Differences are shown, never repaired.

What was published as persons "placed" is compared with departures: the programme counted a person again in every
season. Figures by sex or visa are not compared; none was published for whole months.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Engine, text

from movilidad.model import paths
from movilidad.model.codelists import TOTAL, code_list
from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.sources.contracts import contract_names, load_contract
from movilidad.statistics.population import PROGRAMME

SERIES = "MINTRAB programme"
COLUMNS = [
    *("id", "desde", "hasta", "pais", "publicado", "salidas", "diferencia", "veredicto", "meses_sin_cargar"),
    *("fuente", "fecha_fuente"),
]
EQUAL, DIFFERENT, ROUNDED, CONFLICT = "igual", "difiere", "redondeada", "fuentes en conflicto"
NOT_LOADED = "meses sin cargar"

_CURRENT = """
SELECT DISTINCT ON (fuente, periodo) fuente, periodo, carga_id
FROM control.vigencias
WHERE fuente = ANY(:fuentes) AND periodo BETWEEN :desde AND :hasta
ORDER BY fuente, periodo, orden DESC
"""
_DEPARTURES = f"""
SELECT v.periodo, c.pais, count(*) AS salidas
FROM ({_CURRENT}) v
JOIN nucleo.colocaciones c USING (carga_id)
WHERE c.canal = :canal AND to_char(c.fecha_salida, 'YYYY-MM') = v.periodo
GROUP BY v.periodo, c.pais
"""


@dataclass(frozen=True)
class _Published:
    id: str
    first: date
    last: date
    country: str
    value: int
    rounded: bool
    source: str
    source_date: str

    @property
    def months(self) -> list[Month]:
        return Month.of(self.first).through(Month.of(self.last))


@dataclass(frozen=True)
class _Ours:
    loaded: set[Month]
    by_month: dict[tuple[Month, str], int]

    def departures(self, months: list[Month], country: str) -> int:
        return sum(self.by_month.get((month, country), 0) for month in months)


def reconcile(engine: Engine, first: Month, last: Month) -> pd.DataFrame:
    """Every published figure of the programme whose period lies within the months given, beside our departures.

    Returns:
        ``id``, ``desde``, ``hasta`` (months), ``pais`` (ISO alpha-3 or ``Total``), ``publicado``, ``salidas``,
        ``diferencia`` (ours less published), ``veredicto`` (igual, difiere, redondeada: within the rounding;
        fuentes en conflicto: the published parts of the period exceed its published total; meses sin cargar:
        then there is no figure of ours), ``meses_sin_cargar``, ``fuente``, ``fecha_fuente``.
    """
    published = _published()
    inside = [figure for figure in published if first <= figure.months[0] and figure.months[-1] <= last]
    return _compared(engine, published, inside)


def reconcile_ending(engine: Engine, month: Month) -> pd.DataFrame:
    """The same of the figures whose period ends with this month; no other departure is counted."""
    published = _published()
    return _compared(engine, published, [figure for figure in published if figure.months[-1] == month])


def _compared(engine: Engine, published: list[_Published], chosen: list[_Published]) -> pd.DataFrame:
    conflicts = _conflicts(published)
    rows: list[list[object]] = []
    if chosen:
        begin = min(figure.months[0] for figure in chosen)
        ours = _ours(engine, begin, max(figure.months[-1] for figure in chosen))
        rows = [_row(figure, ours, conflicts) for figure in chosen]
    return pd.DataFrame(rows, columns=COLUMNS).astype(
        {"publicado": "Int64", "salidas": "Int64", "diferencia": "Int64"}
    )


def _row(figure: _Published, ours: _Ours, conflicts: set[tuple[date, date]]) -> list[object]:
    missing = [month for month in figure.months if month not in ours.loaded]
    count = None if missing else ours.departures(figure.months, figure.country)
    difference = None if count is None else count - figure.value
    verdict = NOT_LOADED if difference is None else _verdict(figure, difference, conflicts)
    span = [str(figure.months[0]), str(figure.months[-1])]
    said = _spans(missing)
    compared = [figure.country, figure.value, count, difference, verdict, said]
    return [figure.id, *span, *compared, figure.source, figure.source_date]


def _verdict(figure: _Published, difference: int, conflicts: set[tuple[date, date]]) -> str:
    if (figure.first, figure.last) in conflicts:
        return CONFLICT
    if difference == 0:
        return EQUAL
    return ROUNDED if figure.rounded and abs(difference) <= _rounding(figure.value) else DIFFERENT


def _rounding(value: int) -> float:
    """How far the truth may lie from a rounded figure: half the unit of its last digit that is not zero."""
    unit = 1
    while value and value % (unit * 10) == 0:
        unit *= 10
    return unit / 2


def _conflicts(published: list[_Published]) -> set[tuple[date, date]]:
    """Periods whose published countries sum to more than their published total."""
    totals: dict[tuple[date, date], int] = {}
    parts: dict[tuple[date, date], int] = defaultdict(int)
    for figure in published:
        period = (figure.first, figure.last)
        if figure.country == TOTAL:
            totals[period] = figure.value
        else:
            parts[period] += figure.value
    return {period for period, total in totals.items() if parts[period] > total}


def _published() -> list[_Published]:
    with (paths.DATA / "cifras_publicadas.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["series"] == SERIES]
    figures = [
        _Published(
            id=row["id"],
            first=date.fromisoformat(row["period_start"]),
            last=date.fromisoformat(row["period_end"]),
            country=_country(row["country_of_work"]),
            value=int(row["value"]),
            rounded=row["precision"] != "exact",
            source=row["source_url"],
            source_date=row["source_date"],
        )
        for row in rows
        if row["sex"] == row["visa"] == "ALL"
    ]
    return [figure for figure in figures if _whole_months(figure)]


def _whole_months(figure: _Published) -> bool:
    return figure.first.day == 1 and figure.last == Month.of(figure.last).last_day


def _country(alpha2: str) -> str:
    if alpha2 == "ALL":
        return TOTAL
    code = code_list("paises").resolve(alpha2)
    if code is None:
        raise DataError("una cifra publicada nombra un país que no existe", place="cifras_publicadas.csv")
    return code


def _ours(engine: Engine, first: Month, last: Month) -> _Ours:
    sources = programme_sources()
    parameters = {"fuentes": sources, "desde": str(first), "hasta": str(last), "canal": PROGRAMME}
    with engine.connect() as connection:
        current = connection.execute(text(_CURRENT), parameters).all()
        found = connection.execute(text(_DEPARTURES), parameters).all()
    delivered = {(row.fuente, row.periodo) for row in current}
    months = {month for month in first.through(last) if all((name, str(month)) in delivered for name in sources)}
    by_month: dict[tuple[Month, str], int] = defaultdict(int)
    for period, country, departures in found:
        by_month[Month.parse(period), country] += departures
        by_month[Month.parse(period), TOTAL] += departures
    return _Ours(months, dict(by_month))


def programme_sources() -> list[str]:
    """The sources that fill the programme's departures."""
    return [
        name
        for name in contract_names()
        if any(
            "colocaciones" in dataset.nucleo and dataset.constantes.get("canal") == PROGRAMME
            for dataset in load_contract(name).conjuntos.values()
        )
    ]


def _spans(months: list[Month]) -> str:
    """``2019-01 a 2019-03, 2019-05``."""
    spans: list[list[Month]] = []
    for month in months:
        if spans and spans[-1][-1].plus(1) == month:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]} a {span[-1]}" for span in spans)
