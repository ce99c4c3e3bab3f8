"""Reading codes of closed lists: code, label or alias of the list, else a crosswalk's code."""

import pandas as pd

from movilidad.model.codelists import UNKNOWN, code_list
from movilidad.quality.columns import Cleaned, by_value
from movilidad.quality.crosswalks import crosswalk
from movilidad.quality.states import State


def read_code(texts: pd.Series, list_name: str, conversions: tuple[str, ...] = ()) -> Cleaned:
    """Codes of the list ``list_name``; what is missing or unknown becomes ``ND``."""
    codes = code_list(list_name)
    crosswalks = [crosswalk(name) for name in conversions]

    def read(text: str) -> tuple[str, State]:
        found = codes.resolve(text)
        for convert in crosswalks:
            found = found or convert(text)
        return (found, State.OK) if found else (UNKNOWN, State.OUT_OF_LIST)

    return by_value(texts, read, "str", UNKNOWN)
