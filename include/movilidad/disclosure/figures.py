"""Headlines, which follow the tables' decisions and rules of their own; and what any protected figure is."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from movilidad.disclosure.cells import TOTAL_TOO_SMALL, Cell, Verdicts
from movilidad.disclosure.frames import mark
from movilidad.disclosure.patterns import SMALL, WITHHELD, Rules, is_small
from movilidad.model.codelists import TOTAL, UNKNOWN
from movilidad.statistics.wages import MEDIAN

FEW_WAGES = "observaciones_insuficientes"
FEW_AGES = "edades_insuficientes"
WAGE_COMPLEMENT = "complemento_salarial"
DOMINATED = "concentracion"
TABLE = "oculta_en_el_cuadro"
DIFFERENCE = "diferencia"

_COUNTS = ("colocados", "salidas", "aplicantes", "empleadores", "trabajadores_reportados")
# what is told of the placed; the other headlines speak of other people
_OF_THE_PLACED = (
    *("colocados", "salidas", "mujeres", "edad_mediana", MEDIAN),
    *("paises_destino", "departamentos_origen", "empleadores"),
)
_WOMEN: Cell = (("sexo", "2"),)
_NUMBER_OF_CODES = {"paises_destino": "pais", "departamentos_origen": "departamento_origen"}


@dataclass(frozen=True)
class Figures:
    """A protected frame; and of each row of the original its cell and the rule that hid it (None: shown)."""

    name: str
    frame: pd.DataFrame
    original: pd.DataFrame
    cells: list[Cell]
    rules: list[str | None]


def protect_headlines(
    headlines: pd.DataFrame,
    verdicts: Verdicts,
    cells: dict[Cell, dict[str, int]],
    wages: Figures,
    totals: Collection[str],
    rules: Rules,
) -> Figures:
    """Headlines: small counts hidden, and every figure that a hidden cell of a table would tell.

    Args:
        totals: indicators of which the tables hide the very total.
    """
    values = dict(zip(headlines["indicador"], headlines["valor"], strict=True))
    hidden: dict[str, str | None] = {
        name: SMALL
        for name in _COUNTS
        if name in values and is_small({name: int(values[name])}, rules.frecuencia_minima)
    }
    hidden |= {name: _codes_reason(dimension, verdicts) for name, dimension in _NUMBER_OF_CODES.items()}
    hidden[MEDIAN] = _wage_reason(wages)
    hidden["edad_mediana"] = None if _known_ages(cells) >= 4 * rules.frecuencia_minima else FEW_AGES
    hidden["mujeres"] = _women_reason(values, verdicts, rules)
    hidden |= dict.fromkeys(totals, TOTAL_TOO_SMALL)
    if verdicts.total_hidden:
        hidden |= dict.fromkeys(_OF_THE_PLACED, TOTAL_TOO_SMALL)
    reasons = [hidden.get(name) for name in values]
    frame = mark(headlines, [reason is not None for reason in reasons])
    return Figures("resumen", frame, headlines, [()] * len(reasons), reasons)


def _wage_reason(wages: Figures) -> str | None:
    rows = zip(wages.original["pais"], wages.original["indicador"], wages.rules, strict=True)
    return next((rule for code, name, rule in rows if code == TOTAL and name == MEDIAN), FEW_WAGES)


def _known_ages(cells: dict[Cell, dict[str, int]]) -> int:
    """Persons behind the median age; none if no table counts age groups."""
    unknown = cells.get((("grupo_edad", UNKNOWN),))
    return cells[()]["colocados"] - unknown["colocados"] if unknown else 0


def _women_reason(values: dict[str, float], verdicts: Verdicts, rules: Rules) -> str | None:
    if _WOMEN in verdicts.hidden:
        return TABLE
    women = int(values.get("mujeres", 0))
    others = int(values.get("colocados", 0)) - women
    if is_small({"mujeres": women}, rules.frecuencia_minima):
        return SMALL
    return DIFFERENCE if is_small({"otros": others}, rules.frecuencia_minima) else None


def _codes_reason(dimension: str, verdicts: Verdicts) -> str | None:
    """The number of categories is part of a breakdown that is withheld."""
    withheld = any(len(cell) == 1 and cell[0][0] == dimension for cell in verdicts.dropped)
    return WITHHELD if withheld else None
