"""Teaches Airflow the four months of the accountability report: a month's key becomes that of its four months."""

from datetime import datetime

from airflow.partition_mappers.temporal import StartOfMonthMapper
from airflow.plugins_manager import AirflowPlugin

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month, Period
from movilidad.model.series import SERIES


class FourMonthMapper(StartOfMonthMapper):
    """``2026-05`` … ``2026-08`` → ``2026-C2``; anything else is no key."""

    def normalize(self, dt: datetime) -> datetime:
        """The first instant of the four months."""
        return super().normalize(dt).replace(month=_of(dt).first.month)

    def format(self, dt: datetime) -> str:
        return str(_of(dt))

    def decode_downstream(self, downstream_key: str) -> datetime:
        """The first day; a ValueError, which Airflow tells whoever starts a run, if the key is none."""
        try:
            period = Period.parse(downstream_key)
        except UsageError as error:
            raise ValueError(str(error)) from None
        if period.kind != "cuatrimestre":
            raise ValueError(f"«{downstream_key}» no es un cuatrimestre")
        return datetime(period.first.year, period.first.month, 1)  # noqa: DTZ001 - Airflow adds the mapper's zone


def _of(day: datetime) -> Period:
    return SERIES["cuatrimestral"].around(Month(day.year, day.month))


class FourMonthPlugin(AirflowPlugin):
    name = "movilidad_cuatrimestre"
    partition_mappers = (FourMonthMapper,)
