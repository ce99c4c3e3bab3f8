"""The health page on Airflow's server, at ``/salud/``, without a login; the desk shows the details."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from airflow.plugins_manager import AirflowPlugin


async def health(scope: Any, receive: Any, send: Any) -> None:
    """The application. Only Airflow's server is ever asked for it, so only there it is made, when first asked."""
    await _made()(scope, receive, send)


@lru_cache
def _made() -> Any:
    from movilidad.observation.app import health_page

    return health_page(look)


def look(now: datetime) -> Any:
    """Examine the whole service: what the library knows, and Airflow."""
    from airflow import settings
    from airflow.api.common.airflow_health import get_airflow_health

    from movilidad.observation.airflow_checks import Airflow
    from movilidad.observation.health import examine
    from movilidad_airflow import START

    return examine(now, START, Airflow(get_airflow_health, settings.get_engine()))


class MovilidadSalud(AirflowPlugin):
    """Registers the application."""

    name = "movilidad_salud"
    fastapi_apps = [{"app": health, "url_prefix": "/salud", "name": "Salud"}]  # noqa: RUF012 - the form that Airflow asks for
