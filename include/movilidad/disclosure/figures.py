"""Headlines and wages: figures that follow the tables' decisions and rules of their own."""

from collections.abc import Iterator
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


def protect_wages(wages: pd.DataFrame, verdicts: Verdicts, rules: Rules) -> Figures:
    """Wages by country: enough persons on each side of every quartile, enough employers, none undone by others.

    What is in the total but in no shown country could be inferred from both: it must itself be safe to show, or
    nothing; until it is, the smallest shown country is hidden too.
    """
    cells = [_country(code) for code in wages["pais"]]
    behind = {
        code: (int(persons), int(employers))
        for code, persons, employers in zip(wages["pais"], wages["personas"], wages["empleadores"], strict=True)
    }
    hidden = {code: FEW_WAGES for code, found in behind.items() if not _enough(*found, rules)}
    hidden |= {code: TABLE for code in behind if _country(code) in verdicts.hidden}
    hidden |= dict.fromkeys(_complements(behind, hidden, rules), WAGE_COMPLEMENT)
    reasons = [hidden.get(code) for code in wages["pais"]]
    frame = mark(wages.drop(columns=["personas", "empleadores"]), [reason is not None for reason in reasons])
    kept = [not cell or not (verdicts.total_hidden or cell in verdicts.dropped) for cell in cells]
    return Figures("salarios", frame[kept].reset_index(drop=True), wages, cells, reasons)


def _country(code: str) -> Cell:
    return () if code == TOTAL else (("pais", code),)


def _enough(persons: int, employers: int, rules: Rules) -> bool:
    """Four quarters of the minimum frequency each, and enough employers."""
    return persons >= 4 * rules.frecuencia_minima and employers >= rules.empleadores_minimos


def _complements(behind: dict[str, tuple[int, int]], hidden: dict[str, str], rules: Rules) -> Iterator[str]:
    if TOTAL in hidden or TOTAL not in behind:
        return
    persons, employers = behind[TOTAL]
    shown = sorted((found, code) for code, found in behind.items() if code != TOTAL and code not in hidden)
    persons -= sum(found[0] for found, _ in shown)
    # an employer with two countries is subtracted twice: the estimate errs on the safe side
    employers -= sum(found[1] for found, _ in shown)
    for found, code in shown:
        if persons == 0 or _enough(persons, employers, rules):
            return
        persons, employers = persons + found[0], employers + found[1]
        yield code


def protect_headlines(
    headlines: pd.DataFrame,
    verdicts: Verdicts,
    cells: dict[Cell, dict[str, int]],
    wages: Figures,
    rules: Rules,
) -> Figures:
    """Headlines: small counts hidden, and every figure that a hidden cell of a table would tell."""
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
