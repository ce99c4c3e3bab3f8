"""Guatemala's identifiers: CUI of persons, NIT of taxpayers."""

import re
from enum import StrEnum
from functools import lru_cache
from operator import mul

from stdnum.gt import nit as _nit

from movilidad.model.codelists import code_list

_BETWEEN = re.compile(r"[\s-]")
_THIRTEEN = re.compile(r"[0-9]{13}")
_WEIGHTS = tuple(range(2, 10))


class CuiStatus(StrEnum):
    """What can be said of a CUI without printing it."""

    OK = "ok"
    EMPTY = "vacio"
    MALFORMED = "ilegible"
    WRONG_CHECK_DIGIT = "digito_incorrecto"
    UNKNOWN_PLACE = "lugar_desconocido"


def normalise_cui(text: str | None) -> str:
    """The digits of a CUI, without the blanks and dashes of its printed form (4-5-4)."""
    # most are written without: millions of them pass here
    return text if text and text.isascii() and text.isdigit() else _BETWEEN.sub("", text or "")


def cui_status(text: str | None) -> CuiStatus:
    """Check form, check digit and place of registration of a CUI.

    The check digit (ninth) is (2·d1 + 3·d2 + … + 9·d8) mod 11; a remainder of 10 fits no digit and is invalid.
    The last four digits are the municipality of registration, one of 340; an unknown place is a warning, not
    a proof of error.
    """
    cui = normalise_cui(text)
    if not cui:
        return CuiStatus.EMPTY
    if not _THIRTEEN.fullmatch(cui):
        return CuiStatus.MALFORMED
    digits = [code - 48 for code in cui[:9].encode()]
    if sum(map(mul, digits, _WEIGHTS)) % 11 != digits[8]:
        return CuiStatus.WRONG_CHECK_DIGIT
    return CuiStatus.OK if cui[9:] in _municipalities() else CuiStatus.UNKNOWN_PLACE


def is_valid_nit(text: str | None) -> bool:
    """Whether a NIT has the right form and check character (python-stdnum)."""
    return text is not None and bool(_nit.is_valid(text))


@lru_cache
def _municipalities() -> frozenset[str]:
    return frozenset(code_list("municipios").codes)
