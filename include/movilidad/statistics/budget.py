"""The budget of the programme in a period: money, per cent executed, physical goals.

What is assigned and in force is of the whole year, as it stood in the period's last month. What is accrued and
paid is of the period; to date, from January to its last month.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Month, Period
from movilidad.statistics.bulk_read import NUMBER, TEXT, read_rows
from movilidad.statistics.inputs import Load, load_ids

ACCRUED, COST = "devengado", "costo_por_persona_colocada"
IN_FORCE, PERCENT_TO_DATE = "vigente", "ejecucion_acumulada"
_MONEY, _PERCENT = "GTQ", "%"
_STANDING, _FLOWS = ("asignado", IN_FORCE), (ACCRUED, "pagado")
_TO_DATE = "_acumulado"
SMALLEST_PART = "parte_menor"
_LINES = {**dict.fromkeys(("renglon", "descripcion"), TEXT), **dict.fromkeys((*_STANDING, *_FLOWS), NUMBER)}
_GOALS = {**dict.fromkeys(("meta_id", "producto", "unidad"), TEXT), **dict.fromkeys(("meta", "ejecutado"), NUMBER)}
_QUERY = (
    "SELECT {columns} FROM nucleo.{table} WHERE carga_id = ANY(%(cargas)s) AND periodo = %(mes)s ORDER BY {order}"
)

Rows = Mapping[Month, pd.DataFrame]


def read_lines(connection: Connection, month: Month, loads: Sequence[Load]) -> pd.DataFrame:
    """The budget's lines of a month; amounts in quetzales."""
    order = "renglon, documento"
    query = _QUERY.format(columns=", ".join(_LINES), table="ejecucion_presupuestaria", order=order)
    return read_rows(connection, query, _parameters(month, loads), _LINES)


def read_goals(connection: Connection, month: Month, loads: Sequence[Load]) -> pd.DataFrame:
    """The physical goals of a month; none where its load was made before the source gave them."""
    query = _QUERY.format(columns=", ".join(_GOALS), table="metas_fisicas", order="meta_id")
    return read_rows(connection, query, _parameters(month, loads), _GOALS)


def _parameters(month: Month, loads: Sequence[Load]) -> dict[str, object]:
    return {"cargas": load_ids(list(loads)), "mes": str(month)}


def budget(period: Period, lines: Rows) -> pd.DataFrame:
    """Money of the period by budget line.

    Args:
        lines: the lines of each month of the period, and of the year's months before it as far as they are there.

    Returns:
        ``renglon`` (``Total`` first), ``descripcion``, ``indicador``, ``unidad``, ``valor`` (Float64). What is to
        date is missing unless all months of the year are there; a percentage also where nothing is in force.
    """
    names = _latest(period, lines, "renglon", "descripcion")
    standing = lines[period.last].groupby("renglon")[list(_STANDING)].sum()
    flows = _sums(period.months, lines, "renglon", list(_FLOWS))
    to_date = _sums(_to_date(period), lines, "renglon", list(_FLOWS))
    rows = []
    for line in (TOTAL, *sorted(names)):
        money = {name: _amount(standing, line, name) for name in _STANDING}
        money |= {name: _amount(flows, line, name) for name in _FLOWS}
        money |= {name + _TO_DATE: _amount(to_date, line, name) for name in _FLOWS}
        shares = {
            "ejecucion_periodo": _percent(money[ACCRUED], money[IN_FORCE]),
            PERCENT_TO_DATE: _percent(money[ACCRUED + _TO_DATE], money[IN_FORCE]),
        }
        label = names.get(line, "Todos los renglones")
        rows += [(line, label, name, _MONEY, value) for name, value in money.items()]
        rows += [(line, label, name, _PERCENT, value) for name, value in shares.items()]
    return _frame(rows, ["renglon", "descripcion"])


def goals(period: Period, found: Rows) -> pd.DataFrame:
    """Physical goals of the year and what was done of them in the period.

    Returns:
        ``meta_id``, ``producto``, ``indicador`` (``meta``, ``ejecutado``, ``ejecutado_acumulado``, ``avance``),
        ``unidad``, ``valor`` (Float64), a product after the other, and behind what is done ``parte_menor``: the
        smallest sum of four months in it that is not zero, since reports show each four months apart. What is done
        is missing where a month has no goals. No rows where the period's last month has none.
    """
    names = _latest(period, found, "meta_id", "producto")
    units = _latest(period, found, "meta_id", "unidad")
    aims = found[period.last].groupby("meta_id")[["meta"]].sum()
    done = _sums(period.months, found, "meta_id", ["ejecutado"])
    to_date = _sums(_to_date(period), found, "meta_id", ["ejecutado"])
    rows, parts = [], []
    for goal in sorted(aims.index):
        aim = _amount(aims, goal, "meta")
        so_far = _amount(to_date, goal, "ejecutado")
        rows += [
            (goal, names[goal], "meta", units[goal], aim),
            (goal, names[goal], "ejecutado", units[goal], _amount(done, goal, "ejecutado")),
            (goal, names[goal], "ejecutado_acumulado", units[goal], so_far),
            (goal, names[goal], "avance", _PERCENT, _percent(so_far, aim)),
        ]
        whole = _smallest_part(_to_date(period), found, goal)
        parts += [None, _smallest_part(period.months, found, goal), whole, whole]
    frame = _frame(rows, ["meta_id", "producto"])
    return frame.assign(**{SMALLEST_PART: pd.array(parts, dtype="Float64")})


def cost_per_person(money: pd.DataFrame, placed: float | None) -> pd.DataFrame:
    """The row of what was accrued in the period per person placed in it; missing if nobody was or may be told.

    Args:
        money: as ``budget`` gives it.
        placed: persons placed in the period as they are published; None if hidden.
    """
    accrued = money.loc[(money["renglon"] == TOTAL) & (money["indicador"] == ACCRUED), "valor"].iloc[0]
    value = round(float(accrued) / placed, 2) if placed and not pd.isna(accrued) else None
    return _frame([(TOTAL, "Todos los renglones", COST, "GTQ por persona", value)], ["renglon", "descripcion"])


def _to_date(period: Period) -> list[Month]:
    return Month(period.first.year, 1).through(period.last)


def _latest(period: Period, rows: Rows, key: str, name: str) -> dict[str, str]:
    """How each line or goal was called last."""
    found: dict[str, str] = {}
    for month in period.months:
        found |= dict(zip(rows[month][key], rows[month][name], strict=True))
    return found


def _sums(months: Sequence[Month], rows: Rows, key: str, columns: list[str]) -> pd.DataFrame | None:
    """Sums over the months, by key; None if a month is not there or has nothing."""
    parts = [rows[month] for month in months if month in rows and len(rows[month])]
    if len(parts) < len(months):
        return None
    return pd.concat(parts).groupby(key)[columns].sum()


def _smallest_part(months: Sequence[Month], rows: Rows, goal: str) -> float | None:
    """The smallest sum, other than zero, of what months of the same four months add to a goal."""
    parts: dict[int, float] = {}
    for month in months:
        if month in rows:
            own = rows[month].loc[rows[month]["meta_id"] == goal, "ejecutado"]
            number = (month.month - 1) // 4
            parts[number] = parts.get(number, 0.0) + float(own.sum())
    return min((part for part in parts.values() if part), default=None)


def _amount(sums: pd.DataFrame | None, key: str, column: str) -> float | None:
    if sums is None:
        return None
    if key == TOTAL:
        return round(float(sums[column].sum()), 2)
    return round(float(sums[column].get(key, 0.0)), 2)


def _percent(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else round(100 * part / whole, 2)


def _frame(rows: Sequence[tuple[object, ...]], keys: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*keys, "indicador", "unidad", "valor"]).astype({"valor": "Float64"})
