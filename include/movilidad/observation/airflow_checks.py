"""Whether Airflow's components live and its processes run when they should."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from movilidad.alerts.words import moment, span
from movilidad.observation.check import Check, State

_PARTS = {
    "metadatabase": "base de datos de Airflow",
    "scheduler": "planificador",
    "dag_processor": "lector de procesos",
    "triggerer": "disparador",
}
_PROCESSES = ("procesos", "Procesos programados")
_TAKE_AGAIN = (
    "Mire si corren los trabajadores (servicio «worker») y si responde Redis, y arranque lo que falte; después,"
    " «Limpiar» en las tareas que fallaron mientras tanto."
)
# the scheduler creates a run within seconds of its time
_LATE = timedelta(minutes=30)
# a worker takes the first task of a run within seconds, a pod within minutes
_UNTAKEN = timedelta(minutes=30)


@dataclass(frozen=True)
class Airflow:
    """Where Airflow is asked.

    Attributes:
        health: its own account of its components: part → its status and last heartbeat.
        engine: its database.
    """

    health: Callable[[], Mapping[str, Mapping[str, Any]]]
    engine: Engine


@dataclass(frozen=True)
class Process:
    """A process that is switched on.

    Attributes:
        previsto: when its next run begins; None if something other than the clock starts it.
        en_curso: whether a run is going on.
        estado, fin: of the last run that ended; None if there is none.
    """

    proceso: str
    titulo: str
    previsto: datetime | None
    en_curso: bool
    estado: str | None
    fin: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether a run should have begun and has not."""
        return self.previsto is not None and self.previsto < now - _LATE and not self.en_curso

    @property
    def failed(self) -> bool:
        return self.estado == "failed"


def of_airflow(airflow: Airflow, now: datetime) -> Iterator[Check]:
    """The components, and the processes."""
    yield _components(airflow.health(), now)
    try:
        with airflow.engine.connect() as connection:
            found, since = processes(connection), untaken_since(connection)
    except SQLAlchemyError:  # the driver's own text may hold an address with its password
        yield Check(*_PROCESSES, "mal", "No se pudo preguntar a Airflow por sus procesos.")
        return
    yield _punctual(found, now)
    yield _workers(since, now)


def processes(connection: Connection) -> list[Process]:
    """All processes that are switched on, by title."""
    query = text(
        "SELECT d.dag_id AS proceso, coalesce(d.dag_display_name, d.dag_id) AS titulo,"
        " d.next_dagrun_create_after AS previsto,"
        " EXISTS (SELECT 1 FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state IN ('running', 'queued'))"
        " AS en_curso, u.state AS estado, u.end_date AS fin"
        " FROM dag d LEFT JOIN LATERAL (SELECT state, end_date FROM dag_run r WHERE r.dag_id = d.dag_id"
        " AND r.state IN ('success', 'failed') ORDER BY end_date DESC LIMIT 1) u ON true"
        " WHERE NOT d.is_paused AND NOT d.is_stale"
    )
    found = [Process(**row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda each: each.titulo)


def untaken_since(connection: Connection) -> datetime | None:
    """When the first run began since which no worker gave a sign of life; None if one did since every begin.

    How long tasks wait tells nothing: Airflow puts them back after ten minutes, which begins their wait anew, and
    fails them in the end. Nor do open runs: they may wait for a person or for the announced hour.
    """
    query = text(
        "SELECT min(r.start_date) FROM dag_run r JOIN dag d ON d.dag_id = r.dag_id"
        " WHERE NOT d.is_paused AND NOT d.is_stale"
        " AND r.start_date > coalesce((SELECT max(last_heartbeat_at) FROM task_instance), '-infinity')"
    )
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def _components(health: Mapping[str, Mapping[str, Any]], now: datetime) -> Check:
    """A component that this installation does not have, has no status."""
    known = {part: health[part] for part in _PARTS if health[part]["status"] is not None}
    ill = [part for part, told in known.items() if told["status"] != "healthy"]
    sentence = "Los componentes de Airflow informan que están bien."
    if ill:
        sentence = f"No informa que está bien: {', '.join(_PARTS[part] for part in ill)}."
    details = tuple(
        f"{_PARTS[part].capitalize()}: último latido hace {span(now - datetime.fromisoformat(beat))}."
        for part, told in known.items()
        if (beat := told.get(f"latest_{part}_heartbeat"))
    )
    return Check("airflow", "Airflow", "mal" if ill else "bien", sentence, details)


def _punctual(found: list[Process], now: datetime) -> Check:
    late, failed = [each for each in found if each.is_late(now)], [each for each in found if each.failed]
    sentence = "Los procesos corrieron cuando debían."
    if late:
        sentence = f"Procesos que debían empezar y no empezaron: {len(late):,}."
    elif failed:
        sentence = f"Procesos cuya última ejecución falló: {len(failed):,}."
    state: State = "mal" if late else "atencion" if failed else "bien"
    return Check(*_PROCESSES, state, sentence, tuple(_told(each, now) for each in found))


def _workers(since: datetime | None, now: datetime) -> Check:
    name, title = "trabajadores", "Trabajadores"
    if since is None or now - since < _UNTAKEN:
        return Check(name, title, "bien", "Ninguna tarea espera demasiado a un trabajador.")
    sentence = f"Desde hace {span(now - since)} ningún trabajador toma tareas."
    return Check(name, title, "mal", sentence, (_TAKE_AGAIN,))


def _told(process: Process, now: datetime) -> str:
    last = "todavía no ha corrido"
    if process.fin:
        how = "falló" if process.failed else "terminó bien"
        last = f"la última ejecución {how} {moment(process.fin, now)}"
    due = process.previsto if process.is_late(now) else None
    late = f"; debía empezar {moment(due, now)} y no empezó" if due else ""
    return f"{process.titulo}: {last}{late}."
