"""The release desk among Airflow's pages: its place in the menu, and how it is asked who looks.

Whatever a plugin mounts Airflow serves to everybody. So the desk asks Airflow's login and roles for each request:
whoever may read all DAGs may look; whoever may answer a sign-off also sees drafts and record keys.
"""

from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from airflow.plugins_manager import AirflowPlugin

_NAME = "Mesa"  # the menu has room for a word


async def desk(scope: Any, receive: Any, send: Any) -> None:
    """The application. Only Airflow's server is ever asked for it, so only there it is made, when first asked."""
    await _made()(scope, receive, send)


@lru_cache
def _made() -> Any:
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
    from fastapi import Depends, HTTPException, Request

    from movilidad.desk.app import desk
    from movilidad.desk.viewer import Viewer
    from movilidad_salud import look

    async def user(request: Request, bearer: Annotated[Any, Depends(bearer_scheme)]) -> Any:
        try:
            return await get_user(request, None, bearer)
        except HTTPException:  # also of an old login, which Airflow's own pages ask to repeat
            raise HTTPException(401) from None

    def viewer(who: Annotated[Any, Depends(user)]) -> Viewer:
        ask = get_auth_manager().is_authorized_dag
        if not ask(method="GET", user=who):
            raise HTTPException(403)
        acts = ask(method="PUT", access_entity=DagAccessEntity.HITL_DETAIL, user=who)
        return Viewer(who.get_name(), actua=acts)

    return desk(viewer, look)


def _address() -> str:
    """Where the browser finds the desk: Airflow itself may be served below a path."""
    from airflow.sdk.configuration import conf

    return urlsplit(str(conf.get("api", "base_url", fallback=""))).path.rstrip("/") + "/mesa/"


class MovilidadMesa(AirflowPlugin):
    """Registers the application and its place in the menu."""

    name = "movilidad_mesa"
    fastapi_apps = [{"app": desk, "url_prefix": "/mesa", "name": _NAME}]  # noqa: RUF012 - the form that Airflow asks for
    external_views = [  # noqa: RUF012
        {
            "name": _NAME,
            "href": _address(),
            "url_route": "mesa",
            "destination": "nav",
            "nav_top_level": True,
        }
    ]
