"""How the project's columns and codes are called in SDMX, whose names allow fewer characters."""

import re
from dataclasses import dataclass

from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN
from movilidad.model.series import Series

AGENCY = "MINTRAB_GT"
CONCEPTS, VERSION = "CS_MOVILIDAD", "1.0.0"
# as SDMX's CL_FREQ 2.1 has them
FREQUENCIES = {"M": "Mensual", "A_3": "Tres veces al año"}
NOT_BROKEN_DOWN = "_Z"

# as the guidelines for SDMX code lists have it
_GENERIC = {TOTAL: "_T", UNKNOWN: "_U", REMAINDER: "_O"}


@dataclass(frozen=True)
class Flow:
    """What the data of a series are called: dataflow, data structure, frequency."""

    id: str
    structure: str
    frequency: str


_FREQUENCY_OF = {"mes": "M", "cuatrimestre": "A_3"}


def flow_of(series: Series) -> Flow:
    """The flow of a series."""
    return Flow(f"DF_{series.sdmx}", f"DSD_{series.sdmx}", _FREQUENCY_OF[series.kind])


def time_period(period: str) -> str:
    """A period as SDMX writes it: four months are a «reporting trimester», ``2026-C3`` → ``2026-T3``."""
    return period.replace("-C", "-T")


def concept_id(column: str) -> str:
    """``departamento_origen`` → ``DEPARTAMENTO_ORIGEN``."""
    return column.upper()


def code_id(code: str) -> str:
    """A code as SDMX allows it: ``Total`` → ``_T``, ``60+`` → ``60_MAS``; most stay as they are."""
    if code in _GENERIC:
        return _GENERIC[code]
    return re.sub(r"[^A-Za-z0-9_@$-]", "_", code.replace("+", "_MAS"))
