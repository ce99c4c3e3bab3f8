"""What one installation keeps between runs: its folder, its secrets, the day it began."""

import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from movilidad.model.atomic import PUBLIC, make_folder, write_file
from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ
from movilidad.model.settings import get_settings

OPERATOR = "operador"


@dataclass(frozen=True)
class Installation:
    """Folder and secrets of the embedded environment.

    Attributes:
        folder: everything that is kept (database, Airflow's home, simulated platforms, logs).
        began: the day of installation; Airflow's schedules begin there.
        password: of the operator's account in the Airflow UI.
        jwt, fernet: Airflow's own keys.
        platform_token: bearer token of the simulated register and job bank.
    """

    folder: Path
    began: date
    password: str
    jwt: str
    fernet: str
    platform_token: str

    @classmethod
    def open(cls) -> "Installation":
        """The installation of this checkout, made at the first call."""
        folder = get_settings().carpeta.resolve()
        file = folder / "secretos" / "instalacion.json"
        if not file.exists():
            make_folder(folder, PUBLIC)  # the embedded server, as root, runs as a user of its own
            write_file(file, json.dumps(_new_secrets()).encode())
        kept = json.loads(file.read_text())
        return cls(folder, date.fromisoformat(kept.pop("began")), **kept)

    @property
    def airflow_home(self) -> Path:
        return self.folder / "airflow"

    @property
    def database(self) -> Path:
        return self.folder / "postgres"

    @property
    def platforms(self) -> Path:
        """Folder of the simulated platforms that are not in the database."""
        return self.folder / "demo"

    @property
    def logs(self) -> Path:
        """What the processes print."""
        return self.folder / "registros"

    @property
    def state(self) -> Path:
        """Address and process of the environment that ``make up`` started, while it runs."""
        return self.folder / "estado.json"

    def own_connections(self) -> dict[str, Any]:
        """Connections in place of the simulated ones or besides them: ``conexiones.json`` of the folder, by name.

        Raises:
            UsageError: the file is not as it should be; no value of it is repeated.
        """
        file = self.folder / "conexiones.json"
        try:
            found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
            raise UsageError(
                f"{file.name} no es un objeto JSON con una conexión por nombre",
                remedy="corríjalo como dice docs/avisos.md",
            )
        return found

    def running(self) -> dict[str, Any] | None:
        """The state that ``make up`` left, if its process still lives."""
        try:
            state: dict[str, Any] = json.loads(self.state.read_text())
            command = Path(f"/proc/{state['pid']}/cmdline").read_bytes()
        except (OSError, ValueError, KeyError):
            return None
        return state if b"movilidad.stack" in command else None


def _new_secrets() -> dict[str, str]:
    return {
        "began": datetime.now(TZ).date().isoformat(),
        "password": secrets.token_urlsafe(12),
        "jwt": secrets.token_urlsafe(48),
        "fernet": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "platform_token": secrets.token_urlsafe(24),
    }
