"""How the project's columns and codes are called in SDMX, whose names allow fewer characters."""

import re

from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN

AGENCY = "MINTRAB_GT"
FLOW, STRUCTURE, CONCEPTS, VERSION = "DF_MOVILIDAD", "DSD_MOVILIDAD", "CS_MOVILIDAD", "1.0.0"
NOT_BROKEN_DOWN = "_Z"

# as the guidelines for SDMX code lists have it
_GENERIC = {TOTAL: "_T", UNKNOWN: "_U", REMAINDER: "_O"}


def concept_id(column: str) -> str:
    """``departamento_origen`` → ``DEPARTAMENTO_ORIGEN``."""
    return column.upper()


def code_id(code: str) -> str:
    """A code as SDMX allows it: ``Total`` → ``_T``, ``60+`` → ``60_MAS``; most stay as they are."""
    if code in _GENERIC:
        return _GENERIC[code]
    return re.sub(r"[^A-Za-z0-9_@$-]", "_", code.replace("+", "_MAS"))
