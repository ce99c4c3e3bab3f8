"""The pseudonym that stands for a person from the extraction on.

HMAC-SHA256 with the deployment's secret key: the same CUI gives the same pseudonym in every source and month, and
nobody without the key can find the CUI, not even by trying all of them.
"""

import hashlib
import hmac

import pandas as pd

from movilidad.model.identifiers import cui_status, normalise_cui

_LENGTH = 32  # hexadecimal digits, 128 bits


def pseudonym(cui: str | None, key: bytes) -> str | None:
    """The pseudonym of a CUI as written anywhere (with or without blanks and dashes); None if it is empty."""
    digits = normalise_cui(cui)
    if not digits:
        return None
    return hmac.new(key, f"cui:{digits}".encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def pseudonymise(values: pd.Series, key: bytes) -> tuple[pd.Series, pd.Series]:
    """Pseudonym and :class:`~movilidad.model.identifiers.CuiStatus` of each CUI of a text column."""
    present = values.where(values.notna(), "")
    distinct = present.unique()
    names = {text: pseudonym(text, key) for text in distinct}
    statuses = {text: cui_status(text).value for text in distinct}
    return (
        pd.Series([names[text] for text in present], index=values.index, dtype="str"),
        pd.Series([statuses[text] for text in present], index=values.index, dtype="str"),
    )
