"""The release calendar: when each report appears, from the rules that stewards keep in ``calendario.yml``.

Method: a release appears on a working day of the month after its period, counted without weekends and without
Guatemalan public holidays (package ``holidays``), at an announced time of day. A date that was changed keeps its
old date and the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import Field, field_validator

from movilidad.model import office, paths
from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ, Month, Period
from movilidad.model.series import SERIES
from movilidad.model.strict import Strict
from movilidad.model.written import read, wrong_as

AHEAD = 12  # months

_LAST_DAY = 15  # a later working day may fall outside a short month

_wrong = wrong_as(
    "el calendario no vale", "corríjalo como muestra include/calendario.yml y compruebe con «movilidad calendar»"
)


class Rule(Strict):
    """When the releases of a series appear: the n-th working day after the period, at an hour."""

    titulo: str
    dia_habil: int = Field(ge=1, le=_LAST_DAY)
    hora: time

    @field_validator("hora")
    @classmethod
    def _plain(cls, value: time) -> time:
        if value.tzinfo or value.second or value.microsecond:
            raise ValueError('debe ser una hora y minutos de Guatemala, entre comillas, por ejemplo "09:30"')
        return value


class Holiday(Strict):
    """A day off that no law lists."""

    fecha: date
    motivo: str = Field(min_length=1)


class Change(Strict):
    """A date that was changed, when that was announced, and why."""

    publicacion: str
    fecha: date
    hora: time | None = None
    anunciado: date
    motivo: str = Field(min_length=1)


class Calendar(Strict):
    """All of ``calendario.yml``."""

    reglas: dict[str, Rule]
    asuetos: tuple[Holiday, ...] = ()
    cambios: tuple[Change, ...] = ()

    def is_working(self, day: date) -> bool:
        """Whether offices work on a day."""
        return (
            day.weekday() < 5 and day not in _holidays(day.year) and day not in {off.fecha for off in self.asuetos}
        )

    def working_day(self, month: Month, number: int) -> date:
        """The working day ``number`` of a month, 1 the first."""
        day = month.first_day
        while True:
            number -= self.is_working(day)
            if not number:
                return day
            day += timedelta(days=1)

    def entry(self, series: str, period: Period) -> "Entry":
        """When a release appears; a UsageError if the series has no rule."""
        if series not in self.reglas:
            raise UsageError(f"el calendario no tiene regla para la serie «{series}»", place=paths.CALENDAR.name)
        rule = self.reglas[series]
        ruled = datetime.combine(self.working_day(period.last.plus(1), rule.dia_habil), rule.hora, TZ)
        name = f"{series}/{period}"
        change = next((each for each in self.cambios if each.publicacion == name), None)
        if change is None:
            return Entry(series, period, rule.titulo, ruled)
        moment = datetime.combine(change.fecha, change.hora or rule.hora, TZ)
        return Entry(series, period, rule.titulo, moment, ruled, change.motivo, change.anunciado)


@dataclass(frozen=True)
class Entry:
    """One release of the calendar.

    Attributes:
        momento: when it appears, with Guatemala's time zone.
        antes: the moment announced before, if it was changed; then also ``motivo`` and ``anunciado``.
    """

    serie: str
    periodo: Period
    titulo: str
    momento: datetime
    antes: datetime | None = None
    motivo: str = ""
    anunciado: date | None = None

    @property
    def name(self) -> str:
        """``mensual/2026-11``."""
        return f"{self.serie}/{self.periodo}"

    @property
    def label(self) -> str:
        """``Informe mensual, noviembre de 2026``."""
        return f"{self.titulo}, {self.periodo.label}"

    def require_future(self, now: datetime) -> "Entry":
        """This entry, or a UsageError if its moment has passed at ``now``."""
        if self.momento <= now:
            raise UsageError(
                f"la fecha de publicación de {self.name} ya pasó ({self.momento:%Y-%m-%d %H:%M})",
                place=paths.CALENDAR.name,
                remedy="indique una fecha futura",
            )
        return self


def load_calendar(file: Path | None = None) -> Calendar:
    """Read the calendar; a UsageError that says where it is wrong, also a change to a day that cannot be."""
    file = file or office.calendar_file()
    found = read(Calendar, file, _wrong)
    for change in found.cambios:
        _require_possible(found, change, file.name)
    names = [change.publicacion for change in found.cambios]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"el cambio de {name} está dos veces", place=file.name, remedy="deje solo el último")
    return found


def ahead(calendar: Calendar, now: datetime, months: int = AHEAD) -> list[Entry]:
    """What appears in the ``months`` after ``now``, in order."""
    end = datetime.combine(_later(now.astimezone(TZ).date(), months), time.max, TZ)
    first = Month.of(now).plus(-6)
    entries = _entries(calendar, first, Month.of(now).plus(months))
    return sorted((each for each in entries if now < each.momento <= end), key=_order)


def of_year(calendar: Calendar, year: int) -> list[Entry]:
    """What appears in a calendar year, in order."""
    entries = _entries(calendar, Month(year - 1, 7), Month(year, 12))
    return sorted((each for each in entries if each.momento.year == year), key=_order)


def _entries(calendar: Calendar, first: Month, last: Month) -> Iterator[Entry]:
    for month in first.through(last):
        for name, series in SERIES.items():
            period = series.around(month)
            if name in calendar.reglas and period.last == month:
                yield calendar.entry(name, period)


def _require_possible(calendar: Calendar, change: Change, place: str) -> None:
    """A change announced for a day that is over, before its period ends or that nobody works on is refused."""
    series, slash, period = change.publicacion.partition("/")
    if not slash or series not in calendar.reglas:
        raise UsageError(
            f"«{change.publicacion}» no es una publicación del calendario",
            place=place,
            remedy="escriba serie y periodo así: mensual/2026-12",
        )
    if change.fecha < change.anunciado:
        raise UsageError(
            f"la fecha nueva de {change.publicacion} ya había pasado el día en que se anuncia",
            place=place,
            remedy="ponga una fecha posterior a «anunciado»",
        )
    if change.fecha <= Period.parse(period).last.last_day:
        raise UsageError(
            f"la fecha nueva de {change.publicacion} es anterior al fin del periodo",
            place=place,
            remedy="ponga una fecha posterior al fin del periodo",
        )
    if not calendar.is_working(change.fecha):
        raise UsageError(
            f"la fecha nueva de {change.publicacion} no es un día hábil", place=place, remedy="elija un día hábil"
        )


@lru_cache
def _holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("GT", years=year))


def _later(day: date, months: int) -> date:
    month = Month.of(day).plus(months)
    return date(month.year, month.month, min(day.day, month.last_day.day))


def _order(entry: Entry) -> tuple[datetime, str]:
    return entry.momento, entry.name
