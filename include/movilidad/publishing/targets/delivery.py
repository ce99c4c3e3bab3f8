"""Delivering releases to targets: each target for itself, its state in the warehouse, twice the same as once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from movilidad.model.errors import MovilidadError, UnavailableError
from movilidad.publishing.locks import exclusive
from movilidad.publishing.targets.configuration import Target, find_target, load_targets
from movilidad.publishing.targets.files import Files
from movilidad.publishing.targets.notice import Notice
from movilidad.publishing.targets.shipment import Shipment, shipment_of
from movilidad.publishing.targets.state import BURIED, DELIVERED, FAILED, Delivery, lacking, record
from movilidad.publishing.targets.storage import Storage
from movilidad.sources.connection import Connection
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_PATIENCE = 60.0  # seconds of retries within one call; Airflow tries again later

Connections = Callable[[str], Connection]


class Place(Protocol):
    """What every class of target can do."""

    def bring(self, shipment: Shipment) -> None:
        """Let a release, or its tombstone, be there."""

    def surround(self, *, whole: bool) -> None:
        """Bring what belongs to all releases together."""

    def check(self) -> None:
        """Prove that it can be used."""

    def differences(self, shipment: Shipment) -> list[str]:
        """Read a release, or its tombstone, back: what is not there as it was delivered, by name."""


def deliver(
    publicacion_id: str, name: str, now: datetime, connections: Connections = Connection.from_environment
) -> Delivery:
    """Bring one release, or its tombstone, to one target.

    Args:
        name: of the target; a UsageError if there is none.
        connections: gives address and secret of a connection by its id.

    Raises:
        UnavailableError: the target does not answer; trying again later may help.
        DataError: it refuses us or holds something else under this address. UsageError: its connection is wrong.
    """
    engine, target = warehouse(Role.PUBLISH), find_target(name)
    with exclusive(engine, f"entrega/{name}"):
        try:
            shipment = shipment_of(engine, publicacion_id)
            connection = connections(target.conexion)
            for attempt in _patiently(connection):
                with attempt, opened(engine, target, connection) as place:
                    place.bring(shipment)
                    done = Delivery(publicacion_id, name, BURIED if shipment.withdrawal else DELIVERED)
                    record(engine, done, now)
                    place.surround(whole=not pending(engine, name))
        except MovilidadError as error:
            record(engine, Delivery(publicacion_id, name, FAILED, str(error)), now)
            raise
    return done


def deliver_all(
    publicacion_id: str | None,
    name: str | None,
    now: datetime,
    connections: Connections = Connection.from_environment,
) -> list[Delivery]:
    """Bring a release, or all that are missing, to a target or to all. One that fails does not stop the others."""
    engine = warehouse(Role.PUBLISH)
    targets = [find_target(name)] if name else load_targets()
    done = []
    for target in targets:
        for each in [publicacion_id] if publicacion_id else pending(engine, target.nombre):
            try:
                done.append(deliver(each, target.nombre, now, connections))
            except MovilidadError as error:
                done.append(Delivery(each, target.nombre, FAILED, str(error)))
    return done


def pending(engine: Engine, name: str) -> list[str]:
    """Releases that a target does not have as they stand now, oldest first."""
    with engine.connect() as connection:
        return [each.publicacion_id for each in lacking(connection, name)]


def check(target: Target, connections: Connections = Connection.from_environment) -> str:
    """What is wrong with a target, in a sentence; empty if it can be used."""
    try:
        with opened(warehouse(Role.PUBLISH), target, connections(target.conexion)) as place:
            place.check()
    except MovilidadError as error:
        return str(error)
    return ""


@contextmanager
def opened(engine: Engine, target: Target, connection: Connection) -> Iterator[Place]:
    """Use a target; its errors name it."""
    if target.clase == "ckan":
        from movilidad.publishing.targets.ckan import Ckan

        with Ckan.open(target, connection) as catalogue:
            yield catalogue
        return
    with Storage.open(target, connection) as storage:
        yield Files(target, storage) if target.clase == "archivos" else Notice(engine, storage)


def _patiently(connection: Connection) -> Retrying:
    seconds = float(connection.extra.get("tiempo_reintentos", _PATIENCE))
    return Retrying(
        retry=retry_if_exception_type(UnavailableError),
        stop=stop_after_delay(seconds),
        wait=wait_exponential_jitter(multiplier=1, max=20, jitter=1),
        reraise=True,
    )
