"""How the images' commands run here: ours in this environment, the embedded PostgreSQL, others as installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from movilidad.model.atomic import write_file
from movilidad.model.errors import UnavailableError
from movilidad.stack.compose import Service
from movilidad.stack.local import Local
from movilidad.stack.postgres import program_folders

_NOBODY = "65534"  # PostgreSQL refuses to run as root


def programs() -> str:
    """Where commands are looked for: this environment, PostgreSQL of the embedded server, the machine."""
    folders = [Path(sys.executable).parent, program_folders()[0], "/usr/sbin", "/sbin"]
    return os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])


def started_as(service: Service, place: Local) -> list[str]:
    """The whole command of a service, ready to be started; prepares what an image's entry point would."""
    command = place.command(service)
    if service.is_ours:
        # containers have names of their own, by which Celery tells workers apart
        name = ["--celery-hostname", service.name] if service.is_one_of_several else []
        return [place.text(service, "/opt/movilidad/deploy/entrada.sh"), *command, *name]
    if service.image == "postgres":
        return _postgres(service, place, command)
    program = shutil.which(command[0], path=programs())
    if program is None:
        raise UnavailableError(
            f"falta el programa {command[0]}",
            remedy=f"instálelo (en Debian: sudo apt-get install {service.image})",
        )
    return [program, *command[1:]]


def _postgres(service: Service, place: Local, command: list[str]) -> list[str]:
    """A cluster with its user and first database, made at the first start, as the image's entry point does."""
    data = next(
        place.folders[source] for source, target in service.mounts if target.startswith("/var/lib/postgres")
    )
    if not (data / "PG_VERSION").exists():
        _make_cluster(service, place, data)
    port = str(place.ports[service.name, service.ports[0]])
    return [
        *_as_nobody(),
        *(_binary(command[0]), *command[1:], "-D", str(data), "-p", port),
        *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
    ]


def _make_cluster(service: Service, place: Local, data: Path) -> None:
    known = place.environment(service)
    data.mkdir(parents=True, exist_ok=True)
    _give(data)
    password = data.with_name("clave")
    write_file(password, Path(known["POSTGRES_PASSWORD_FILE"]).read_bytes())
    _give(password)
    try:
        make = [_binary("initdb"), "-D", str(data), "-U", known["POSTGRES_USER"], f"--pwfile={password}"]
        _run([*make, *known["POSTGRES_INITDB_ARGS"].split(), "--auth-local=reject"])
    finally:
        password.unlink()
    database = f"CREATE DATABASE {known['POSTGRES_DB']}\n"
    _run([_binary("postgres"), "--single", "-D", str(data), "postgres"], database)


def _give(path: Path) -> None:
    """Let the server's user have a file or folder."""
    if os.geteuid() == 0:
        os.chown(path, int(_NOBODY), int(_NOBODY))


def _run(command: list[str], said: str = "") -> None:
    done = subprocess.run([*_as_nobody(), *command], input=said, text=True, capture_output=True, check=False)  # noqa: S603 - PostgreSQL's
    if done.returncode:
        raise UnavailableError(
            "no se pudo crear la base de datos", remedy="revise los permisos de la carpeta y el espacio en disco"
        )


def _binary(name: str) -> str:
    found = shutil.which(name, path=programs())
    if found is None:
        raise UnavailableError(
            f"falta el programa {name} de PostgreSQL", remedy="prepare otra vez el entorno: make"
        )
    return found


def _as_nobody() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid", _NOBODY, "--regid", _NOBODY, "--clear-groups"]
