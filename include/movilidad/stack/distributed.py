"""``make stack``: the services of ``docker-compose.yml`` as processes, and the simulated platforms beside them."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import gethostname
from types import MappingProxyType

from sqlalchemy import make_url

from movilidad.demo.seeding import seed
from movilidad.model import office, paths
from movilidad.model.atomic import PUBLIC, make_folder, write_file
from movilidad.model.errors import UnavailableError
from movilidad.model.progress import Say
from movilidad.model.settings import get_settings
from movilidad.stack.airflow_api import AirflowApi
from movilidad.stack.compose import COMPLETED, HEALTHY, Service, read_compose
from movilidad.stack.engines import programs, started_as
from movilidad.stack.environment import (
    airflow_connections,
    connections,
    free_port,
    inherited_without,
    is_free,
    library_environment,
)
from movilidad.stack.installation import Installation
from movilidad.stack.keys import ADMINISTRATOR, ADMINISTRATOR_KEY
from movilidad.stack.local import Local
from movilidad.stack.processes import Processes
from movilidad.stack.running import PATIENCE, Running, in_service, start_platforms, work_in
from movilidad.store.creation import create_database

_KEY = "MOVILIDAD_CLAVE_SEUDONIMOS"
COMPOSE = paths.PROJECT / "docker-compose.yml"


@contextmanager
def distributed(
    installation: Installation, say: Say, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Running]:
    """Start every service, in the order in which they wait for each other; end them all on leaving.

    Args:
        say: told in Spanish what begins.
        settings: variables that ``.env`` would add.
    """
    services = read_compose(COMPOSE, {**os.environ, **settings})
    place = local_place(installation, services)
    with Processes(installation.logs) as processes:
        stack = _Stack(services, place, processes, say)
        for name in ("secretos", "postgres", "redis"):
            stack.start(name)
        stack.variables = {**_surroundings(installation, stack, say), **settings}
        for name in services:
            stack.start(name)
        url = f"http://{place.address('api-server', 8080)}"
        api = AirflowApi(url, ADMINISTRATOR, stack.secret(ADMINISTRATOR_KEY))
        portal = f"http://{place.address('portal', 8081)}"
        yield replace(in_service(api, stack.variables, processes.look_after, portal), ill=stack.ill)


def local_place(installation: Installation, services: Mapping[str, Service]) -> Local:
    """Folders and ports of the services here: the usual ports, where they are free."""
    make_folder(installation.folder, PUBLIC)
    own = {source for service in services.values() for source, _ in service.mounts if not source.startswith(".")}
    folders = {name: installation.folder / name for name in own}
    folders |= {"movilidad": installation.folder, "publicaciones": get_settings().publicaciones.resolve()}
    folders |= {"postgres": installation.folder / "cluster"}
    for folder in folders.values():
        make_folder(folder, PUBLIC)
    ports = {
        (service.service, port): port if is_free(port) else free_port()
        for service in services.values()
        for port in service.ports
    }
    published = {
        address: ports[service.service, port]
        for service in services.values()
        for address, port in service.published.items()
    }
    place = Local(folders, ports, published, installation.folder / "servicios")
    make_folder(place.own, PUBLIC)  # PostgreSQL, which runs as nobody, reads its rules there
    for name in services:
        make_folder(place.own / name)
    for service in services.values():
        for source, _ in service.mounts:
            if source.startswith("."):  # a file of the project, with this machine's folders and ports
                kept = place.own / Path(source).name
                text = place.text(service, (paths.PROJECT / source).read_text(encoding="utf-8"))
                write_file(kept, text.encode(), PUBLIC)
                folders[source] = kept
    return place


class _Stack:
    """Services being started.

    Attributes:
        variables: what ``.env`` would say to our own services.
    """

    def __init__(self, services: Mapping[str, Service], place: Local, processes: Processes, say: Say) -> None:
        self.services, self.place, self._processes, self._say = services, place, processes, say
        self.variables: dict[str, str] = {}
        self._started: set[str] = set()

    def secret(self, name: str) -> str:
        return (self.place.folders["secretos"] / name).read_text(encoding="utf-8")

    def start(self, name: str) -> None:
        """Start a service, if it is not, after all that it waits for; wait until it is what others wait for."""
        if name in self._started:
            return
        service = self.services[name]
        for other in service.after:
            self.start(other)
        self._say(f"Servicio {name}")
        self._started.add(name)
        awaited = {each.after[name] for each in self.services.values() if name in each.after}
        command = started_as(service, self.place)
        self._processes.start(name, command, self._environment(service), lasting=service.lasting)
        if COMPLETED in awaited:
            self._processes.finish(name, PATIENCE)
        elif HEALTHY in awaited:
            self._wait_until_healthy(service)

    def start_platforms(self, installation: Installation, port: int) -> None:
        """The simulated platforms that are no database."""
        start_platforms(installation, port, dict(os.environ), self._processes)

    def ill(self) -> list[str]:
        """Services whose health check fails, asked as a container engine asks: knowing what the file says."""
        asked = [service for service in self.services.values() if service.health]
        return [service.name for service in asked if not self._is_healthy(service)]

    def _is_healthy(self, service: Service) -> bool:
        known = {**self._base(service), "HOSTNAME": service.name if service.is_one_of_several else gethostname()}
        command = self.place.health(service)
        return subprocess.run(command, env=known, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own command

    def _environment(self, service: Service) -> dict[str, str]:
        return {**self._base(service), **(self.variables if service.is_ours else {})}

    def _base(self, service: Service) -> dict[str, str]:
        """What a container has without ``.env``."""
        secrets = {"SECRETOS": str(self.place.folders["secretos"])}
        own = {**secrets, **self.place.environment(service)} if service.is_ours else {}
        return {**inherited_without("AIRFLOW", "MOVILIDAD"), "PATH": programs(), **own}

    def _wait_until_healthy(self, service: Service) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._is_healthy(service):
            self._processes.look_after()
            if time.monotonic() > deadline:
                raise UnavailableError(f"el servicio {service.name} no responde", remedy="lea su registro")
            time.sleep(0.3)


def _surroundings(installation: Installation, stack: _Stack, say: Say) -> dict[str, str]:
    """The simulated platforms, of the product's own sources; gives the variables that lead to what there is."""
    host, _, port = stack.place.address("postgres", 5432).rpartition(":")
    warehouse, address = stack.secret("MOVILIDAD_BODEGA"), ""
    if not office.has_own_contracts():
        say("Plataformas simuladas")
        platforms = make_url(warehouse).set(database="plataformas").render_as_string(hide_password=False)
        create_database(platforms)
        seed(platforms, installation.platforms, report=say)
        server = free_port()  # used at once: to fill the platforms takes time enough for somebody else to take it
        stack.start_platforms(installation, server)
        address = f"http://127.0.0.1:{server}"
    programme = {
        "host": host,
        "port": int(port),
        "login": "movilidad",
        "password": stack.secret("POSTGRES_PASSWORD"),
    }
    known = connections(installation, programme, address)
    ours = {
        **library_environment(installation, host, known),
        **airflow_connections(known),
        "MOVILIDAD_BODEGA": warehouse,
        # what .env says goes first, as in the containers
        _KEY: os.environ.get(_KEY) or stack.secret(_KEY),
    }
    work_in(ours)
    return ours
