"""The deployment that a command works on: the one that the environment names, or the embedded one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from movilidad.sources.connection import Connection
    from movilidad.sources.contracts import Contract
    from movilidad.stack.installation import Installation

_NOBODY = "http://127.0.0.1:9"  # the discard port: no simulated service answers there


@contextmanager
def deployment(*, create: bool = False, platforms: bool = False) -> Iterator[None]:
    """The deployment that the environment names, or else the embedded one of this checkout, while it is needed.

    Args:
        create: begin an embedded one if there is none.
        platforms: of the embedded one, also let the simulated services answer.
    """
    from movilidad.model.settings import get_settings

    if os.environ.get("MOVILIDAD_BODEGA") or not (create or (get_settings().carpeta / "postgres").is_dir()):
        yield
        return
    from movilidad.stack.environment import connections, in_embedded, library_environment
    from movilidad.stack.installation import Installation
    from movilidad.stack.postgres import embedded_postgres

    installation = Installation.open()
    if running := installation.running():
        _take(running["environment"])
        yield
        return
    with embedded_postgres(installation.database) as socket_folder, ExitStack() as stack:
        url = stack.enter_context(_services(installation)) if platforms else _NOBODY
        known = connections(installation, in_embedded(socket_folder), url)
        _take(library_environment(installation, socket_folder, known))
        yield


@contextmanager
def _services(installation: "Installation") -> Iterator[str]:
    """The simulated services on loopback, if they were filled; gives their address."""
    from movilidad.demo import layout
    from movilidad.demo.server import serve

    if not layout.registry(installation.platforms).is_file():
        yield _NOBODY
        return
    with serve(installation.platforms, token=installation.platform_token) as service:
        yield service.url


def _take(environment: dict[str, str]) -> None:
    """Add what the environment does not say already; Airflow's database is beside the warehouse."""
    from sqlalchemy.engine import make_url

    from movilidad.model.settings import get_settings

    airflow = make_url(environment["MOVILIDAD_BODEGA"]).set(database="airflow")
    environment = {**environment, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow.render_as_string(False)}
    os.environ.update({name: value for name, value in environment.items() if name not in os.environ})
    get_settings.cache_clear()


def connection_of(contract: "Contract") -> "Connection":
    from movilidad.sources.connection import Connection

    return Connection.from_environment(contract.conexion)
