"""A table as it may be shown."""

from dataclasses import dataclass

import pandas as pd

from movilidad.disclosure.cells import Cell, Verdicts, cell_keys, dimensions_of, rows_as_cells
from movilidad.model.codelists import REMAINDER, TOTAL

SHOWN = {"estado_obs": "A", "estado_conf": "F"}
HIDDEN = {"estado_obs": "Q", "estado_conf": "C"}  # one code for every reason: the reason reveals a value


def mark(frame: pd.DataFrame, hidden: list[bool]) -> pd.DataFrame:
    """Blank ``valor`` where hidden and add the two status columns."""
    marked = frame.copy()
    number = "Float64" if pd.api.types.is_float_dtype(frame["valor"].dtype) else "Int64"
    flags = pd.Series(hidden, index=frame.index, dtype=bool)
    marked["valor"] = frame["valor"].astype(number).mask(flags)
    for column, status in SHOWN.items():
        marked[column] = [HIDDEN[column] if flag else status for flag in hidden]
    return marked


@dataclass
class _Rest:
    """Sum of what is hidden within one shown total, and where its row goes: after the group's last row."""

    value: int = 0
    after: int = 0
    found: bool = False


def protect_table(frame: pd.DataFrame, verdicts: Verdicts, *, summed: bool) -> pd.DataFrame:
    """The table with hidden cells blank and withheld rows left out.

    Args:
        summed: add a row ``Resto`` per group with hidden cells: for tables of one dimension and hierarchies.
    """
    keys = cell_keys(frame)
    marked = mark(frame, [cell in verdicts.hidden for cell in keys])
    marked = marked[[cell not in verdicts.dropped for cell in keys]]
    if verdicts.total_hidden or not summed:
        return marked.reset_index(drop=True)
    dimensions = dimensions_of(frame)
    rest = pd.DataFrame(
        [row for indicator in frame["indicador"].unique() for row in _rests(frame, verdicts, indicator)],
        columns=[*dimensions, "indicador", "unidad", "valor", *SHOWN, "lugar"],
    ).astype({"valor": "Int64"})
    if rest.empty:
        return marked.reset_index(drop=True)
    placed = pd.concat([marked.assign(lugar=marked.index.astype("float64")), rest])
    return placed.sort_values("lugar", kind="stable").drop(columns="lugar").reset_index(drop=True)


def _rests(frame: pd.DataFrame, verdicts: Verdicts, indicator: str) -> list[list[object]]:
    """Rows ``Resto`` of one indicator, with the place of each among the table's rows."""
    depth = len(dimensions_of(frame))
    rests: dict[Cell, _Rest] = {}
    rows = zip(
        frame.index,
        frame["indicador"],
        frame["unidad"],
        frame["valor"],
        rows_as_cells(frame),
        cell_keys(frame),
        strict=True,
    )
    unit, last = "", 0
    for number, name, found_unit, value, cell, key in rows:
        if name != indicator or not cell:
            continue
        unit, last = found_unit, number
        rest = rests.setdefault(cell[:-1], _Rest())
        rest.after = number
        if key in verdicts.hidden:
            rest.value, rest.found = rest.value + int(value), True
    rests = {parent: rest for parent, rest in rests.items() if rest.found and parent not in verdicts.hidden}
    status = list(SHOWN.values())
    result: list[list[object]] = []
    for parent, rest in rests.items():
        if parent or depth == 1:
            codes = [*(code for _, code in parent), REMAINDER]
            result.append([*codes, indicator, unit, rest.value, *status, rest.after + 0.25])
        else:  # the hidden categories together: as a margin, and as the one part of it that may be shown
            for inner, place in ((TOTAL, 0.5), (REMAINDER, 0.75)):
                result.append([REMAINDER, inner, indicator, unit, rest.value, *status, last + place])
    return result
