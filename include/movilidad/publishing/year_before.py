"""The figures of a release beside those that a release of a year before shows, cell by cell."""

import json

import pandas as pd

from movilidad.model.codelists import REMAINDER
from movilidad.model.errors import DataError
from movilidad.model.settings import get_settings
from movilidad.publishing.figures import LISTED, Figure, Figures, figures_of, published_figures
from movilidad.publishing.sheets import CONF, HIDDEN, INDICATOR, UNIT, Sheet
from movilidad.statistics.four_month_context import compared

_HIDDEN = HIDDEN[CONF.nombre]


def beside_year_before(sheets: list[Sheet], base: str) -> pd.DataFrame:
    """Every figure that both releases have: ``four_month_context.COMPARED``.

    Args:
        sheets: the sheets of figures of the release.
        base: the id of the other one; empty if there is none. A DataError if its files are gone: what it showed
            stands in no other place that readers have.
    """
    before = _published(base) if base else {}
    units = _units(sheets)
    rows = [
        (
            place.cuadro,
            place.celda,
            place.indicador,
            units[place.cuadro, place.indicador],
            *_pair(now, before[place]),
        )
        for place, now in figures_of(sheets).items()
        # what is hidden together is not the same in both years
        if place in before and place.indicador != LISTED and REMAINDER not in json.loads(place.celda).values()
    ]
    return compared(rows)


def _published(base: str) -> Figures:
    try:
        return published_figures(get_settings().publicaciones / base)
    except DataError as error:
        raise DataError(
            f"faltan los archivos de {base}, con la que se compara este cuatrimestre",
            place="comparaciones",
            remedy="restituya su carpeta desde una copia",
        ) from error


def _units(sheets: list[Sheet]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for sheet in (each for each in sheets if each.key):
        places = sheet.header.index(INDICATOR.nombre), sheet.header.index(UNIT.nombre)
        found |= {(sheet.nombre, row[places[0]]): row[places[1]] for row in sheet.filas}
    return found


def _pair(now: Figure, before: Figure) -> tuple[object, ...]:
    return *_told(now), *_told(before)


def _told(figure: Figure) -> tuple[float | None, bool]:
    return float(figure.valor) if figure.valor else None, figure.estado_conf == _HIDDEN
