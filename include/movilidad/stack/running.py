"""The environment as it runs: database, simulated platforms, Airflow."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from movilidad.demo.seeding import seed
from movilidad.model import office
from movilidad.model.atomic import write_file
from movilidad.model.errors import UnavailableError
from movilidad.model.progress import Say
from movilidad.model.settings import get_settings
from movilidad.sources.contracts import contract_names
from movilidad.stack.airflow_api import AirflowApi
from movilidad.stack.environment import (
    airflow_environment,
    connections,
    free_port,
    in_embedded,
    library_environment,
)
from movilidad.stack.installation import OPERATOR, Installation
from movilidad.stack.postgres import database_url, embedded_postgres
from movilidad.stack.processes import Processes
from movilidad.store.engine import engine_for
from movilidad.store.migrations import migrate

FOUR_MONTHLY = "informe_cuatrimestral"
PATIENCE = 300.0  # seconds; a busy machine needs them, and a process that has died is noticed at once
_ATTENDANTS = {
    "atencion_avisos",
    "vigilancia_calendario",
    "monitoreo_plataformas",
    "evaluacion_diaria_plataformas",
    "informe_plataformas",
    "verificacion_semanal",
}


@dataclass(frozen=True)
class Running:
    """A running environment: its REST interface, its address, and a look whether all processes live.

    Attributes:
        portal: where readers find the publication folder; empty if nothing serves it.
        ill: names of the services whose own health check fails; without services nothing.
    """

    api: AirflowApi
    url: str
    environment: dict[str, str]
    look_after: Callable[[], None]
    portal: str = ""
    ill: Callable[[], list[str]] = list


def monthly_dags() -> set[str]:
    """The DAGs of which a monthly report is made."""
    return {f"ingesta_{name}" for name in contract_names()} | {"informe_mensual"}


def dag_names() -> set[str]:
    """The DAGs that Airflow must know."""
    return monthly_dags() | {FOUR_MONTHLY} | _ATTENDANTS


@contextmanager
def running(
    installation: Installation, say: Say, *, port: int | None = None, with_triggerer: bool = False
) -> Iterator[Running]:
    """Start everything, give it, and end everything on leaving.

    Args:
        say: told in Spanish what begins.
        port: loopback port of Airflow's server; any free one by default.
        with_triggerer: also start what only long-lived operation needs.
    """
    with ExitStack() as stack:
        say("Base de datos embebida")
        socket_folder = stack.enter_context(embedded_postgres(installation.database))
        processes = stack.enter_context(Processes(installation.logs))
        work_in(library_environment(installation, socket_folder, {}))

        say("Esquemas de Airflow y de la bodega")
        with ThreadPoolExecutor(1) as pool:
            filled = pool.submit(_fill_platforms, installation, socket_folder, say)
            _migrate(installation, socket_folder, processes)
            filled.result()

        say("Airflow en marcha")
        # chosen when they are used: while the platforms were filled somebody else could have taken them
        port, demo_port = port or free_port(), free_port()
        known = connections(installation, in_embedded(socket_folder), f"http://127.0.0.1:{demo_port}")
        environment = airflow_environment(installation, socket_folder, port, known)
        work_in(library_environment(installation, socket_folder, known))
        if not office.has_own_contracts():
            start_platforms(installation, demo_port, environment, processes)
        _start_airflow(port, environment, processes, with_triggerer)
        api = AirflowApi(f"http://127.0.0.1:{port}", OPERATOR, installation.password)
        yield in_service(api, environment, processes.look_after)


def in_service(
    api: AirflowApi, environment: dict[str, str], look_after: Callable[[], None], portal: str = ""
) -> Running:
    """The environment, once Airflow is healthy and knows every DAG."""
    api.wait_until_healthy(PATIENCE, look_after)
    api.wait_for_dags(dag_names(), PATIENCE, look_after)
    return Running(api, api.url, environment, look_after, portal)


def _migrate(installation: Installation, socket_folder: str, processes: Processes) -> None:
    """Bring both schemas up to date."""
    migrated = installation.airflow_home / "migrada"
    version = _airflow_version()
    needs_migration = not migrated.exists() or migrated.read_text() != version
    if needs_migration:
        environment = airflow_environment(installation, socket_folder, port=0, known={})
        processes.start("airflow-db-migrate", [_airflow(), "db", "migrate"], environment)
    migrate(engine_for(database_url(socket_folder, "movilidad")))
    if needs_migration:
        processes.finish("airflow-db-migrate", 300)
        write_file(migrated, version.encode())


def _fill_platforms(installation: Installation, socket_folder: str, say: Say) -> None:
    """The simulated platforms; an office with contracts of its own has none."""
    if office.has_own_contracts():
        return
    say("Plataformas simuladas")
    seed(database_url(socket_folder, "plataformas"), installation.platforms, report=say)
    _analyse(socket_folder)


def _analyse(socket_folder: str) -> None:
    """Let the database know how the freshly filled tables look, before the first extraction."""
    engine = create_engine(database_url(socket_folder, "plataformas"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        never = connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NULL AND last_autoanalyze IS NULL"
            )
        )
        if never:
            connection.execute(text("ANALYZE"))
    engine.dispose()


def start_platforms(
    installation: Installation, port: int, environment: dict[str, str], processes: Processes
) -> None:
    token = installation.folder / "secretos" / "ficha_plataforma"
    write_file(token, installation.platform_token.encode())
    processes.start(
        "plataformas-simuladas",
        [
            *(sys.executable, "-m", "movilidad.demo.server", "--folder", str(installation.platforms)),
            *("--port", str(port), "--token-file", str(token)),
        ],
        environment,
    )


def _start_airflow(port: int, environment: dict[str, str], processes: Processes, with_triggerer: bool) -> None:
    server = [_airflow(), "api-server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    processes.start("airflow-api-server", server, environment)
    processes.start("airflow-dag-processor", [_airflow(), "dag-processor"], environment)
    processes.start("airflow-scheduler", [_airflow(), "scheduler", "--skip-serve-logs"], environment)
    if with_triggerer:
        processes.start("airflow-triggerer", [_airflow(), "triggerer", "--skip-serve-logs"], environment)


def _airflow() -> str:
    return str(Path(sys.executable).with_name("airflow"))


def _airflow_version() -> str:
    from importlib.metadata import version

    return version("apache-airflow")


def work_in(environment: dict[str, str]) -> None:
    """Let this process speak with the environment too; settings read before knew nothing of it."""
    os.environ.update(environment)
    get_settings.cache_clear()


def attach(installation: Installation, state: dict[str, Any]) -> Running:
    """The environment that ``make up`` started."""
    api = AirflowApi(state["url"], OPERATOR, installation.password)
    work_in(state["environment"])

    def look_after() -> None:
        if installation.running() is None:
            raise UnavailableError("el entorno se detuvo", remedy="arránquelo otra vez con make up")

    try:
        api.wait_until_healthy(60, look_after)
    except httpx.HTTPError as error:
        raise UnavailableError("el entorno no responde", remedy="make down y otra vez make up") from error
    return Running(api, state["url"], state["environment"], look_after)
