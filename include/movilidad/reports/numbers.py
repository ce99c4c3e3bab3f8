"""Numbers and dates as Guatemala writes them: ``1,234.5``, ``Q1,234``, ``88%``, ``5 de septiembre de 2026``.

Always Babel with ``es_GT``: bare ``es`` writes ``1.234,5``, and ``es_MX`` writes ``GTQ`` for ``Q``. Numbers are
the same in the English edition, dates are not. Halves are rounded away from zero, as readers expect.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from movilidad.model.periods import Month
from movilidad.reports import language

LOCALE = "es_GT"
HIDDEN = "c"
NOT_KNOWN = "nd"
NOT_SAID = "–"  # never published, or a comparison that cannot be made

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


def number(value: float, decimals: int = 0) -> str:
    """``1,234`` or, with decimals, ``1,234.5``."""
    return str(format_decimal(_rounded(Decimal(str(value)), decimals), _pattern(decimals), locale=LOCALE))


def signed(value: float, decimals: int = 0) -> str:
    """``+1,234``, ``−12`` with the sign of minus, ``0`` without any."""
    plain = number(abs(value), decimals)
    return plain if not float(value) else f"{'+' if value > 0 else _MINUS}{plain}"


def measured(value: float) -> str:
    """A whole number without decimals, another with one: ``27`` or ``27.5``."""
    return number(value, 0 if float(value).is_integer() else 1)


def quetzales(value: float, decimals: int = 0) -> str:
    """``Q15,234`` or, with two decimals, ``Q1,234.50``."""
    amount = _rounded(Decimal(str(value)), decimals)
    return str(format_currency(amount, "GTQ", f"¤{_pattern(decimals)}", locale=LOCALE, currency_digits=False))


def share(part: int, whole: int, decimals: int = 0) -> str:
    """``88%``; more than nothing never prints as zero but ``<1%``, less than all never as 100 but ``>99%``."""
    step = Decimal(1).scaleb(-decimals)
    rounded = _rounded(Decimal(part) * 100 / Decimal(whole), decimals)
    if part > 0 and rounded == 0:
        return f"<{_percent(step, decimals)}"
    if part < whole and rounded == 100:
        return f">{_percent(100 - step, decimals)}"
    return _percent(rounded, decimals)


def rounded_share(part: int, whole: int, decimals: int = 0) -> Decimal:
    """The percentage that ``share`` prints, as a number: for knowing whether printed parts add up to 100."""
    return _rounded(Decimal(part) * 100 / Decimal(whole), decimals)


def month_name(day: date) -> str:
    """``sept 2026`` on one line: for heads of columns and rows, and for axes."""
    return str(format_date(day, "MMM y", locale=language.current().fechas)).replace(" ", _NO_BREAK)


def period_name(month: Month) -> str:
    """``octubre de 2026``, ``October 2026``: for titles and sentences."""
    pattern = "MMMM 'de' y" if language.current() is language.SPANISH else "MMMM y"
    return str(format_date(month.first_day, pattern, locale=language.current().fechas))


def long_date(day: date) -> str:
    """``5 de septiembre de 2026``, ``5 September 2026``."""
    return str(format_date(day, "long", locale=language.current().fechas))


def short_date(day: date) -> str:
    """``5 sept 2026``: for tables."""
    return str(format_date(day, "d MMM y", locale=language.current().fechas))


def short_day(day: date) -> str:
    """``5 sept``: for axes of a month."""
    return str(format_date(day, "d MMM", locale=language.current().fechas))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _percent(value: Decimal, decimals: int) -> str:
    return str(format_percent(value / 100, f"{_pattern(decimals)}%", locale=LOCALE))


def _pattern(decimals: int) -> str:
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"
