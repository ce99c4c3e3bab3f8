"""The figures of the accountability report as they may be shown.

Enrolments and complaints are protected as tables, by the same rules as all others. What follows from them is
hidden with them: the days until complaints were closed, goals that count persons, the cost per person placed.
"""

from dataclasses import dataclass, replace

import pandas as pd

from movilidad.disclosure.frames import mark
from movilidad.disclosure.history import History
from movilidad.disclosure.protection import Rules, protect_period
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import UsageError
from movilidad.statistics.accountability import Accountability
from movilidad.statistics.budget import SMALLEST_PART, cost_per_person
from movilidad.statistics.complaints import BASE, CLOSED, KIND
from movilidad.statistics.tables import PeriodTables

_OF_PERSONS = ("personas", "salidas")
_CLOSED_BY_KIND = f"{CLOSED}_por_{KIND}"
_PLACED, _BY_COUNTRY = "colocados", "colocados_por_pais"


@dataclass(frozen=True)
class ProtectedAccountability:
    """Figures that may be shown, and what was decided about the cells of their tables.

    Attributes:
        figures: as computed; ``cuadros``, ``plazos``, ``metas`` and ``presupuesto`` with ``estado_obs`` and
            ``estado_conf``, their hidden figures missing. ``presupuesto`` ends with the cost per person placed.
        decisions: private: rows of the ledger.
    """

    figures: Accountability
    decisions: pd.DataFrame


def protect_accountability(
    found: Accountability, placed: PeriodTables, rules: Rules, history: History
) -> ProtectedAccountability:
    """Hide what must be hidden.

    Args:
        placed: the protected tables of the same period; of them the persons placed.
        history: what earlier revisions of the same period showed and hid. No month shows these tables.

    A UsageError for a year: some tables are sums of the four-month ones and others, by a state as of the last day,
    are not; whoever subtracted the periods would learn which complaints changed their state (decision 16).
    """
    if found.period.kind != "cuatrimestre":
        raise UsageError(
            "la rendición de cuentas se protege por cuatrimestre",
            period=found.period,
            remedy="pida los tres cuatrimestres del año, cada uno por separado",
        )
    decided = protect_period(found.cuadros, [], rules, history)
    tables = decided.tables
    figures = replace(
        found,
        cuadros=tables,
        plazos=_durations(found.plazos, tables.cuadros[_CLOSED_BY_KIND], rules),
        metas=_goals(found.metas, rules),
        presupuesto=_with_cost(found.presupuesto, placed),
    )
    return ProtectedAccountability(figures, decided.decisions)


def _durations(frame: pd.DataFrame, closed: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """A median stands with its base: where the number of cases is not shown, neither is."""
    shown = closed[closed["valor"].notna()]
    bases = dict(zip(shown[KIND], shown["valor"], strict=True))
    hidden = [bases.get(code, 0) < rules.frecuencia_minima for code in frame[KIND]]
    marked = mark(frame, hidden)
    return marked.assign(**{BASE: frame[BASE].mask(pd.Series(hidden, index=frame.index, dtype=bool))})


def _goals(frame: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Of a goal that counts persons, what adds up a small part is hidden: the other parts would give it away."""
    persons = frame.loc[frame["unidad"].isin(_OF_PERSONS), "meta_id"]
    small = (frame[SMALLEST_PART] < rules.frecuencia_minima).fillna(False)
    return mark(frame, (frame["meta_id"].isin(persons) & small).tolist()).drop(columns=SMALLEST_PART)


def _with_cost(money: pd.DataFrame, placed: PeriodTables) -> pd.DataFrame:
    table = placed.cuadros[_BY_COUNTRY]
    total = table.loc[(table["pais"] == TOTAL) & (table["indicador"] == _PLACED), "valor"]
    persons = None if total.empty or pd.isna(total.iloc[0]) else float(total.iloc[0])
    cost = mark(cost_per_person(money, persons), [persons is None])
    return pd.concat([mark(money, [False] * len(money)), cost], ignore_index=True)
