"""Quiet hours: when nobody is told what can wait."""

from datetime import datetime, time, timedelta

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from movilidad.model.periods import TZ
from movilidad.publishing.calendar import Calendar


class Quiet(BaseModel):
    """The hours of every day, in the time of Guatemala, and whether days off are quiet as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    desde: time
    hasta: time
    dias_no_habiles: bool = False

    @field_validator("desde", "hasta", mode="before")
    @classmethod
    def _as_written(cls, value: object) -> object:
        """YAML reads 19:00 without quotes as a number to the base of 60."""
        return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else value

    @model_validator(mode="after")
    def _some_hours_are_left(self) -> "Quiet":
        if self.desde == self.hasta:
            raise ValueError("«desde» y «hasta» no pueden ser la misma hora")
        if self.desde.tzinfo or self.hasta.tzinfo:
            raise ValueError("las horas son de Guatemala y van sin zona, por ejemplo 20:00")
        return self

    def ends(self, moment: datetime, calendar: Calendar) -> datetime:
        """The first instant from ``moment`` on that is not quiet."""
        local = moment.astimezone(TZ)
        while self._is_quiet(local, calendar):
            ending = datetime.combine(local.date(), self.hasta, TZ)
            local = ending if ending > local else ending + timedelta(days=1)
        return local

    def _is_quiet(self, local: datetime, calendar: Calendar) -> bool:
        clock = local.time()
        overnight = self.desde > self.hasta
        hours = clock >= self.desde or clock < self.hasta if overnight else self.desde <= clock < self.hasta
        return hours or (self.dias_no_habiles and not calendar.is_working(local.date()))
