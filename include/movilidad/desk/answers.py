"""Answers to browsers: pages of the desk, and files that others wrote, each with what browsers may do with it."""

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from movilidad.alerts.desk_pages import ROOT
from movilidad.desk import pages
from movilidad.desk.airflow import Airflow
from movilidad.desk.viewer import Viewer

SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}

# pages ask no other place for anything, and stand in a frame of Airflow's own pages alone
_PAGE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:;"
    " frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
# a report or a quality page runs nothing and is no part of Airflow's origin
_DOCUMENT = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; frame-ancestors 'self';"
    " base-uri 'none'; form-action 'none'; sandbox allow-downloads"
)
_TYPES = {".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}


def frame_of(request: Request) -> pages.Frame:
    """What surrounds the answer to a request; nobody looks where the viewer is not known."""
    root: str = request.scope.get("root_path", "")
    who = getattr(request.state, "who", None) or Viewer("")
    return pages.Frame(root, Airflow(root.removesuffix(f"/{ROOT}")), who, request.app.state.clock())


def page(template: str, frame: pages.Frame, status: int = 200, **content: Any) -> Response:
    """A page of the desk."""
    headers = {**SAFE, "Content-Security-Policy": _PAGE}
    return HTMLResponse(pages.page(template, frame, **content), status, headers)


def document(file: Path) -> Response:
    """A page or PDF to look at; anything else to be saved."""
    kind = _TYPES.get(file.suffix)
    policy = {"Content-Security-Policy": _DOCUMENT} if file.suffix == ".html" else {}
    return FileResponse(
        file,
        media_type=kind or "application/octet-stream",
        filename=file.name,
        content_disposition_type="inline" if kind else "attachment",
        headers={**SAFE, **policy},
    )


def table(content: bytes, name: str) -> Response:
    """A CSV file to be saved."""
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def asset(file: Path) -> Response:
    """A style, a script or a font, which browsers may keep: its address changes with it."""
    return FileResponse(file, headers={**SAFE, "Cache-Control": "private, max-age=604800"})
