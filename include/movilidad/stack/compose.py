"""The services of ``docker-compose.yml``: what each runs, with what variables, ports, folders, and after which."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from movilidad.model.errors import UsageError
from movilidad.model.strict_yaml import load

OURS = "movilidad"
COMPLETED, HEALTHY, STARTED = "service_completed_successfully", "service_healthy", "service_started"
_VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\})")


@dataclass(frozen=True)
class Service:
    """One service; of several equal ones each is one, with a number in its name.

    Attributes:
        name: ``worker-2`` for the second of several.
        service: as the file calls it.
        image: without its tag; ``movilidad`` for ours.
        mounts: folder or volume, and where the container sees it.
        ports: on which it listens.
        published: of these, host address → port, ``127.0.0.1:8080`` → 8080.
        after: service → what has to be true of it before.
        health: the command that succeeds once it serves; empty if there is none.
        own_folders: in which nobody else may look and nothing stays.
        lasting: whether it is started again when it ends.
    """

    name: str
    service: str
    image: str
    command: tuple[str, ...]
    environment: dict[str, str]
    mounts: tuple[tuple[str, str], ...]
    ports: tuple[int, ...]
    published: dict[str, int]
    after: dict[str, str]
    health: tuple[str, ...]
    own_folders: tuple[str, ...]
    lasting: bool

    @property
    def is_ours(self) -> bool:
        return self.image == OURS

    @property
    def is_one_of_several(self) -> bool:
        return self.name != self.service


def read_compose(file: Path, variables: Mapping[str, str] = os.environ) -> dict[str, Service]:
    """The services that start without a profile, by name.

    Raises:
        UsageError: a variable that has to be set is not.
    """
    content = load(file.read_text(encoding="utf-8"))
    found: dict[str, Service] = {}
    for name, raw in content["services"].items():
        if not raw.get("profiles"):
            several = int(_interpolated(raw.get("deploy", {}).get("replicas", 1), variables))
            names = [f"{name}-{number}" for number in range(1, several + 1)] if several > 1 else [name]
            found |= {each: _service(each, name, _interpolated(raw, variables)) for each in names}
    return found


def _service(name: str, service: str, raw: dict[str, Any]) -> Service:
    ports = [str(port).rpartition(":") for port in raw.get("ports", ())]
    after = raw.get("depends_on", {})
    return Service(
        name=name,
        service=service,
        image=raw["image"].rpartition(":")[0],
        command=tuple(map(str, raw["command"])),
        environment={key: str(value) for key, value in raw.get("environment", {}).items()},
        mounts=tuple(_mount(mount) for mount in raw.get("volumes", ())),
        ports=tuple(
            dict.fromkeys([int(port) for *_, port in ports] + [int(port) for port in raw.get("expose", ())])
        ),
        published={host: int(port) for host, _, port in ports},
        after={other: how["condition"] for other, how in after.items()},
        health=_health(raw.get("healthcheck", {}).get("test", ())),
        own_folders=tuple(raw.get("tmpfs", ())),
        lasting=raw.get("restart") == "unless-stopped",
    )


def _health(test: Sequence[str]) -> tuple[str, ...]:
    kind, *command = map(str, test or ("",))
    return ("sh", "-c", *command) if kind == "CMD-SHELL" else tuple(command)


def _mount(text: str) -> tuple[str, str]:
    source, target, *_ = text.split(":")
    return source, target


def _interpolated(raw: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(raw, dict):
        return {key: _interpolated(value, variables) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_interpolated(value, variables) for value in raw]
    return _VARIABLE.sub(lambda match: _value(match, variables), raw) if isinstance(raw, str) else raw


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["escaped"]:
        return "$"
    value = variables.get(match["name"], "")
    if not value and match["how"] == ":?":
        raise UsageError(f"falta la variable {match['name']}", remedy="defínala en .env, como dice .env.example")
    return value or (match["rest"] if match["how"] == ":-" else "") or ""
