"""The desk as a web application: who may look, what is said when something goes wrong. The pages: ``routes``."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from movilidad.desk.answers import SAFE, frame_of, page
from movilidad.desk.routes import routes
from movilidad.desk.viewer import Viewer
from movilidad.model.errors import MovilidadError, UsageError
from movilidad.model.periods import TZ
from movilidad.observation.app import Look

log = logging.getLogger(__name__)


def desk(viewer: Callable[..., Any], look: Look, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """The application, to be mounted at ``/mesa`` of Airflow's server.

    Args:
        viewer: a FastAPI dependency that gives the ``Viewer`` of a request or raises an HTTPException: 401 if
            nobody is logged in, who is then asked to; 403 if he may not look. No page is made without it.
        look: examines the whole service at an instant.
        clock: gives the instant, with time zone.
    """

    def admitted(request: Request, who: Annotated[Viewer, Depends(viewer)]) -> None:
        request.state.who = who

    app = FastAPI(openapi_url=None, dependencies=[Depends(admitted)])
    app.state.clock, app.state.look = clock or _now, look
    app.include_router(routes)
    for kind, answer in (
        (HTTPException, _refused),
        (RequestValidationError, _not_there),
        (MovilidadError, _explained),
        (OperationalError, _unreachable),
    ):
        app.add_exception_handler(kind, answer)  # type: ignore[arg-type]
    return app


def _now() -> datetime:
    return datetime.now(TZ)


def _refused(request: Request, error: HTTPException) -> Response:
    if error.status_code == 401:
        address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(frame_of(request).airflow.login(address), 303, SAFE)
    if error.status_code == 403:
        sentence = "Su cuenta de Airflow no tiene permiso para ver esto. Pídalo a quien la administra."
        return _said(request, 403, "Sin permiso", sentence)
    return _said(request, error.status_code, "No está", "La mesa no tiene esta página.")


def _not_there(request: Request, error: RequestValidationError) -> Response:
    return _said(request, 404, "No está", "La mesa no tiene esta página.")


def _explained(request: Request, error: MovilidadError) -> Response:
    found = not isinstance(error, UsageError)
    return _said(request, 500 if found else 404, "No se puede mostrar" if found else "No está", str(error))


def _unreachable(request: Request, error: OperationalError) -> Response:
    # the driver's own text may hold an address with its password
    log.error("La bodega no responde (%s)", type(error).__name__)
    sentence = "La base de datos no responde. Qué hacer: compruebe que está en marcha y revise MOVILIDAD_BODEGA."
    return _said(request, 503, "La bodega no responde", sentence)


def _said(request: Request, status: int, title: str, sentence: str) -> Response:
    return page("error", frame_of(request), status, titulo=title, frase=sentence)
