"""Reading the text of a snapshot as numbers, dates, months and truth values, as a contract's kinds say."""

import math
import re
from typing import Any

import pandas as pd
from stdnum.gt import nit as _nit

from movilidad.model.codelists import fold
from movilidad.model.identifiers import is_valid_nit
from movilidad.quality.columns import Cleaned, by_value, spread
from movilidad.quality.states import State

_NUMBER = re.compile(r"[+-]?((\d{1,3}(,\d{3})+|\d+)(\.\d+)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_ISO = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?\s?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(-\d{2}([T ].*)?)?", re.ASCII)
_TRUE = frozenset({"1", "t", "true", "si", "s", "verdadero", "yes", "y", "x"})
_FALSE = frozenset({"0", "f", "false", "no", "n", "falso"})
# what stands outside is a sentinel (0001-01-01, 9999-12-31) or a slip, and no date of a working life
_EARLIEST, _LATEST = pd.Timestamp("1900-01-01"), pd.Timestamp("2199-12-31 23:59:59")


def read_text(texts: pd.Series, longest: int) -> Cleaned:
    """Text as it stands; one of more than ``longest`` letters is ``ilegible``."""
    states = texts.isna().map({True: str(State.EMPTY), False: str(State.OK)}).astype("str")
    too_long = (texts.str.len() > longest).fillna(value=False).astype(bool)
    return Cleaned(texts.mask(too_long), states.mask(too_long, str(State.UNREADABLE)))


def read_decimal(texts: pd.Series) -> Cleaned:
    """Numbers with a decimal point, thousands commas tolerated (``1,234.50``): float64."""
    return by_value(texts, _number, "float64", float("nan"))


def read_integer(texts: pd.Series) -> Cleaned:
    """Whole numbers, thousands commas and ``.0`` tolerated: Int64."""
    return by_value(texts, _whole, "Int64")


def read_logical(texts: pd.Series) -> Cleaned:
    """``sí``/``no``, ``true``/``false``, ``1``/``0`` and their like: boolean."""
    return by_value(texts, _truth, "boolean")


def read_month(texts: pd.Series) -> Cleaned:
    """Months as ``YYYY-MM``; of a whole ISO date (a spreadsheet's cell) the month is taken."""
    return by_value(texts, _month, "str")


def read_nit(texts: pd.Series) -> Cleaned:
    """NIT in compact form; one with a wrong check character is kept and ``dudoso``."""
    return by_value(texts, _tax_number, "str")


def read_date(texts: pd.Series, formats: tuple[str, ...] = ()) -> Cleaned:
    """Calendar dates by the contract's formats in order, ISO 8601 when it names none: datetime64[ns].

    A date that does not exist, or outside 1900–2199, is ``ilegible``. Of an ISO text with a time the day counts.
    """
    codes, once = pd.factorize(texts)
    written = pd.Series(once, dtype="str")
    if formats:
        found = _by_formats(written, formats, utc=False).dt.normalize()
    else:
        found = _by_formats(_only_iso(written).str[:10], ("%Y-%m-%d",), utc=False)
    return _spread_times(texts.index, codes, found, "datetime64[ns]")


def read_instant(texts: pd.Series, formats: tuple[str, ...] = ()) -> Cleaned:
    """Instants: datetime64[ns, UTC]. One without an offset is UTC, a day without an hour its first instant."""
    codes, once = pd.factorize(texts)
    written = pd.Series(once, dtype="str")
    found = (
        _by_formats(written, formats, utc=True)
        if formats
        else _by_formats(_only_iso(written), ("ISO8601",), utc=True)
    )
    return _spread_times(texts.index, codes, found, "datetime64[ns, UTC]")


def _only_iso(written: pd.Series) -> pd.Series:
    return written.where(written.str.fullmatch(_ISO).astype(bool))


def _by_formats(written: pd.Series, formats: tuple[str, ...], *, utc: bool) -> pd.Series:
    dtype = "datetime64[us, UTC]" if utc else "datetime64[us]"
    found = pd.Series(pd.NaT, index=written.index, dtype=dtype)
    # whatever the format, pandas takes «now» and «today» for the present
    plain = written.where(written.str.contains("[0-9]").astype(bool))
    for form in formats:
        parsed = pd.to_datetime(plain.where(found.isna()), format=form, errors="coerce", utc=utc)
        found = found.fillna(parsed.astype(dtype))
    earliest, latest = (bound.tz_localize("UTC") if utc else bound for bound in (_EARLIEST, _LATEST))
    return found.where((found >= earliest) & (found <= latest))


def _spread_times(index: pd.Index, codes: Any, found: pd.Series, dtype: str) -> Cleaned:
    states = [State.UNREADABLE if missing else State.OK for missing in found.isna()]
    cleaned = spread(index, codes, [None] * len(found), states, "object")
    # the position -1 (nothing written) takes the missing time at the end
    times = pd.concat([found, pd.Series([pd.NaT], dtype=found.dtype)]).astype(dtype).array.take(codes)
    return Cleaned(pd.Series(times, index=index), cleaned.states)


def _number(text: str) -> tuple[float, State]:
    if not _NUMBER.fullmatch(text):
        return float("nan"), State.UNREADABLE
    value = float(text.replace(",", ""))
    return (value, State.OK) if math.isfinite(value) else (float("nan"), State.UNREADABLE)


def _whole(text: str) -> tuple[int | None, State]:
    value, state = _number(text)
    if state is not State.OK or value != int(value) or abs(value) >= 2**53:
        return None, State.UNREADABLE
    return int(value), State.OK


def _truth(text: str) -> tuple[bool | None, State]:
    word = fold(text)
    if word in _TRUE:
        return True, State.OK
    return (False, State.OK) if word in _FALSE else (None, State.UNREADABLE)


def _month(text: str) -> tuple[str | None, State]:
    match = _MONTH.fullmatch(text)
    return (f"{match[1]}-{match[2]}", State.OK) if match else (None, State.UNREADABLE)


def _tax_number(text: str) -> tuple[str, State]:
    if is_valid_nit(text):
        return str(_nit.compact(text)), State.OK
    return text, State.DOUBTFUL
