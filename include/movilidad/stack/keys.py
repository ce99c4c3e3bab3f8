"""Passwords and keys of a deployment: made once, one file each, named like the variable that it becomes."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import URL

from movilidad.model.atomic import write_file

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
}
_USER = "movilidad"


def keep_keys(folder: Path, postgres: str, redis: str) -> list[str]:
    """Make what is missing, and write the addresses that hold a password; gives the names of the secrets made.

    What is there stays as it is: another pseudonym key would part the seasons of every person.

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
    for name, text in _derived(known, postgres, redis).items():
        if not (folder / name).exists() or (folder / name).read_text() != text:
            write_file(folder / name, text.encode())
    return made


def _derived(known: dict[str, str], postgres: str, redis: str) -> dict[str, str]:
    """Addresses, which may change with the servers, and the configuration of Redis."""

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
    }
