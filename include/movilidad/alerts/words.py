"""Moments and spans as messages write them."""

from datetime import datetime, timedelta

from movilidad.model.periods import TZ
from movilidad.reports import text as reports
from movilidad.reports.numbers import long_date, number


def moment(when: datetime, now: datetime) -> str:
    """``hoy a las 09:30``, ``el 5 de noviembre de 2026 a las 09:30``; the time is Guatemala's."""
    local = when.astimezone(TZ)
    day = "hoy" if local.date() == now.astimezone(TZ).date() else f"el {long_date(local.date())}"
    return f"{day} a las {local:%H:%M}"


def span(length: timedelta) -> str:
    """``40 minutos``, ``3 horas``, ``2 días``: whole units, rounded down."""
    minutes = max(int(length.total_seconds() // 60), 1)
    if minutes < 120:
        return _counted(minutes, "minuto")
    return _counted(minutes // 60, "hora") if minutes < 48 * 60 else _counted(minutes // (24 * 60), "día")


def times(count: int) -> str:
    """``una vez``, ``39 veces``."""
    return "una vez" if count == 1 else f"{number(count)} veces"


def sentence(text: str) -> str:
    """With a capital letter and a full stop; nothing of nothing."""
    return reports.sentence(text) if text.strip() else ""


def listed(names: list[str], at_most: int) -> str:
    """``a, b y c``; of many, the first and how many more."""
    rest = len(names) - at_most
    return reports.listed([*names[:at_most], f"{number(rest)} más"] if rest > 0 else names)


def _counted(count: int, unit: str) -> str:
    return f"{number(count)} {unit}{'' if count == 1 else 's'}"
