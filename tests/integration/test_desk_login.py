"""Nothing of the desk is shown without Airflow's login, and each role of Airflow sees what is meant for it."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from desk_support import LOOKS, NOT_ALLOWED, client_at, desk_at, waiting
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from publishing_support import NOON, OCTOBER, R1
from sqlalchemy import Engine

_PARTS = {
    "series": "mensual",
    "period": "2026-10",
    "revision": "r1",
    "path": "informe.pdf",
    "name": "tu_empleo",
    "month": "2026-10",
    "number": "1",
}


def addresses() -> list[str]:
    """An address of every page and file that the desk answers for."""
    paths = [route.path for route in desk_at(NOON).routes if isinstance(route, APIRoute)]
    assert len(paths) > 12
    return [re.sub(r"\{(\w+)(?::path)?\}", lambda part: _PARTS[part[1]], path).lstrip("/") for path in paths]


@pytest.mark.parametrize("address", addresses())
def test_who_is_not_logged_in_is_sent_to_the_login_and_comes_back(address: str) -> None:
    found = client_at(NOON, "").get(address)
    assert found.status_code == 303
    login = urlsplit(found.headers["location"])
    assert login.path == "/airflow/api/v2/auth/login"
    assert parse_qs(login.query) == {"next": [f"/airflow/mesa/{address}"]}
    assert found.text == ""


@pytest.mark.parametrize("address", addresses())
def test_who_may_not_look_is_told_so_and_nothing_else(address: str) -> None:
    found = client_at(NOON, NOT_ALLOWED).get(address)
    assert found.status_code == 403
    assert "no tiene permiso" in found.text
    assert "Publicaciones</a>" not in found.text


@pytest.fixture(scope="module")
def airflow(airflow_home: Path) -> Callable[..., TestClient]:
    """Airflow's own login in front of the plugin: gives browsers of somebody with a role, or with a token."""
    from airflow.api_fastapi.app import init_auth_manager
    from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.models.revoked_token import RevokedToken
    from airflow.settings import engine

    RevokedToken.metadata.tables["revoked_token"].create(engine, checkfirst=True)
    manager = init_auth_manager()

    def client(role: str | None, token: str = "") -> TestClient:
        from movilidad_mesa import MovilidadMesa

        server = FastAPI()
        (mounted,) = MovilidadMesa.fastapi_apps
        server.mount(mounted["url_prefix"], mounted["app"])
        if role:
            token = manager.generate_jwt(SimpleAuthManagerUser(username="ana", role=role))
        cookies = {COOKIE_NAME_JWT_TOKEN: token} if token else {}
        return TestClient(server, "http://airflow.example/mesa/", cookies=cookies, follow_redirects=False)

    return client


def test_airflows_roles_decide_who_looks_and_who_sees_drafts(
    warehouse: Engine, airflow: Callable[..., TestClient]
) -> None:
    waiting(warehouse, OCTOBER, NOON)
    page, preview = f"publicacion/{R1}", f"publicacion/{R1}/archivo/informe.html"
    for nobody in (airflow(None), airflow(None, "una ficha falsa")):
        for address in ("", page, preview):
            found = nobody.get(address)
            assert (found.status_code, found.text) == (303, "")
            assert found.headers["location"].startswith("/api/v2/auth/login?next=%2Fmesa%2F")
    looking, acting = airflow("viewer"), airflow("user")
    assert "Espera visto bueno" in looking.get(page).text
    assert "Personas colocadas" not in looking.get(page).text
    assert looking.get(preview).status_code == 403
    assert "Personas colocadas" in acting.get(page).text
    assert acting.get(preview).status_code == 200


def test_the_desk_has_its_place_in_airflows_menu(airflow_home: Path) -> None:
    from airflow.plugins_manager import _get_ui_plugins

    views = {each["url_route"]: each for each in _get_ui_plugins()[0]}
    assert views["mesa"]["name"] == "Mesa"
    assert (views["mesa"]["href"], views["mesa"]["destination"]) == ("/mesa/", "nav")


def test_who_only_looks_is_no_stranger() -> None:
    assert client_at(NOON, LOOKS).get("estatico/mesa.css").status_code == 200
