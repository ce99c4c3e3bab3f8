"""A sheet of figures as a JSON-stat 2.0 dataset."""

from itertools import accumulate
from operator import mul
from typing import Any

from movilidad.model.periods import Period
from movilidad.publishing.formats.cells import columns, labels, value
from movilidad.publishing.sheets import OBS, Sheet
from movilidad.publishing.vocabulary import CONF_STATES, OBS_STATES

_SHOWN = "F"


def json_stat(sheet: Sheet, source: str, updated: str, notes: list[str]) -> dict[str, Any]:
    """The dataset of a sheet with a key.

    Values and states stand in objects by the cell's position, since many crossings are mostly empty. A hidden
    cell has a state and no value; its confidentiality is in the extension, where JSON-stat has no place for it.

    Args:
        sheet: a sheet with key columns.
        source: who publishes.
        updated: date of publication, ``2026-11-10``.
        notes: what must be known of the whole.
    """
    cells = columns(sheet)
    names = sheet.key
    meanings = {name: _meanings(sheet, name) for name in names}
    sizes = [len(meanings[name]) for name in names]
    places = _places([cells[name] for name in names], [list(meanings[name]) for name in names], sizes)
    measure = next(column for column in sheet.columnas if column.nombre == "valor")
    figures = {
        str(place): value(measure, cell) for place, cell in zip(places, cells["valor"], strict=True) if cell
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": sheet.titulo,
        "source": source,
        "updated": updated,
        "note": notes,
        "role": {"time": ["periodo"], "metric": ["indicador"]},
        "id": names,
        "size": sizes,
        "dimension": {name: _dimension(sheet, name, meanings[name], cells) for name in names},
        "value": figures,
        "status": {str(place): state for place, state in zip(places, cells[OBS.nombre], strict=True)},
        "extension": {
            "estado_obs": OBS_STATES,
            "estado_conf": CONF_STATES,
            "confidencialidad": {
                str(place): state
                for place, state in zip(places, cells["estado_conf"], strict=True)
                if state != _SHOWN
            },
        },
    }


def _meanings(sheet: Sheet, name: str) -> dict[str, str]:
    found = labels(sheet, name)
    return {code: Period.parse(code).label for code in found} if name == "periodo" else found


def _places(keys: list[list[str]], codes: list[list[str]], sizes: list[int]) -> list[int]:
    """Where each row stands when all combinations are laid out, the last dimension changing fastest."""
    steps = list(accumulate(reversed([*sizes[1:], 1]), mul))[::-1]
    positions = [{code: place for place, code in enumerate(found)} for found in codes]
    return [
        sum(position[code] * step for position, code, step in zip(positions, row, steps, strict=True))
        for row in zip(*keys, strict=True)
    ]


def _dimension(sheet: Sheet, name: str, meanings: dict[str, str], cells: dict[str, list[str]]) -> dict[str, Any]:
    title = next(column.significado for column in sheet.columnas if column.nombre == name)
    category: dict[str, Any] = {"index": list(meanings), "label": meanings}
    if name == "indicador":
        category["unit"] = _units(cells)
    return {"label": title.removesuffix(": código"), "category": category}


def _units(cells: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Unit of each indicator, with as many decimals as its figures have."""
    units: dict[str, dict[str, Any]] = {}
    for code, unit, figure in zip(cells["indicador"], cells["unidad"], cells["valor"], strict=True):
        found = units.setdefault(code, {"label": unit, "decimals": 0})
        found["decimals"] = max(found["decimals"], len(figure.partition(".")[2]))
    return units
