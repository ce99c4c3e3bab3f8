"""The services of ``docker-compose.yml`` as processes: the same release, and who may do what."""

from collections.abc import Callable, Iterator
from secrets import token_urlsafe

import httpx
import psutil
import pytest
from acceptance_support import MONTH, Place, Reported, administrator_of, logged_in, served

from movilidad.model.periods import Month
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


def test_programs_that_guess_passwords_have_to_wait(services: Running) -> None:
    """The last of this file: afterwards nobody of this machine can log in for a minute."""
    guess = {"username": ADMINISTRATOR, "password": "no es"}
    processes, tries = 2, 5
    answers = [
        httpx.post(f"{services.url}/auth/token", json=guess, trust_env=False).status_code
        for _ in range(processes * tries + 1)
    ]
    assert answers[:tries] == [401] * tries
    assert answers[-1] == 429
