"""Calendar periods, the one place of date arithmetic. Nothing here asks for "today"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from movilidad.model.errors import UsageError

TZ_NAME = "America/Guatemala"
TZ = ZoneInfo(TZ_NAME)

#: a year, as a pattern: of the centuries of which a source or a release can tell (dates only reach from 1 to 9999)
YEAR = "(?:19|20|21)[0-9]{2}"
_MONTH = re.compile(rf"({YEAR})-(0[1-9]|1[0-2])")
_FOUR_MONTHS = re.compile(rf"({YEAR})-C([123])")
_YEAR = re.compile(YEAR)
_NAMES = [
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
]


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month of Guatemala, written ``2026-10``."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM``; anything else is a UsageError."""
        match = _MONTH.fullmatch(text or "")
        if not match:
            raise UsageError(f"«{text}» no es un mes", remedy="escriba el año y el mes así: 2026-10")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, moment: date | datetime) -> Self:
        """The month of a date, or of an instant as the clocks of Guatemala show it."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(TZ)
        return cls(moment.year, moment.month)

    @classmethod
    def last_complete(cls, now: datetime) -> Self:
        """The last month that has wholly passed in Guatemala at the instant ``now``."""
        return cls.of(now).plus(-1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def label(self) -> str:
        """``octubre de 2026``."""
        return f"{_NAMES[self.month - 1]} de {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """The first instant of the month, in UTC."""
        return datetime(self.year, self.month, 1, tzinfo=TZ).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first instant after the month, in UTC."""
        return self.plus(1).start

    def plus(self, months: int) -> Self:
        """The month so many months later (or earlier, if negative)."""
        number = self.year * 12 + self.month - 1 + months
        return type(self)(number // 12, number % 12 + 1)

    def through(self, last: Self) -> list[Self]:
        """All months from this one to ``last``, both included."""
        count = (last.year - self.year) * 12 + last.month - self.month
        return [self.plus(step) for step in range(count + 1)]

    def require_complete(self, now: datetime) -> Self:
        """This month, or a UsageError if it has not wholly passed at ``now``."""
        if self > self.last_complete(now):
            raise UsageError(
                "el mes todavía no ha terminado",
                period=self,
                remedy=f"espere a que termine {self.label} o elija un mes anterior",
            )
        return self


Kind = Literal["mes", "acumulado", "cuatrimestre", "anio"]


@dataclass(frozen=True)
class Period:
    """What a table counts: a month, the year to date, four months or a year; always whole months of one year.

    Written ``2026-10``, ``2026-01/2026-10`` (year to date), ``2026-C3`` (September to December), ``2026``.
    """

    kind: Kind
    first: Month
    last: Month

    @classmethod
    def of(cls, span: "Month | Period") -> "Period":
        """A month as the period it is; a period stays."""
        return Period.of_month(span) if isinstance(span, Month) else span

    @classmethod
    def of_month(cls, month: Month) -> Self:
        return cls("mes", month, month)

    @classmethod
    def to_date(cls, month: Month) -> Self:
        """January to ``month``."""
        return cls("acumulado", Month(month.year, 1), month)

    @classmethod
    def four_months(cls, year: int, number: int) -> Self:
        """January–April is 1, May–August 2, September–December 3."""
        return cls("cuatrimestre", Month(year, 4 * number - 3), Month(year, 4 * number))

    @classmethod
    def whole_year(cls, year: int) -> Self:
        return cls("anio", Month(year, 1), Month(year, 12))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read any of the four ways of writing; anything else is a UsageError."""
        if match := _FOUR_MONTHS.fullmatch(text or ""):
            return cls.four_months(int(match[1]), int(match[2]))
        if _YEAR.fullmatch(text or ""):
            return cls.whole_year(int(text))
        start, slash, end = (text or "").partition("/")
        if _MONTH.fullmatch(start) and (not slash or _MONTH.fullmatch(end)):
            found = cls.to_date(Month.parse(end)) if slash else cls.of_month(Month.parse(start))
            if found.first == Month.parse(start):
                return found
        raise UsageError(
            f"«{text}» no es un periodo", remedy="escríbalo así: 2026-10, 2026-01/2026-10, 2026-C3 o 2026"
        )

    def __str__(self) -> str:
        if self.kind == "mes":
            return str(self.last)
        if self.kind == "acumulado":
            return f"{self.first}/{self.last}"
        if self.kind == "cuatrimestre":
            return f"{self.last.year:04d}-C{self.last.month // 4}"
        return f"{self.last.year:04d}"

    @property
    def label(self) -> str:
        """``octubre de 2026``, ``septiembre a diciembre de 2026``, ``año 2026``."""
        if self.kind == "anio":
            return f"año {self.last.year}"
        if self.first == self.last:
            return self.last.label
        return f"{_NAMES[self.first.month - 1]} a {self.last.label}"

    @property
    def months(self) -> list[Month]:
        return self.first.through(self.last)

    def require_complete(self, now: datetime) -> Self:
        """This period, or a UsageError if its last month has not wholly passed at ``now``."""
        self.last.require_complete(now)
        return self
