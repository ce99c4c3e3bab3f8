"""Address and secret of a source, as a deployment knows them.

Airflow keeps them as connections and hands them over; from a terminal they come from
``MOVILIDAD_CONEXION_<ID>`` in the same JSON form.
"""

import os
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from sqlalchemy.engine import URL

from movilidad.model.errors import UsageError

_DRIVERS = {
    "postgres": "postgresql+psycopg2",
    "postgresql": "postgresql+psycopg2",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}


class Connection(BaseModel):
    """One connection. ``extra`` holds what the connector understands besides.

    Understood extras: ``url`` (files: ``file:///…``, ``s3://…``, ``sftp://…``; HTTP: base address),
    ``opciones`` (storage options of fsspec), ``ca`` (certificate authority file), ``cifrado`` (see ``transit``),
    ``tiempo_espera`` (seconds), ``respaldo`` (folder of the fallback files of a SOAP source).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    conn_type: str = ""
    host: str | None = None
    port: int | None = None
    login: str | None = None
    password: SecretStr | None = None
    schema_: str | None = Field(default=None, alias="schema")
    extra: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def from_environment(cls, connection_id: str) -> "Connection":
        """Read ``MOVILIDAD_CONEXION_<ID>``; a UsageError that says how to set it."""
        name = f"MOVILIDAD_CONEXION_{connection_id.upper()}"
        try:
            return cls.model_validate_json(os.environ[name])
        except KeyError:
            raise UsageError(
                f"falta la conexión «{connection_id}»",
                remedy=f"defina {name} o la conexión «{connection_id}» de Airflow",
            ) from None
        except ValidationError:
            # the text may hold a password: never repeat it
            raise UsageError(f"{name} no es JSON de una conexión") from None

    def sql_url(self) -> URL:
        """SQLAlchemy URL of a database; a host that begins with ``/`` is a PostgreSQL socket folder."""
        driver = _DRIVERS.get(self.conn_type, self.conn_type)
        socket = self.host if self.host and self.host.startswith("/") else None
        return URL.create(
            driver,
            username=self.login,
            password=self.password.get_secret_value() if self.password else None,
            host=None if socket else self.host,
            port=self.port,
            database=self.schema_,
            query={"host": socket} if socket else {},
        )

    def base_url(self) -> str:
        """Base address of an HTTP service or of a folder, without a slash at the end."""
        if url := self.extra.get("url"):
            return str(url).rstrip("/")
        scheme = self.schema_ or "http"
        port = f":{self.port}" if self.port else ""
        return f"{scheme}://{self.host}{port}"
