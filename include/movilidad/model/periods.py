"""Calendar periods, the one place of date arithmetic. Nothing here asks for "today"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from movilidad.model.errors import UsageError

TZ_NAME = "America/Guatemala"
TZ = ZoneInfo(TZ_NAME)

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
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
