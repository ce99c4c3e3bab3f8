"""The portal's web server with the product's own configuration, serving a folder."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from movilidad.model.atomic import PUBLIC, make_folder
from movilidad.stack.compose import read_compose
from movilidad.stack.distributed import COMPOSE
from movilidad.stack.engines import started_as
from movilidad.stack.environment import free_port
from movilidad.stack.local import Local
from movilidad.stack.processes import Processes

CONFIGURATION = COMPOSE.parent / "deploy" / "nginx.conf"


@contextmanager
def served(publications: Path, work: Path) -> Iterator[str]:
    """Serve a folder as the service ``portal`` does; give the address, without a slash at its end.

    Args:
        publications: the publication folder.
        work: where the server may write.
    """
    portal = read_compose(COMPOSE, {})["portal"]
    kept = work / "nginx.conf"
    folders = {"publicaciones": publications.resolve(), "./deploy/nginx.conf": kept}
    ports = {("portal", 8081): free_port()}
    place = Local(folders, ports, {}, work)
    make_folder(work / "portal", PUBLIC)
    kept.write_text(place.text(portal, CONFIGURATION.read_text(encoding="utf-8")), encoding="utf-8")
    command = started_as(portal, place)
    if os.geteuid() == 0:  # the container has one user for all; here nobody else could read the tests' folders
        command[-1] += " user root;"
    with Processes(work / "registros") as processes:
        processes.start("portal", command, os.environ)
        address = f"http://{place.address('portal', 8081)}"
        _wait(address, processes)
        yield address


def _wait(address: str, processes: Processes) -> None:
    for _ in range(200):
        processes.look_after()
        try:
            httpx.get(f"{address}/salud")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not answer")
