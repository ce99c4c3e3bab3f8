"""What became of releases at targets, table ``control.entregas``."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text

from movilidad.publishing.register import Release, releases

DELIVERED, BURIED, FAILED = "entregada", "retirada", "fallida"

LATE = timedelta(hours=1)  # until then a delivery may be under way


@dataclass(frozen=True)
class Delivery:
    """What became of one release at one target; ``problema`` is a sentence if it failed."""

    publicacion_id: str
    destino: str
    estado: str
    problema: str = ""

    @property
    def ok(self) -> bool:
        return self.estado != FAILED


def deliveries_of(connection: Connection, publicacion_id: str) -> list[Delivery]:
    """What became of a release at each target that it was brought to, by name."""
    rows = connection.execute(
        text(
            "SELECT publicacion_id, destino, estado, coalesce(problema, '') FROM control.entregas"
            " WHERE publicacion_id = :id ORDER BY destino"
        ),
        {"id": publicacion_id},
    )
    return [Delivery(*row) for row in rows]


def states_at(connection: Connection, name: str) -> dict[str, str]:
    """Release → its state at a target."""
    query = text("SELECT publicacion_id, estado FROM control.entregas WHERE destino = :name")
    return {row.publicacion_id: row.estado for row in connection.execute(query, {"name": name})}


def lacking(connection: Connection, name: str) -> list[Release]:
    """Releases that a target does not have as they stand now, oldest first."""
    states = states_at(connection, name)
    seen = [each for each in releases(connection) if each.was_seen]
    return [
        each
        for each in sorted(seen, key=lambda each: (each.periodo, each.serie, each.revision))
        if states.get(each.publicacion_id) != (BURIED if each.is_withdrawn else DELIVERED)
    ]


def record(engine: Engine, done: Delivery, now: datetime) -> None:
    """Keep the state; a release that is unknown has none."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.entregas (publicacion_id, destino, estado, intentos, momento, problema)"
                " SELECT publicacion_id, :target, :state, 1, :now, :problem FROM control.publicaciones"
                " WHERE publicacion_id = :id"
                " ON CONFLICT (publicacion_id, destino) DO UPDATE SET estado = EXCLUDED.estado,"
                " intentos = control.entregas.intentos + 1, momento = EXCLUDED.momento,"
                " problema = EXCLUDED.problema"
            ),
            {
                "id": done.publicacion_id,
                "target": done.destino,
                "state": done.estado,
                "now": now,
                "problem": done.problema or None,
            },
        )
