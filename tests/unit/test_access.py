"""Who is let in to Airflow: wrong passwords, and the accounts of an identity provider."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from movilidad.model import paths

DEPLOY = paths.PROJECT / "deploy"
ISSUER = "https://identidad.mintrab.example/realms/mintrab"


async def token(request: Request) -> Response:
    right = (await request.body()) == b"correcta"
    return PlainTextResponse("", 201 if right else 401)


def visitor(*, address: str = "10.0.0.1", app: Starlette) -> TestClient:
    return TestClient(app, client=(address, 1))


@pytest.fixture
def server(airflow_home: Path) -> Starlette:
    from movilidad_acceso import WrongPasswords

    routes = [Route(path, token, methods=["POST"]) for path in ("/auth/token", "/auth/token/cli", "/otra")]
    return Starlette(routes=routes, middleware=[Middleware(WrongPasswords)])


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(server: Starlette) -> None:
    client = visitor(app=server)
    said = [client.post("/auth/token", content="mala").status_code for _ in range(5)]
    assert said == [401] * 5
    refused = client.post("/auth/token/cli", content="correcta")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert "Espere un minuto" in refused.json()["detail"]


def test_somebody_else_does_not_wait_and_right_passwords_are_not_counted(server: Starlette) -> None:
    for _ in range(5):
        visitor(app=server).post("/auth/token", content="mala")
    other = visitor(address="10.0.0.2", app=server)
    assert {other.post("/auth/token", content="correcta").status_code for _ in range(20)} == {201}
    assert {visitor(app=server).post("/otra", content="mala").status_code for _ in range(9)} == {401}


@pytest.fixture
def security(airflow_home: Path) -> Any:
    """Airflow's own part that decides about roles."""
    from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride

    return FabAirflowSecurityManagerOverride


@pytest.fixture
def access(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The file as Airflow's server reads it, with an identity provider."""
    for name, value in (("EMISOR", ISSUER), ("CLIENTE", "movilidad"), ("SECRETO", "s3creto")):
        monkeypatch.setenv(f"MOVILIDAD_OIDC_{name}", value)
    return runpy.run_path(str(DEPLOY / "acceso.py"))


def roles(security: Any, access: dict[str, Any], *groups: str) -> set[str]:
    """The roles that Airflow gives to somebody of these groups, by its own reckoning."""

    def of_groups(keys: list[str]) -> set[str]:
        return {role for key in keys for role in access["AUTH_ROLES_MAPPING"].get(key, ())}

    manager = SimpleNamespace(
        auth_roles_mapping=access["AUTH_ROLES_MAPPING"],
        get_roles_from_keys=of_groups,
        auth_user_registration=access["AUTH_USER_REGISTRATION"],
        auth_user_registration_role=access["AUTH_USER_REGISTRATION_ROLE"],
        auth_user_registration_role_jmespath=None,
        find_role=lambda name: name,
    )
    return set(security._oauth_calculate_user_roles(manager, {"role_keys": list(groups)}))


def test_an_account_without_one_of_our_groups_may_do_nothing(security: Any, access: dict[str, Any]) -> None:
    allowed = {config["role"]: config["perms"] for config in security.ROLE_CONFIGS}
    for groups in ((), ("contabilidad",)):
        for role in roles(security, access, *groups):
            assert allowed[role] == []


def test_each_group_gives_its_role_and_every_role_has_a_group(security: Any, access: dict[str, Any]) -> None:
    for group, (role,) in access["AUTH_ROLES_MAPPING"].items():
        assert role in roles(security, access, group)
    given = {role for (role,) in access["AUTH_ROLES_MAPPING"].values()}
    ours = {role["name"] for role in json.loads((DEPLOY / "roles.json").read_text(encoding="utf-8"))}
    assert given == ours | {"Admin"}


def test_without_a_provider_the_login_is_by_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOVILIDAD_OIDC_EMISOR", raising=False)
    plain = runpy.run_path(str(DEPLOY / "acceso.py"))
    assert plain["AUTH_TYPE"] == 1
    assert "OAUTH_PROVIDERS" not in plain
