"""Passwords and keys of a deployment: made once, one file each, named like the variable that it becomes."""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import URL

from movilidad.model.atomic import PRIVATE, write_file

ADMINISTRATOR = "administracion"
#: the file with the first user's password
ADMINISTRATOR_KEY = "CLAVE_ADMINISTRACION"
_MADE: dict[str, Callable[[], str]] = {
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(32),
    "REDIS_PASSWORD": lambda: secrets.token_urlsafe(32),
    "AIRFLOW__CORE__FERNET_KEY": lambda: urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "AIRFLOW__API_AUTH__JWT_SECRET": lambda: secrets.token_urlsafe(48),
    "AIRFLOW__API__SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "MOVILIDAD_CLAVE_SEUDONIMOS": lambda: secrets.token_hex(32),
    ADMINISTRATOR_KEY: lambda: secrets.token_urlsafe(12),
    "CLAVE_GRAFANA": lambda: secrets.token_urlsafe(12),
    "CLAVE_OBJETOS": lambda: secrets.token_urlsafe(32),
}
_USER = "movilidad"
#: services that are none of ours → the one file that each may read
_SHARED = {
    "postgres": "POSTGRES_PASSWORD",
    "redis": "redis.conf",
    "objetos": "s3.json",
    "grafana": "CLAVE_GRAFANA",
}
_ITS_GROUP_READS = 0o750  # the object store runs as a user of its own, in our group


def keep_keys(folder: Path, postgres: str, redis: str) -> list[str]:
    """Make what is missing, and write the addresses that hold a password; gives the names of the secrets made.

    What is there stays as it is: another pseudonym key would part the seasons of every person. A service that is
    none of ours gets its one file in a folder beside, ``<folder>-postgres`` for PostgreSQL, where there is one.

    Args:
        folder: readable by nobody else.
        postgres, redis: ``host:port`` of the servers.
    """
    made = []
    for name, make in _MADE.items():
        if not (folder / name).exists():
            write_file(folder / name, make().encode())
            made.append(name)
    known = {name: (folder / name).read_text() for name in _MADE}
    derived = _derived(known, postgres, redis)
    for name, text in derived.items():
        _keep(folder / name, text)
    shared = known | derived
    for service, name in _SHARED.items():
        if (share := folder.with_name(f"{folder.name}-{service}")).is_dir():
            _keep(share / name, shared[name], _ITS_GROUP_READS)
    return made


def _keep(file: Path, text: str, mode: int = PRIVATE) -> None:
    if not file.exists() or file.read_text() != text:
        write_file(file, text.encode(), mode)


def _derived(known: dict[str, str], postgres: str, redis: str) -> dict[str, str]:
    """Addresses, which may change with the servers, and what Redis and the object store read."""

    def database(driver: str, name: str) -> str:
        host, _, port = postgres.rpartition(":")
        url = URL.create(driver, _USER, known["POSTGRES_PASSWORD"], host, int(port), name)
        return url.render_as_string(hide_password=False)

    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database("postgresql+psycopg2", "airflow"),
        "AIRFLOW__CELERY__RESULT_BACKEND": database("db+postgresql", "airflow"),
        "AIRFLOW__CELERY__BROKER_URL": f"redis://:{known['REDIS_PASSWORD']}@{redis}/0",
        "MOVILIDAD_BODEGA": database("postgresql+psycopg2", "movilidad"),
        "redis.conf": f"requirepass {known['REDIS_PASSWORD']}\n",
        "s3.json": json.dumps({"identities": [_owner_of_objects(known["CLAVE_OBJETOS"])]}),
    }


def _owner_of_objects(key: str) -> dict[str, object]:
    """The one who may use the object store, as SeaweedFS wants to be told; its access key is its name."""
    return {
        "name": _USER,
        "credentials": [{"accessKey": _USER, "secretKey": key}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
