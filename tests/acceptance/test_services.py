"""The services of ``docker-compose.yml`` as processes: the same release, and who may do what."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import httpx
import psutil
import pytest
from acceptance_support import MONTH, Place, Reported, administrator_of, logged_in, served
from backup_support import Place as Deployment
from backup_support import server
from sqlalchemy import make_url, text

from movilidad.backup.databases import connected
from movilidad.backup.restoring import restore
from movilidad.model import paths
from movilidad.model.periods import TZ, Month
from movilidad.model.settings import get_settings
from movilidad.publishing.whole_verification import verify_all
from movilidad.stack.keys import ADMINISTRATOR
from movilidad.stack.monthly import run_month
from movilidad.stack.running import Running

pytestmark = pytest.mark.airflow

ROLES = ("Lectura", "Responsable", "Operador")
READ, RUN, KEEP = "GET", "POST", "PATCH"
EVERYBODY, WHO_DECIDE = {"Lectura", "Responsable", "Operador"}, {"Responsable", "Operador"}
# what is asked for, and which roles get it
ALLOWED: list[tuple[str, str, dict[str, object] | None, set[str]]] = [
    (READ, "/api/v2/dags", None, EVERYBODY),
    (READ, "/api/v2/dags/informe_mensual/dagRuns", None, EVERYBODY),
    (RUN, "/api/v2/dags/vigilancia_calendario/dagRuns", {"logical_date": None}, WHO_DECIDE),
    (KEEP, "/api/v2/dags/vigilancia_calendario", {"is_paused": True}, WHO_DECIDE),
    (READ, "/api/v2/connections", None, {"Operador"}),
    (READ, "/api/v2/variables", None, {"Operador"}),
    (READ, "/auth/fab/v1/users", None, set()),
    (READ, "/mesa/", None, EVERYBODY),
    (READ, "/mesa/bitacora", None, WHO_DECIDE),
    (READ, f"/mesa/fuente/tu_empleo/cuarentena/{MONTH}", None, WHO_DECIDE),
]


@pytest.fixture(scope="module")
def place(make_place: Callable[[str], Place]) -> Place:
    return make_place("servicios")


@pytest.fixture(scope="module")
def services(place: Place) -> Iterator[Running]:
    """All services, after the month's report."""
    with served(place) as running:
        run_month(running, Month.parse(MONTH), print)
        yield running


@pytest.fixture(scope="module")
def visitors(services: Running, place: Place) -> dict[str, httpx.Client]:
    """Somebody of each role, logged in."""
    administrator = administrator_of(services, place)
    found = {}
    for role in ROLES:
        password = token_urlsafe(12)
        person = {
            "username": role.lower(),
            "password": password,
            "email": f"{role.lower()}@mintrab.example",
            "first_name": role,
            "last_name": "de prueba",
            "roles": [{"name": role}],
        }
        administrator.post("/auth/fab/v1/users", json=person).raise_for_status()
        found[role] = logged_in(services.url, role.lower(), password)
    return found


def test_the_release_is_that_of_the_embedded_environment_byte_for_byte(
    services: Running, place: Place, reported: Reported
) -> None:
    here, there = place.files(), reported.place.files()
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    assert len(here) > 20


def test_every_service_s_own_health_check_finds_it_well(services: Running) -> None:
    assert services.ill() == []


def test_everything_published_verifies(services: Running) -> None:
    assert [each.line for each in verify_all()] == [f"bien  mensual/{MONTH}/r1"]


def test_readers_get_it_from_the_portal_s_web_server(services: Running, place: Place) -> None:
    for name in ("informe.html", "informe.pdf", "datos.csv"):
        answer = httpx.get(f"{services.portal}/mensual/{MONTH}/r1/{name}", trust_env=False)
        assert answer.status_code == 200
        assert answer.content == place.files()[name]


@pytest.mark.parametrize(("method", "path", "content", "roles"), ALLOWED)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_its_own_work_and_no_more(
    visitors: dict[str, httpx.Client],
    role: str,
    method: str,
    path: str,
    content: dict[str, object] | None,
    roles: set[str],
) -> None:
    answer = visitors[role].request(method, path, json=content)
    assert answer.status_code in ({200, 201} if role in roles else {403}), answer.text


def test_a_stranger_gets_nothing(services: Running) -> None:
    answer = httpx.get(f"{services.url}/api/v2/dags", trust_env=False)
    assert answer.status_code in (401, 403), answer.text


def test_no_secret_stands_in_an_argument_or_in_a_log(services: Running, place: Place) -> None:
    secrets = [file.read_text(encoding="utf-8") for file in (place.folder / "secretos").glob("[A-Z]*[A-Z]")]
    keys = [text for text in secrets if len(text) > 10 and "://" not in text]
    assert len(keys) >= 7
    logs = [file.read_text(encoding="utf-8", errors="replace") for file in (place.folder / "registros").glob("*")]
    processes = psutil.Process().children(recursive=True)
    assert len(processes) > 8
    commands = [_command(process) for process in processes]
    for key in keys:
        assert all(key not in text for text in [*logs, *commands])


def _command(process: psutil.Process) -> str:
    """The arguments of a process; of one that ended meanwhile, none."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def test_a_backup_of_the_services_leads_back_to_a_moment_between_two(
    services: Running, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, warehouse = tmp_path / "respaldos", make_url(place.secret("MOVILIDAD_BODEGA"))
    first = backed_up(services, place, backups)
    assert first["momentos_intermedios"], first["sin_continuo"]
    assert first["bases"] == ["airflow", "bodega"]
    with connected(warehouse) as connection:
        connection.execute(text("CREATE TABLE analisis.nota AS SELECT 'antes' AS dice"))
    moment = datetime.now(TZ)
    with connected(warehouse) as connection:
        connection.execute(text("UPDATE analisis.nota SET dice = 'después'"))
    backed_up(services, place, backups)
    with server() as empty:
        there = Deployment.new(tmp_path / "alla", empty)
        there.enter(monkeypatch, place.environment["MOVILIDAD_CLAVE_SEUDONIMOS"])
        restored = restore(backups, moment, datetime.now(TZ))
        assert [(each.publicacion_id, each.ok) for each in restored.verified] == [(f"mensual/{MONTH}/r1", True)]
        with connected(make_url(there.environment["MOVILIDAD_BODEGA"])) as connection:
            assert connection.scalar(text("SELECT dice FROM analisis.nota")) == "antes"
    get_settings.cache_clear()


def backed_up(services: Running, place: Place, folder: Path) -> dict[str, Any]:
    """What the command says of a backup, given as in a container."""
    ours = {name: value for name, value in services.environment.items() if name.startswith("MOVILIDAD")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**ours, "PATH": path, "SECRETOS": str(place.folder / "secretos")}
    command = [str(paths.PROJECT / "deploy" / "entrada.sh"), "movilidad", "backup", str(folder), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_programs_that_guess_passwords_have_to_wait(services: Running) -> None:
    """The last of this file: afterwards nobody of this machine can log in for a minute."""
    guess = {"username": ADMINISTRATOR, "password": "no es"}
    processes, tries = 2, 5
    answers = [
        httpx.post(f"{services.url}/auth/token", json=guess, trust_env=False).status_code
        for _ in range(processes * tries + 1)
    ]
    assert answers[:tries] == [401] * tries
    # which process takes a request is chance, so one may refuse before the other; but none lets a sixth guess pass
    assert set(answers) == {401, 429}
    assert answers.count(401) <= processes * tries
