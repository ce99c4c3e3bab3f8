"""How verdicts and findings write numbers (es_GT)."""

from collections.abc import Mapping

from movilidad.model.periods import Month


def count(number: float) -> str:
    """``1,234``."""
    return f"{number:,.0f}"


def rows(number: int) -> str:
    """``1,234 filas``."""
    return f"{number:,} {'fila' if number == 1 else 'filas'}"


def percent(share: float) -> str:
    """``8.3 %``."""
    return f"{100 * share:.1f} %"


def before_after(month: Month, now: str, past: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The small table of a finding: the month itself, then what it is compared with."""
    return ((month.label, now), *past.items())
