"""The containers run the very commands of the embedded environment."""

import re

import yaml

from movilidad.model import paths
from movilidad.model.settings import Settings
from movilidad.stack import running

COMPOSE = yaml.safe_load((paths.PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))


class Recorder:
    """Takes down what would be started."""

    def __init__(self) -> None:
        self.commands: dict[str, list[str]] = {}

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.commands[name] = command


def _service_arguments(service: str) -> list[str]:
    command: list[str] = COMPOSE["services"][service]["command"]
    return [part for part in command[1:] if not re.fullmatch(r"[\d.]+", part)]


def test_every_airflow_process_of_the_embedded_environment_is_a_service_with_its_command() -> None:
    recorder = Recorder()
    running._start_airflow(8080, {}, recorder, with_triggerer=True)  # type: ignore[arg-type]
    for name, command in recorder.commands.items():
        arguments = [part for part in command[1:] if not re.fullmatch(r"[\d.]+", part)]
        assert _service_arguments(name.removeprefix("airflow-")) == arguments
    assert len(recorder.commands) == 4


def test_only_loopback_ports_are_open_and_no_secret_is_written_down() -> None:
    text = (paths.PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert re.findall(r"PASSWORD: (?!\$\{)", text) == []


def test_everything_that_env_example_asks_for_is_read() -> None:
    asked = re.findall(r"^([A-Z_]+)=", (paths.PROJECT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    settings = {"POSTGRES_PASSWORD", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY"}
    ours = {"MOVILIDAD_CLAVE_SEUDONIMOS", "MOVILIDAD_INICIO_OPERACION"}
    ours |= {f"MOVILIDAD_{name}" for name in ("DIRECCION_PUBLICA", "CORREO_PUBLICO", "LICENCIA_DATOS")}
    assert {name.removeprefix("MOVILIDAD_").lower() for name in ours} <= {
        *Settings.model_fields,
        "inicio_operacion",
    }
    assert set(asked) == settings | ours
