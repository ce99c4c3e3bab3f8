"""All releases, newest first, with what was decided about each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts.desk_pages import release_page
from movilidad.desk.names import series_title
from movilidad.desk.standing import Standing, standings
from movilidad.publishing.decisions import newest_decisions
from movilidad.publishing.register import releases


@dataclass(frozen=True)
class Listed:
    """One release; ``decision`` is the newest one in words, empty if there is none."""

    titulo: str
    anio: int
    estado: Standing
    publicada: datetime | None
    decision: str
    demostracion: bool
    pagina: str


def all_releases(connection: Connection, now: datetime) -> list[Listed]:
    """Every release and draft of the register."""
    found, decided = releases(connection), newest_decisions(connection)
    states = standings(connection, found, now)
    return [
        Listed(
            titulo=series_title(each.serie, each.periodo, each.revision),
            anio=int(each.periodo[:4]),
            estado=states[each.publicacion_id],
            publicada=each.publicada,
            decision=decided[each.publicacion_id].told if each.publicacion_id in decided else "",
            demostracion=each.demostracion,
            pagina=release_page(each.publicacion_id),
        )
        for each in found
    ]
