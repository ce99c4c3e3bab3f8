"""From the classifications of other countries to those of the project. Both tables are one to many; the rules of
choice are those of the decision record on crosswalks: plain, the same for every row, and free of chance.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from movilidad.model.codelists import rows
from movilidad.model.errors import UsageError

Crosswalk = Callable[[str], str | None]

_SOC = re.compile(r"([0-9]{2})-?([0-9]{4})(\.[0-9]{2})?")
_NAICS = re.compile(r"[0-9]{3,7}")
_SUBSISTENCE = "63"  # who works abroad for pay is no subsistence farmer


def crosswalk(name: str) -> Crosswalk:
    """The crosswalk of a contract's ``conversiones``; a UsageError if there is none of that name."""
    try:
        return _CROSSWALKS[name]
    except KeyError:
        raise UsageError(
            f"no hay conversión «{name}»", remedy=f"elija una de: {', '.join(sorted(_CROSSWALKS))}"
        ) from None


def soc_to_ciuo(code: str) -> str | None:
    """CIUO-08 unit group of a SOC 2010 code (``45-2092``, ``45-2092.00``, ``452092``); None if it is unknown.

    Of several groups: no subsistence farmers, then the highest major group, then the smallest code.
    """
    match = _SOC.fullmatch(code)
    groups = _soc().get(f"{match[1]}-{match[2]}", []) if match else []
    paid = [group for group in groups if not group.startswith(_SUBSISTENCE)] or groups
    return min(paid, key=lambda group: (-int(group[0]), group), default=None)


def naics_to_ciiu(code: str) -> str | None:
    """CIIU Rev. 4 class of a NAICS or SCIAN code of three to seven digits; None if no prefix is known.

    The longest prefix that the table knows, from six digits down to three, and of the classes under it the one
    that occurs most often; of equals the smallest code.
    """
    if not _NAICS.fullmatch(code):
        return None
    prefixes = (code[:length] for length in range(min(6, len(code)), 2, -1))
    return next((_classes()[prefix] for prefix in prefixes if prefix in _classes()), None)


@lru_cache
def _soc() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for row in rows("soc_a_ciuo08"):
        groups.setdefault(row["soc2010"], []).append(row["ciuo08"])
    return groups


@lru_cache
def _classes() -> dict[str, str]:
    """Prefix of a SCIAN code (three to six digits) → the class chosen for it."""
    counts: dict[str, Counter[str]] = {}
    for row in rows("scian_a_ciiu"):
        for length in range(3, 7):
            counts.setdefault(row["scian"][:length], Counter())[row["ciiu"]] += 1
    return {prefix: min(found, key=lambda code: (-found[code], code)) for prefix, found in counts.items()}


_CROSSWALKS: dict[str, Crosswalk] = {"soc_a_ciuo08": soc_to_ciuo, "scian_a_ciiu": naics_to_ciiu}
