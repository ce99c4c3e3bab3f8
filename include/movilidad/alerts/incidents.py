"""Incidents, table ``control.incidentes``: opened once, repeats counted, closed by the recovery.

Whoever changes incidents holds one lock (``changing``), so two processes never open the same one twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from movilidad.alerts.kinds import KINDS, Kind
from movilidad.alerts.notice import Key, Link, Notice, one_line
from movilidad.model.errors import UsageError

_COLUMNS = (
    "incidente_id, clase, asunto, periodo, titulo, que, hacer, fuente, series, periodos, enlaces, critico, desde,"
    " ultimo, veces, abierto, cerrado, resuelto"
)
_LOCK = 7_206_108  # any constant: keeps two changes of incidents apart
_FLAPPING = timedelta(days=1)
_DOUBLINGS = 6


@dataclass(frozen=True)
class Incident:
    """One incident, as the table holds it."""

    incidente_id: int
    clase: str
    asunto: str
    periodo: str
    titulo: str
    que: str
    hacer: str
    fuente: str
    series: list[str]
    periodos: list[str]
    enlaces: list[dict[str, str]]
    critico: bool
    desde: datetime
    ultimo: datetime
    veces: int
    abierto: datetime
    cerrado: datetime | None
    resuelto: str | None

    @property
    def about(self) -> Kind:
        return KINDS[self.clase]

    @property
    def key(self) -> Key:
        """What the notices of it have in common."""
        return self.clase, self.asunto, self.periodo

    @property
    def links(self) -> list[Link]:
        return [Link(**each) for each in self.enlaces]


def changing(connection: Connection) -> None:
    """Wait for whoever changes incidents now; others wait until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def opened(connection: Connection) -> list[Incident]:
    """What is open, critical first, then the oldest."""
    query = f"SELECT {_COLUMNS} FROM control.incidentes WHERE cerrado IS NULL ORDER BY critico DESC, incidente_id"
    return [Incident(**row) for row in connection.execute(text(query)).mappings()]


def closed_since(connection: Connection, moment: datetime, at_most: int) -> list[Incident]:
    """What was closed from a moment on, the newest first."""
    query = text(
        f"SELECT {_COLUMNS} FROM control.incidentes WHERE cerrado >= :moment"
        " ORDER BY cerrado DESC, incidente_id LIMIT :at_most"
    )
    given = {"moment": moment, "at_most": at_most}
    return [Incident(**row) for row in connection.execute(query, given).mappings()]


def find(connection: Connection, incident: int) -> Incident:
    """The incident of this number; a UsageError if there is none."""
    query = text(f"SELECT {_COLUMNS} FROM control.incidentes WHERE incidente_id = :id")
    row = connection.execute(query, {"id": incident}).mappings().one_or_none()
    if row is None:
        raise UsageError(f"no hay incidente con el número {incident}", remedy="véalos con «movilidad alerts list»")
    return Incident(**row)


def open_of(connection: Connection, keys: Sequence[Key]) -> list[Incident]:
    """Those of the keys that are open."""
    query = text(
        f"SELECT {_COLUMNS} FROM control.incidentes WHERE cerrado IS NULL AND clase = :clase AND asunto = :asunto"
        " AND periodo = :periodo"
    )
    rows = (connection.execute(query, _named(key)).mappings().first() for key in dict.fromkeys(keys))
    return [Incident(**row) for row in rows if row]


def within(connection: Connection, key: Key) -> list[Incident]:
    """Those that are open of a subject or of its parts (``dag`` and ``dag/task``)."""
    kind, subject, period = key
    same = [each for each in opened(connection) if (each.clase, each.periodo) == (kind, period)]
    return [each for each in same if each.asunto == subject or each.asunto.startswith(f"{subject}/")]


def add(connection: Connection, notice: Notice, series: Sequence[str], critical: bool, now: datetime) -> Incident:
    """Open an incident."""
    columns = (
        "clase, asunto, periodo, titulo, que, hacer, fuente, series, periodos, enlaces, critico, desde, ultimo,"
        " abierto"
    )
    values = (
        ":clase, :asunto, :periodo, :title, :what, :remedy, :source, :series, :periods, CAST(:links AS jsonb),"
        " :critical, :since, :now, :now"
    )
    query = text(f"INSERT INTO control.incidentes ({columns}) VALUES ({values}) RETURNING {_COLUMNS}")
    given = {
        **_told(notice),
        "title": one_line(notice.title),
        "source": notice.source,
        "series": list(series),
        "periods": [notice.period] if notice.period else [],
        "critical": critical,
        "since": min(notice.since or now, now),
        "now": now,
    }
    return Incident(**connection.execute(query, given).mappings().one())


def repeat(connection: Connection, incident: Incident, notice: Notice, critical: bool, now: datetime) -> Incident:
    """Count a repeat (and open it again, if it was closed): the newest words and all periods stay."""
    query = text(
        "UPDATE control.incidentes SET veces = veces + 1, ultimo = :now, cerrado = NULL, resuelto = NULL,"
        " critico = critico OR :critical, que = :what, hacer = :remedy, enlaces = CAST(:links AS jsonb),"
        " periodos = CASE WHEN :period = '' OR :period = ANY(periodos) THEN periodos"
        " ELSE array_append(periodos, :period) END"
        f" WHERE incidente_id = :id RETURNING {_COLUMNS}"
    )
    given = {**_told(notice), "id": incident.incidente_id, "now": now, "critical": critical}
    return Incident(**connection.execute(query, {**given, "period": notice.period}).mappings().one())


def close(connection: Connection, incident: Incident, how: str, now: datetime) -> Incident:
    """Close an incident."""
    query = text(
        "UPDATE control.incidentes SET cerrado = :now, resuelto = :how WHERE incidente_id = :id"
        f" RETURNING {_COLUMNS}"
    )
    given = {"now": now, "how": one_line(how), "id": incident.incidente_id}
    return Incident(**connection.execute(query, given).mappings().one())


def last_of(connection: Connection, key: Key) -> Incident | None:
    """The newest incident of a key, open or closed."""
    query = text(
        f"SELECT {_COLUMNS} FROM control.incidentes WHERE clase = :clase AND asunto = :asunto"
        " AND periodo = :periodo ORDER BY incidente_id DESC LIMIT 1"
    )
    row = connection.execute(query, _named(key)).mappings().first()
    return Incident(**row) if row else None


def calm_of(connection: Connection, incident: Incident) -> timedelta:
    """How long it must be over before that is told: twice as long after each further incident of a day."""
    if not incident.about.calma:
        return timedelta(0)
    query = text(
        "SELECT count(*) FROM control.incidentes WHERE clase = :clase AND asunto = :asunto AND periodo = :periodo"
        " AND abierto > :since"
    )
    key = (incident.clase, incident.asunto, incident.periodo)
    count = connection.execute(query, {**_named(key), "since": incident.abierto - _FLAPPING}).scalar_one()
    return timedelta(seconds=incident.about.calma.total_seconds() * 2 ** min(count - 1, _DOUBLINGS))


def _told(notice: Notice) -> dict[str, object]:
    links = [{"texto": one_line(link.texto), "direccion": link.direccion} for link in notice.links if link.usable]
    return {
        **_named(notice.key),
        "what": one_line(notice.what),
        "remedy": one_line(notice.remedy or notice.about.hacer),
        "links": json.dumps(links, ensure_ascii=False),
    }


def _named(key: Key) -> dict[str, object]:
    return dict(zip(("clase", "asunto", "periodo"), key, strict=True))
