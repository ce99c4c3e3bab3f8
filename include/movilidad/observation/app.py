"""The health page as a web application: for everybody, in Spanish for people and in JSON for programs.

Browsers get a page, everybody else JSON; 200 if the service works, 503 if something does not. It says no more than
``Check.frase``. Nobody is asked who he is, so a look is kept for some seconds, whoever asks.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from jinja2 import Environment

from movilidad.alerts.words import moment
from movilidad.model import paths
from movilidad.model.periods import TZ
from movilidad.model.templates import templates
from movilidad.observation.health import Health

Look = Callable[[datetime], Health]

_KEPT = timedelta(seconds=10)
_STYLE = paths.TEMPLATES / "salud" / "salud.css"
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'none'",
}


def health_page(look: Look, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """The application, to be mounted at ``/salud`` of Airflow's server.

    Args:
        look: examines everything at an instant.
        clock: gives the instant, with time zone.
    """
    seen = _Kept(look, clock or _now)
    app = FastAPI(openapi_url=None)

    @app.get("/")
    def health(request: Request) -> Response:
        found = seen.newest()
        status = 503 if found.estado == "mal" else 200
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(_page(found, request.scope.get("root_path", "")), status, _SAFE)
        return JSONResponse(_record(found), status, _SAFE)

    @app.get("/salud.css")
    def style() -> Response:
        return FileResponse(_STYLE, headers=_SAFE)

    return app


class _Kept:
    """The newest look, not older than some seconds; one at a time."""

    def __init__(self, look: Look, clock: Callable[[], datetime]) -> None:
        self._look, self._clock, self._lock = look, clock, threading.Lock()
        self._found: Health | None = None

    def newest(self) -> Health:
        with self._lock:
            now = self._clock()
            if self._found is None or now - self._found.momento > _KEPT:
                self._found = self._look(now)
            return self._found


def _record(found: Health) -> dict[str, Any]:
    return {
        "estado": found.estado,
        "frase": found.frase,
        "momento": found.momento.isoformat(timespec="seconds"),
        "revisiones": [
            {"nombre": each.nombre, "titulo": each.titulo, "estado": each.estado, "frase": each.frase}
            for each in found.revisiones
        ],
    }


def _page(found: Health, root: str) -> str:
    seen = moment(found.momento, found.momento)
    return _templates().get_template("salud.html.j2").render(salud=found, visto=seen, raiz=root)


def _now() -> datetime:
    return datetime.now(TZ)


@lru_cache
def _templates() -> Environment:
    return templates("salud")
