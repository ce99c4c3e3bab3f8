"""The environment variables of the processes: Airflow's configuration, the library's settings, connections."""

import json
import os
import socket
from collections.abc import Mapping
from typing import Any

from movilidad.model import office, paths
from movilidad.model.atomic import write_file
from movilidad.model.settings import get_settings
from movilidad.stack.installation import OPERATOR, Installation
from movilidad.stack.postgres import database_url

SENDER = "movilidad@mintrab.example"


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether nobody listens on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def inherited_without(*prefixes: str) -> dict[str, str]:
    """This process's variables for one that it starts, without those of these prefixes."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # without caches every task would compile Airflow again
    return inherited


def in_embedded(socket_folder: str) -> dict[str, str]:
    """How the embedded database server is reached."""
    return {"host": socket_folder, "login": "postgres"}


def connections(installation: Installation, programme: Mapping[str, Any], platforms_url: str) -> dict[str, Any]:
    """Connection id → address and secret: simulated platforms, real files shipped along, a folder for the mail.

    What whoever operates this installation wrote down (``Installation.own_connections``) takes their place. For an
    office with contracts of its own nothing is simulated.

    Args:
        programme: how the database server of the simulated programme is reached.
    """
    shipped = {"conn_type": "file", "extra": {"url": paths.DATA.as_uri()}}
    mail = (installation.folder / "correo").as_uri()
    return {
        **({} if office.has_own_contracts() else _simulated(installation, programme, platforms_url)),
        "correo_avisos": {"conn_type": "file", "extra": {"url": mail, "from_email": SENDER}},
        "visas_eeuu": shipped,
        "salarios_h2a": shipped,
        "tipo_cambio": shipped,
        **installation.own_connections(),
    }


def _simulated(installation: Installation, programme: Mapping[str, Any], platforms_url: str) -> dict[str, Any]:
    ours = {
        "conn_type": "http",
        "password": installation.platform_token,
        "extra": {"url": platforms_url, "demostracion": True},
    }

    def left(name: str) -> dict[str, Any]:
        """A folder in which an institution leaves its files."""
        url = (installation.platforms / name).as_uri()
        return {"conn_type": "file", "extra": {"url": url, "demostracion": True}}

    service = {"url": platforms_url, "respaldo": (installation.platforms / "respaldo").as_uri()}
    return {
        "programa_trabajo_temporal": {
            "conn_type": "postgres",
            "schema": "plataformas",
            "extra": {"demostracion": True},
            **programme,
        },
        "registro_reclutadores": ours,
        "tu_empleo": ours,
        "denuncias": ours,
        "tipo_cambio_banguat": {"conn_type": "http", "extra": {**service, "demostracion": True}},
        "ejecucion_presupuestaria": left("presupuesto"),
        "capacitaciones": left("capacitaciones"),
        "acciones": left("acciones"),
    }


def library_environment(installation: Installation, socket_folder: str, known: dict[str, Any]) -> dict[str, str]:
    """What ``movilidad`` itself reads."""
    settings = get_settings()
    return {
        "MOVILIDAD_CARPETA": str(installation.folder),
        "MOVILIDAD_PUBLICACIONES": str(settings.publicaciones.resolve()),
        "MOVILIDAD_BODEGA": database_url(socket_folder, "movilidad"),
        "MOVILIDAD_INICIO_OPERACION": installation.began.isoformat(),
        **({"MOVILIDAD_OFICINA": str(settings.oficina.resolve())} if settings.oficina else {}),
        **{f"MOVILIDAD_CONEXION_{name.upper()}": json.dumps(value) for name, value in known.items()},
    }


def airflow_connections(known: dict[str, Any]) -> dict[str, str]:
    """The connections as Airflow reads them."""
    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(value) for name, value in known.items()}


def airflow_environment(
    installation: Installation, socket_folder: str, port: int, known: dict[str, Any]
) -> dict[str, str]:
    """The whole environment of an Airflow process: inherited, ours, Airflow's."""
    passwords = installation.airflow_home / "claves.json"
    passwords.parent.mkdir(parents=True, exist_ok=True)
    write_file(passwords, json.dumps({OPERATOR: installation.password}).encode())
    options = {
        "CORE__DAGS_FOLDER": str(paths.DAGS),
        "CORE__PLUGINS_FOLDER": str(paths.PROJECT / "plugins"),
        "CORE__LOAD_EXAMPLES": "false",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "false",
        "CORE__DEFAULT_TIMEZONE": "America/Guatemala",
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__FERNET_KEY": installation.fernet,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{OPERATOR}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "API_AUTH__JWT_SECRET": installation.jwt,
        "DATABASE__SQL_ALCHEMY_CONN": database_url(socket_folder, "airflow"),
        # one machine: what a killed scheduler or task left behind is taken up again within a minute
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
        "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "20",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        # a task that has ended is noticed within this time (decision 42), and as many misses end it as by default
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "WORKERS__MAX_FAILED_HEARTBEATS": "15",
        "DAG_PROCESSOR__DISABLE_BUNDLE_VERSIONING": "true",
    }
    return {
        **inherited_without("AIRFLOW"),
        **library_environment(installation, socket_folder, known),
        "AIRFLOW_HOME": str(installation.airflow_home),
        "GX_ANALYTICS_ENABLED": "false",
        **{f"AIRFLOW__{name}": value for name, value in options.items()},
        **airflow_connections(known),
    }
