"""The incidents of the platforms in the warehouse, table ``control.incidentes_plataforma``."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from movilidad.monitoring.checks import series
from movilidad.monitoring.incidents import USUAL_OVER, Incident, incidents, judged

_FIELDS = "fuente, desde, hasta, clase, chequeos, motivo"
_FIRST_LOOK_BACK = timedelta(days=2)
_A_MOMENT = timedelta(microseconds=1)


def find_incidents(connection: Connection, fuente: str, now: datetime) -> None:
    """Bring the incidents of a source up to what its series says; twice is the same as once.

    What is over is over: the series is read again from the last incident's end, or from an open one's beginning.
    """
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"plataforma:{fuente}"}
    )
    last = connection.execute(
        text(
            f"SELECT {_FIELDS} FROM control.incidentes_plataforma WHERE fuente = :fuente"
            " ORDER BY desde DESC LIMIT 1"
        ),
        {"fuente": fuente},
    ).one_or_none()
    begin = now - _FIRST_LOOK_BACK if last is None else last.hasta or last.desde
    looks = judged(series(connection, fuente, begin - USUAL_OVER, now + _A_MOMENT))
    for found in incidents(look for look in looks if look.check.momento >= begin):
        connection.execute(
            text(
                f"INSERT INTO control.incidentes_plataforma ({_FIELDS})"
                " VALUES (:fuente, :desde, :hasta, :clase, :chequeos, :motivo)"
                " ON CONFLICT (fuente, desde) DO UPDATE SET hasta = excluded.hasta, clase = excluded.clase,"
                " chequeos = excluded.chequeos, motivo = excluded.motivo"
            ),
            asdict(found),
        )


def open_incidents(connection: Connection) -> list[Incident]:
    """What is going on, oldest first."""
    rows = connection.execute(
        text(f"SELECT {_FIELDS} FROM control.incidentes_plataforma WHERE hasta IS NULL ORDER BY desde, fuente")
    )
    return [Incident(*row) for row in rows]


def incidents_within(connection: Connection, fuente: str, begin: datetime, end: datetime) -> list[Incident]:
    """Those that touch a time, oldest first."""
    rows = connection.execute(
        text(
            f"SELECT {_FIELDS} FROM control.incidentes_plataforma WHERE fuente = :fuente AND desde < :end"
            " AND coalesce(hasta, :end) > :begin ORDER BY desde"
        ),
        {"fuente": fuente, "begin": begin, "end": end},
    )
    return [Incident(*row) for row in rows]
