"""Which page answers at which path; the paths are those of ``alerts.desk_pages``. All of them only read."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from sqlalchemy import Connection

from movilidad.desk import answers, pages
from movilidad.desk.agenda import agenda
from movilidad.desk.alerts import alerts_told, incident_told
from movilidad.desk.documents import file_of, may_see
from movilidad.desk.listing import all_releases
from movilidad.desk.period import period_told
from movilidad.desk.platform import platform_told
from movilidad.desk.platforms import all_platforms
from movilidad.desk.release import release_told
from movilidad.desk.source import source_told
from movilidad.desk.sources import all_sources
from movilidad.desk.standing import Tone
from movilidad.desk.today import today
from movilidad.desk.trail import newest_acts
from movilidad.model.errors import UnavailableError, UsageError
from movilidad.model.periods import Month
from movilidad.observation.check import State
from movilidad.publishing.register import find
from movilidad.quality.pages.files import page_of
from movilidad.quality.quarantine import as_csv, held
from movilidad.sources.contracts import load_contract
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

routes = APIRouter(default_response_class=Response)


def _frame(request: Request) -> pages.Frame:
    return answers.frame_of(request)


def _acting(request: Request) -> pages.Frame:
    """The frame, for whoever acts."""
    frame = answers.frame_of(request)
    if not frame.viewer.actua:
        raise HTTPException(403)
    return frame


def _connection() -> Iterator[Connection]:
    try:
        engine = warehouse(Role.READ)
    except UsageError as error:  # of whoever configured the server, not of whoever asks for a page
        raise UnavailableError(error.what, remedy=error.remedy) from None
    with engine.connect() as connection:
        yield connection


#: as the desk's other pages show it
_TONES: dict[State, Tone] = {"bien": "bien", "atencion": "persona", "mal": "mal"}

Seen = Annotated[pages.Frame, Depends(_frame)]
SeenByActing = Annotated[pages.Frame, Depends(_acting)]
Warehouse = Annotated[Connection, Depends(_connection)]
Series = Annotated[str, InPath(pattern=r"^[a-z]+$")]
Period = Annotated[str, InPath(pattern=r"^[0-9]{4}-([0-9]{2}|C[123])$")]
Revision = Annotated[str, InPath(pattern=r"^r[1-9][0-9]{0,3}$")]
Number = Annotated[int, InPath(ge=1, le=2**62)]


@routes.get("/")
def first(frame: Seen, connection: Warehouse) -> Response:
    found = today(connection, frame.airflow, frame.viewer, frame.now)
    return answers.page("hoy", frame, hoy=found)


@routes.get("/publicaciones")
def releases(frame: Seen, connection: Warehouse) -> Response:
    dates, listed = agenda(connection, frame.now), all_releases(connection, frame.now)
    return answers.page("publicaciones", frame, citas=dates, publicaciones=listed)


@routes.get("/publicacion/{series}/{period}")
def one_period(frame: Seen, connection: Warehouse, series: Series, period: Period) -> Response:
    found = period_told(connection, series, period, frame.airflow, frame.now)
    return answers.page("periodo", frame, periodo=found)


@routes.get("/publicacion/{series}/{period}/{revision}")
def one_release(
    frame: Seen, connection: Warehouse, series: Series, period: Period, revision: Revision
) -> Response:
    name = f"{series}/{period}/{revision}"
    found = release_told(connection, name, frame.airflow, frame.viewer, frame.now)
    return answers.page("publicacion", frame, publicacion=found)


@routes.get("/publicacion/{series}/{period}/{revision}/archivo/{path:path}")
def file_of_release(
    frame: Seen, connection: Warehouse, series: Series, period: Period, revision: Revision, path: str
) -> Response:
    release = find(connection, f"{series}/{period}/{revision}")
    if not may_see(release, frame.viewer):
        raise HTTPException(403)
    file = file_of(release, path)
    if file is None:
        raise HTTPException(404)
    return answers.document(file)


@routes.get("/fuentes")
def sources(frame: Seen, connection: Warehouse) -> Response:
    return answers.page("fuentes", frame, fuentes=all_sources(connection, frame.viewer, frame.now))


@routes.get("/fuente/{name}")
def one_source(frame: Seen, connection: Warehouse, name: str) -> Response:
    found = source_told(connection, name, frame.airflow, frame.viewer, frame.now)
    return answers.page("fuente", frame, fuente=found)


@routes.get("/fuente/{name}/cuarentena/{month}")
def quarantine(frame: SeenByActing, connection: Warehouse, name: str, month: str) -> Response:
    contract, wanted = load_contract(name), Month.parse(month.removesuffix(".csv"))
    found = held(connection, name, wanted, frame.viewer.nombre)
    if month.endswith(".csv"):
        return answers.table(as_csv(found), f"cuarentena-{name}-{wanted}.csv")
    return answers.page("cuarentena", frame, contrato=contract, mes=wanted, apartados=found)


@routes.get("/fuente/{name}/calidad/{month}")
def quality(frame: SeenByActing, name: str, month: str) -> Response:
    file = page_of(load_contract(name).fuente, str(Month.parse(month)))
    if not file.is_file():
        raise HTTPException(404)
    return answers.document(file)


@routes.get("/bitacora")
def audit_trail(frame: SeenByActing, connection: Warehouse) -> Response:
    return answers.page("bitacora", frame, actos=newest_acts(connection))


@routes.get("/plataformas")
def platforms(frame: Seen, connection: Warehouse) -> Response:
    return answers.page("plataformas", frame, plataformas=all_platforms(connection, frame.now))


@routes.get("/plataforma/{name}")
def one_platform(frame: Seen, connection: Warehouse, name: str) -> Response:
    found = platform_told(connection, name, frame.airflow, frame.now)
    return answers.page("plataforma", frame, plataforma=found)


@routes.get("/incidentes")
def incidents(frame: Seen, connection: Warehouse) -> Response:
    found = alerts_told(connection, frame.airflow, frame.viewer, frame.now)
    return answers.page("incidentes", frame, avisos=found)


@routes.get("/incidente/{number}")
def one_incident(frame: Seen, connection: Warehouse, number: Number) -> Response:
    return answers.page("incidente", frame, incidente=incident_told(connection, number, frame.viewer))


@routes.get("/salud")
def health(frame: Seen, request: Request) -> Response:
    return answers.page("salud", frame, salud=request.app.state.look(frame.now), tonos=_TONES)


@routes.get("/estatico/{name}")
def asset(name: str) -> Response:
    file = pages.asset(name)
    if file is None:
        raise HTTPException(404)
    return answers.asset(file)
