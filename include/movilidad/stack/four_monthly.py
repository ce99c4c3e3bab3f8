"""Four months through Airflow, once their months are public."""

from collections.abc import Callable

from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.publishing.register import newest_public
from movilidad.stack.monthly import require_published, wait_for_run
from movilidad.stack.running import FOUR_MONTHLY, Running
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_LAST_OF_FOUR = (4, 8, 12)


def closed_by(month: Month) -> Period | None:
    """The four months that end with a month; None if it ends none."""
    return Period.four_months(month.year, month.month // 4) if month.month in _LAST_OF_FOUR else None


def unpublished(period: Period, before: Month) -> list[Month]:
    """The months of a period, earlier than ``before``, that have no public release."""
    with warehouse(Role.READ).connect() as connection:
        return [
            month
            for month in period.months
            if month < before and newest_public(connection, "mensual", month) is None
        ]


def run_four_months(environment: Running, period: Period, say: Callable[[str], None]) -> None:
    """Run the accountability report of four public months; a DataError tells what failed and why."""
    say(f"Rendición de cuentas de {period.label}")
    environment.api.pause(FOUR_MONTHLY, paused=False)
    run_id = environment.api.start(FOUR_MONTHLY, str(period))
    run = wait_for_run(environment, FOUR_MONTHLY, period, run_id)
    require_published(environment, FOUR_MONTHLY, run, period, say)
    with warehouse(Role.READ).connect() as connection:
        if newest_public(connection, "cuatrimestral", period) is None:
            raise DataError(
                "la rendición de cuentas se omitió: falta publicar alguno de sus meses",
                period=period,
                remedy="publique los informes mensuales que falten y repita",
            )
