"""Which reasons for quarantine count the very cells that completeness counts: whoever reads a suite knows it."""

from functools import lru_cache
from typing import NamedTuple

from movilidad.model.identifiers import CuiStatus
from movilidad.monitoring.counts import APART, EMPTY, UNUSABLE, Place
from movilidad.quality.cleaning import STATE
from movilidad.quality.states import State
from movilidad.quality.suites import load_suite
from movilidad.sources.contracts import load_contract

_SET = "expect_column_values_to_be_in_set"
_USABLE = {str(State.OK), str(CuiStatus.UNKNOWN_PLACE)}


class Counted(NamedTuple):
    """What a reason sets apart of its field: all of these cells; of the unusable ones perhaps only a part."""

    celdas: tuple[Place, ...]
    todas: bool


@lru_cache
def counted_cells(fuente: str) -> dict[Place, Counted]:
    """Place of a reason → the cells that it counts: those that are unusable, or those and the empty ones."""
    found: dict[Place, Counted] = {}
    for name, rules in load_suite(load_contract(fuente)).conjuntos.items():
        for rule in rules:
            if rule.meta.accion != "cuarentena" or rule.type != _SET or not rule.columns[0].endswith(STATE):
                continue
            field = rule.columns[0].removesuffix(STATE)
            accepted = {str(state) for state in rule.kwargs["value_set"]} - _USABLE
            of = (UNUSABLE,) if str(State.EMPTY) in accepted else (EMPTY, UNUSABLE)
            cells = tuple(Place("celdas", indicator, name, field) for indicator in of)
            cause = Place("causas", APART, name, field, rule.meta.explicacion)
            found[cause] = Counted(cells, accepted <= {str(State.EMPTY)})
    return found
