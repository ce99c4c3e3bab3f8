"""A column while it is cleaned: values and what is known of each. Work is done once per different value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from movilidad.model.codelists import fold
from movilidad.quality.states import State

Reader = Callable[[str], tuple[Any, State]]


@dataclass(frozen=True)
class Cleaned:
    """One field of all rows: ``values`` (typed) and ``states`` (words of ``State``), on the same index."""

    values: pd.Series
    states: pd.Series


def stripped(raw: pd.Series) -> pd.Series:
    """The text without blanks around it; empty becomes missing."""
    text = raw.astype("str").str.strip()
    return text.mask(text == "")


def by_value(texts: pd.Series, read: Reader, dtype: str, missing: Any = None) -> Cleaned:
    """Apply ``read`` once to each different text; ``missing`` stands for what was not written."""
    codes, texts_once = pd.factorize(texts)
    found = [read(str(text)) for text in texts_once]
    return spread(texts.index, codes, [value for value, _ in found], [state for _, state in found], dtype, missing)


def spread(
    index: pd.Index,
    codes: Any,
    values: Sequence[Any],
    states: Sequence[str],
    dtype: str,
    missing: Any = None,
) -> Cleaned:
    """Give each row the value and state of its code; the code -1 (nothing written) takes ``missing``."""
    # the entry at the end is what the position -1 takes
    all_values = pd.array([*values, missing], dtype=dtype)
    all_states = pd.array([*(str(state) for state in states), str(State.EMPTY)], dtype="str")
    return Cleaned(pd.Series(all_values.take(codes), index=index), pd.Series(all_states.take(codes), index=index))


def with_equivalents(texts: pd.Series, equivalents: dict[str, str]) -> pd.Series:
    """Replace what the source writes by what its contract says that it means; case and accents do not matter."""
    if not equivalents:
        return texts
    meant = {fold(written): meaning for written, meaning in equivalents.items()}
    codes, texts_once = pd.factorize(texts)
    replaced = pd.array([*(meant.get(fold(str(text)), str(text)) for text in texts_once), None], dtype="str")
    return pd.Series(replaced.take(codes), index=texts.index)
