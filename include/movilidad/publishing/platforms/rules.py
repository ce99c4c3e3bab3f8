"""Which reasons for quarantine count the very cells that completeness counts: whoever reads a suite knows it."""

from functools import lru_cache

from movilidad.model.identifiers import CuiStatus
from movilidad.monitoring.counts import APART, EMPTY, UNUSABLE, Place
from movilidad.quality.cleaning import STATE
from movilidad.quality.states import State
from movilidad.quality.suites import load_suite
from movilidad.sources.contracts import load_contract

_SET = "expect_column_values_to_be_in_set"
_USABLE = {str(State.OK), str(CuiStatus.UNKNOWN_PLACE)}


@lru_cache
def same_cells(fuente: str) -> dict[Place, tuple[Place, ...]]:
    """Place of a reason → what it sets apart of its field: what is unusable, or that and what is empty."""
    found: dict[Place, tuple[Place, ...]] = {}
    for name, rules in load_suite(load_contract(fuente)).conjuntos.items():
        for rule in rules:
            if rule.meta.accion != "cuarentena" or rule.type != _SET or not rule.columns[0].endswith(STATE):
                continue
            field = rule.columns[0].removesuffix(STATE)
            accepted = {str(state) for state in rule.kwargs["value_set"]} - _USABLE
            if accepted <= {str(State.EMPTY)}:
                of = (UNUSABLE,) if accepted else (EMPTY, UNUSABLE)
                cause = Place("causas", APART, name, field, rule.meta.explicacion)
                found[cause] = tuple(Place("celdas", indicator, name, field) for indicator in of)
    return found
