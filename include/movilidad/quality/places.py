"""Municipality and department of origin from the names that people write."""

from functools import lru_cache

import pandas as pd

from movilidad.model.codelists import UNKNOWN, code_list, fold
from movilidad.quality.columns import Cleaned
from movilidad.quality.states import State


def read_places(municipalities: pd.Series, departments: pd.Series) -> tuple[Cleaned, Cleaned]:
    """INE codes of municipality and department, from what is written in both columns.

    The department decides between homonyms; alias spellings count. A municipality that cannot be told is ``ND``
    and the department is still known when it was written.
    """
    pairs = pd.MultiIndex.from_arrays([municipalities.fillna(""), departments.fillna("")])
    codes, once = pd.factorize(pairs)
    found = [_resolve(municipality, department) for municipality, department in once]

    def column(position: int) -> pd.Series:
        values = pd.array([str(each[position]) for each in found], dtype="str")
        return pd.Series(values.take(codes), index=municipalities.index)

    return Cleaned(column(0), column(1)), Cleaned(column(2), column(3))


def _resolve(municipality: str, department: str) -> tuple[str, State, str, State]:
    """Code and state of the municipality, code and state of the department."""
    within = _department(department)
    place, state = _municipality(municipality, within)
    if place:
        return place, state, place[:2], State.OK
    if within:
        return UNKNOWN, state, within, State.OK
    return UNKNOWN, state, UNKNOWN, State.OUT_OF_LIST if department else State.EMPTY


def _department(text: str) -> str | None:
    digits = text.zfill(2) if text.isdecimal() else text
    return code_list("departamentos").resolve(digits) if text else None


def _municipality(text: str, department: str | None) -> tuple[str | None, State]:
    if not text:
        return None, State.EMPTY
    candidates = _candidates(text)
    inside = [code for code in candidates if code[:2] == department] if department else candidates
    if len(inside) == 1:
        return inside[0], State.OK
    if inside:
        return None, State.AMBIGUOUS
    return None, State.CONFLICTING if candidates else State.OUT_OF_LIST


def _candidates(text: str) -> list[str]:
    if text.isdecimal():
        code = text.zfill(4)
        return [code] if code in code_list("municipios").labels else []
    return _by_name().get(fold(text), [])


@lru_cache
def _by_name() -> dict[str, list[str]]:
    municipalities = code_list("municipios")
    names: dict[str, list[str]] = {}
    for code, label in municipalities.labels.items():
        for name in {fold(label), *(fold(alias) for alias in municipalities.aliases[code])}:
            names.setdefault(name, []).append(code)
    return names
