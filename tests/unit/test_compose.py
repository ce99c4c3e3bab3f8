"""The containers: what the file says is sound, and `make stack` starts the very same without containers."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.settings import Settings, get_settings
from movilidad.stack import distributed, running
from movilidad.stack.compose import COMPLETED, Service, read_compose
from movilidad.stack.distributed import COMPOSE, local_place
from movilidad.stack.engines import started_as
from movilidad.stack.installation import Installation
from movilidad.stack.keys import ADMINISTRATOR_KEY, keep_keys
from movilidad.stack.local import Local

RAW = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SCHEMA = Path(__file__).parents[1] / "data" / "compose_spec" / "compose-spec.json"
SERVICES = read_compose(COMPOSE, {})
DOCKERFILE = (paths.PROJECT / "Dockerfile").read_text(encoding="utf-8")


class Recorder:
    """Takes down what would be started."""

    def __init__(self) -> None:
        self.commands: dict[str, list[str]] = {}

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.commands[name] = command


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path / "carpeta"))
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(tmp_path / "publicaciones"))
    get_settings.cache_clear()
    yield local_place(Installation.open(), SERVICES)
    get_settings.cache_clear()


def as_in_the_container(place: Local, service: Service, text: str) -> str:
    """A text of this machine with the container's folders, names and ports again."""
    back = {str(place.folders[source]): target for source, target in service.mounts}
    back |= {str(place.own / service.name): folder for folder in service.own_folders}
    back |= {str(paths.PROJECT): "/opt/movilidad"}
    for here in sorted(back, key=len, reverse=True):
        text = text.replace(here, back[here])
    for (name, port), here in place.ports.items():
        text = re.sub(rf"127\.0\.0\.1:{here}\b", f"{name}:{port}", text)
        text = re.sub(rf"\b{here}\b", str(port), text)
    return text


def schema_errors(content: object) -> list[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(content)]


def test_the_file_is_a_compose_file() -> None:
    assert schema_errors(RAW) == []
    assert schema_errors({**RAW, "services": {"portal": {"imagen": "nginx"}}}) != []


@pytest.mark.parametrize("name", SERVICES)
def test_here_a_service_has_the_container_s_command_variables_ports_and_volumes(name: str, place: Local) -> None:
    service, raw = SERVICES[name], RAW["services"][SERVICES[name].service]
    command = place.command(service)
    assert [as_in_the_container(place, service, part) for part in command] == list(map(str, raw["command"]))
    variables = {
        key: as_in_the_container(place, service, value) for key, value in place.environment(service).items()
    }
    assert variables.keys() == raw.get("environment", {}).keys()
    for key, value in raw.get("environment", {}).items():
        if "${" not in str(value):  # an address that people see is the published one, not the service's name
            assert variables[key] == str(value)
    assert {target for _, target in service.mounts} == {mount.split(":")[1] for mount in raw.get("volumes", ())}
    assert {str(port) for port in service.ports} == {
        str(port).split(":")[-1] for port in [*raw.get("ports", ()), *raw.get("expose", ())]
    }
    assert {service.service for service in SERVICES.values()} == {
        name for name, each in RAW["services"].items() if "profiles" not in each
    }


@pytest.mark.parametrize("name", [name for name in SERVICES if SERVICES[name].is_ours])
def test_ours_are_started_through_the_image_s_entry_point_with_nothing_more(name: str, place: Local) -> None:
    service = SERVICES[name]
    entry, *command = started_as(service, place)
    assert entry == str(paths.PROJECT / "deploy" / "entrada.sh")
    assert f'ENTRYPOINT ["{as_in_the_container(place, service, entry)}"]' in DOCKERFILE
    # what a container has anyway: a name of its own
    assert command == place.command(service) + (["--celery-hostname", name] if "worker" in name else [])


def test_postgresql_is_started_with_the_container_s_options_and_where_it_is_here(place: Local) -> None:
    service = SERVICES["postgres"]
    data = place.folders["postgres"]
    data.mkdir(exist_ok=True)
    (data / "PG_VERSION").write_text("18\n", encoding="utf-8")  # as if there were a cluster already
    started = started_as(service, place)
    options = place.command(service)[1:]
    first = next(number for number, part in enumerate(started) if Path(part).name == "postgres")
    assert started[first + 1 : first + 1 + len(options)] == options
    port = str(place.ports["postgres", 5432])
    here = ["-D", str(data), "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    assert started[first + 1 + len(options) :] == here


def test_the_others_are_started_as_they_are(place: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for name in ("redis", "portal"):
        (tmp_path / SERVICES[name].command[0]).touch(0o755)  # this machine may not have it
        program, *arguments = started_as(SERVICES[name], place)
        assert [Path(program).name, *arguments] == place.command(SERVICES[name])


def test_every_process_of_the_embedded_environment_is_a_service_with_its_command() -> None:
    recorder = Recorder()
    running._start_airflow(8080, {}, recorder, with_triggerer=True)  # type: ignore[arg-type]
    for name, command in recorder.commands.items():
        embedded = [part for part in command[1:] if not re.fullmatch(r"[\d.]+", part)]
        contained = SERVICES[name.removeprefix("airflow-")].command
        assert [part for part in contained[1:] if not re.fullmatch(r"[\d.]+", part)] == embedded
    assert len(recorder.commands) == 4


def test_links_lead_to_where_people_reach_a_service_here(place: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "is_free", lambda port: False)  # as if all usual ports were taken
    elsewhere = local_place(Installation.open(), SERVICES)
    here = elsewhere.address("api-server", 8080)
    assert here != "127.0.0.1:8080"
    for name in ("api-server", "scheduler", "worker-1"):
        assert elsewhere.environment(SERVICES[name])["AIRFLOW__API__BASE_URL"] == f"http://{here}"


def test_two_workers_know_themselves_apart(place: Local) -> None:
    assert {"worker-1", "worker-2"} <= SERVICES.keys()
    pid_files = {place.command(SERVICES[name])[-1] for name in ("worker-1", "worker-2")}
    assert len(pid_files) == 2


def test_nobody_waits_in_a_circle_or_for_a_service_without_a_health_check() -> None:
    def depth(name: str, seen: tuple[str, ...] = ()) -> int:
        assert name not in seen
        return 1 + max((depth(other, (*seen, name)) for other in SERVICES[name].after), default=0)

    assert {name: depth(name) for name in SERVICES}["worker-1"] == 4
    for service in SERVICES.values():
        for other, condition in service.after.items():
            assert condition == COMPLETED or SERVICES[other].health


def test_only_loopback_ports_are_open_and_no_secret_is_written_down() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    published = [address for service in SERVICES.values() for address in service.published]
    assert published
    assert all(address.startswith("127.0.0.1:") for address in published)
    assert re.findall(r"(?:PASSWORD|SECRET|KEY|CLAVE)\w*: (?!\$\{)(?!/run/secretos-)", text) == []


@pytest.mark.parametrize("name", RAW["services"])
def test_every_container_is_hardened_also_those_that_start_with_a_profile(name: str) -> None:
    raw = RAW["services"][name]
    assert raw["read_only"] is True
    assert raw["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in raw["security_opt"]
    if raw["image"].startswith("movilidad:"):
        assert DOCKERFILE.count("\nUSER movilidad\n") == 1
    else:
        assert raw["user"].partition(":")[0] not in ("0", "root")


def test_whoever_stays_has_limits_and_a_health_check() -> None:
    for name, raw in RAW["services"].items():
        if raw.get("restart") != "no":
            assert raw["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
    without = {name for name, raw in RAW["services"].items() if "healthcheck" not in raw}
    once = {name for name, raw in RAW["services"].items() if raw.get("restart") == "no"}
    # the collector's image has no program that a check could call
    assert without == once | {"recolector"}


def test_a_health_check_that_needs_a_secret_goes_through_the_entry_point() -> None:
    for name, raw in RAW["services"].items():
        command = " ".join(raw.get("healthcheck", {}).get("test", ()))
        if raw["image"].startswith("movilidad:") and command:
            assert "/opt/movilidad/deploy/" in command.split()[1] + command.split()[2], name


def test_a_secret_goes_only_to_those_who_need_it(tmp_path: Path) -> None:
    mounted = {
        name: {mount.split(":")[0] for mount in raw.get("volumes", ()) if mount.startswith("secretos")}
        for name, raw in RAW["services"].items()
    }
    assert mounted.pop("secretos") == {volume for volume in RAW["volumes"] if volume.startswith("secretos")}
    for name, volumes in mounted.items():
        ours = RAW["services"][name]["image"].startswith("movilidad:")
        assert volumes <= ({"secretos"} if ours else {f"secretos-{name}"}), name
    shares = {name for name, volumes in mounted.items() if f"secretos-{name}" in volumes}
    for name in shares:
        (tmp_path / f"secretos-{name}").mkdir()
    keep_keys(tmp_path / "secretos", "postgres:5432", "redis:6379")
    for name in shares:
        (file,) = (tmp_path / f"secretos-{name}").iterdir()
        assert file.read_text() == (tmp_path / "secretos" / file.name).read_text()
        assert f"/run/secretos-{name}/{file.name}" in COMPOSE.read_text(encoding="utf-8")
        assert f"/run/secretos-{name}" in DOCKERFILE  # whose folder gives the volume its owner


def test_readers_web_server_and_the_drawing_of_figures_cannot_reach_the_databases() -> None:
    networks = {name: set(raw.get("networks", ["default"])) for name, raw in RAW["services"].items()}
    inner = {name for name, those in networks.items() if "default" in those}
    assert {"postgres", "redis", "worker"} <= inner
    assert inner.isdisjoint({"portal", "prometheus", "grafana"})


def test_nothing_but_the_program_goes_into_the_image() -> None:
    lines = (paths.PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"  # then what is let in, then what of it is not
    let_in = {line.removeprefix("!") for line in rules if line.startswith("!")}
    assert {line for line in rules[1:] if not line.startswith("!")} == {"**/__pycache__", "**/.*"}
    assert let_in == {
        *("dags", "deploy", "expectations", "include", "plugins", "docs/metodologia.md"),
        *("pyproject.toml", "requirements.lock", "README.md", "LICENSE", "ATTRIBUTIONS.md"),
    }
    assert all((paths.PROJECT / name).exists() for name in let_in)


def test_the_image_s_environment_is_the_lock_s_without_what_only_tests_need() -> None:
    (install,) = re.findall(r"uv pip install [^&]*--require-hashes[^&]*", DOCKERFILE)
    assert re.findall(r"--extra (\w+)", install) == ["airflow", "production", "build"]
    assert "-c requirements.lock" in install


def test_keys_are_made_once_and_are_different_everywhere(tmp_path: Path) -> None:
    made = keep_keys(tmp_path / "una", "postgres:5432", "redis:6379")
    before = {name: (tmp_path / "una" / name).read_text() for name in made}
    assert keep_keys(tmp_path / "una", "otro:5433", "redis:6379") == []
    assert {name: (tmp_path / "una" / name).read_text() for name in made} == before
    assert "@otro:5433/" in (tmp_path / "una" / "MOVILIDAD_BODEGA").read_text()
    keep_keys(tmp_path / "otra", "postgres:5432", "redis:6379")
    assert all((tmp_path / "otra" / name).read_text() != text for name, text in before.items())
    assert {oct(file.stat().st_mode & 0o777) for file in (tmp_path / "una").iterdir()} == {"0o600"}


def test_the_first_user_s_password_is_read_from_its_file_and_stands_in_no_argument(tmp_path: Path) -> None:
    for name in ("airflow", "movilidad", "python"):
        (tmp_path / name).write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{tmp_path}/dicho"\n', encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    keep_keys(tmp_path / "secretos", "postgres:5432", "redis:6379")
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SECRETOS": str(tmp_path / "secretos")}
    deploy = paths.PROJECT / "deploy"
    subprocess.run(["/bin/bash", str(deploy / "preparar.sh")], env=environment, check=True)
    said = (tmp_path / "dicho").read_text(encoding="utf-8").splitlines()
    assert said[-2:] == [str(deploy / "usuario.py"), str(tmp_path / "secretos" / ADMINISTRATOR_KEY)]
    password = (tmp_path / "secretos" / ADMINISTRATOR_KEY).read_text()
    assert all(password not in part for part in said)
    maker = (deploy / "usuario.py").read_text(encoding="utf-8")
    assert "from movilidad.stack.keys import ADMINISTRATOR\n" in maker
    assert "add_user(ADMINISTRATOR, " in maker


def test_a_process_gets_the_secrets_that_are_its_variables_and_no_other(tmp_path: Path) -> None:
    keep_keys(tmp_path, "postgres:5432", "redis:6379")
    environment = {"PATH": "/usr/bin:/bin", "SECRETOS": str(tmp_path), "MOVILIDAD_BODEGA": "la de .env"}
    entry = paths.PROJECT / "deploy" / "entrada.sh"
    done = subprocess.run([str(entry), "env"], env=environment, check=True, capture_output=True, text=True)
    known = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert known["MOVILIDAD_BODEGA"] == "la de .env"
    assert known["AIRFLOW__CORE__FERNET_KEY"] == (tmp_path / "AIRFLOW__CORE__FERNET_KEY").read_text()
    assert not {name for name in known if "POSTGRES_PASSWORD" in name or name.startswith(("CLAVE", "REDIS"))}


def test_a_variable_that_must_be_set_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "docker-compose.yml"
    file.write_text(
        "services:\n  a:\n    image: movilidad:1\n    command: ['${CLAVE:?falta}', '${OTRA:-b}', '$$c']\n"
    )
    with pytest.raises(UsageError, match="falta la variable CLAVE"):
        read_compose(file, {})
    assert read_compose(file, {"CLAVE": "a"})["a"].command == ("a", "b", "$c")


def test_everything_that_env_example_names_is_read_and_every_setting_is_named_there() -> None:
    text = (paths.PROJECT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", text, re.MULTILINE))
    ours = {name.removeprefix("MOVILIDAD_").lower() for name in named if name.startswith("MOVILIDAD_")}
    ours = {name for name in ours if not name.startswith("conexion_")}
    # where things are is the containers' own affair, as is the form of their log
    assert {*Settings.model_fields} - ours == {"carpeta", "publicaciones", "bodega", "registro_json"}
    elsewhere = {
        "inicio_operacion",
        "direccion_airflow",
        "trabajadores",
        "oidc_emisor",
        "oidc_cliente",
        "oidc_secreto",
    }
    assert ours <= {*Settings.model_fields, *elsewhere}
    for name in elsewhere:
        read = [
            COMPOSE,
            paths.PROJECT / "deploy" / "acceso.py",
            paths.PROJECT / "plugins" / "movilidad_airflow.py",
        ]
        assert any(f"MOVILIDAD_{name.upper()}" in file.read_text(encoding="utf-8") for file in read), name


def test_how_many_workers_there_are_can_be_said() -> None:
    for number, names in (("1", {"worker"}), ("3", {"worker-1", "worker-2", "worker-3"})):
        services = read_compose(COMPOSE, {"MOVILIDAD_TRABAJADORES": number})
        assert {name for name in services if name.startswith("worker")} == names
