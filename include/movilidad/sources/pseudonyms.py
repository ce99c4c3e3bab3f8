"""The pseudonym that stands for a person from the extraction on.

HMAC-SHA256 with the deployment's secret key: the same CUI gives the same pseudonym in every source and month, and
nobody without the key can find the CUI, not even by trying all of them.
"""

import hmac

import pandas as pd

from movilidad.model.identifiers import CuiStatus, cui_status, normalise_cui

_LENGTH = 32  # hexadecimal digits, 128 bits


def pseudonym(cui: str | None, key: bytes) -> str | None:
    """The pseudonym of a CUI as written anywhere (with or without blanks and dashes); None if it is empty."""
    digits = normalise_cui(cui)
    if not digits:
        return None
    return hmac.digest(key, f"cui:{digits}".encode(), "sha256").hex()[:_LENGTH]


def pseudonymise(values: pd.Series, key: bytes) -> tuple[pd.Series, pd.Series]:
    """Pseudonym and :class:`~movilidad.model.identifiers.CuiStatus` of each CUI of a text column."""
    codes, once = pd.factorize(values)
    texts = pd.Series(once).to_numpy(dtype=object)  # a column of Arrow is slow to walk through
    # the entry at the end is what the position -1 (nothing written) takes
    names = pd.array([*(pseudonym(text, key) for text in texts), None], dtype="str")
    statuses = pd.array([*(cui_status(text).value for text in texts), CuiStatus.EMPTY.value], dtype="str")
    return pd.Series(names.take(codes), index=values.index), pd.Series(statuses.take(codes), index=values.index)
