"""Whether the warehouse answers, and what it knows: schema, deliveries, the calendar, incidents."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from movilidad.alerts import incidents, outbox
from movilidad.alerts.watch import overdue
from movilidad.alerts.words import moment, span
from movilidad.model.errors import UsageError
from movilidad.observation.check import Check, State
from movilidad.publishing.targets.configuration import load_targets
from movilidad.publishing.targets.state import LATE, lacking
from movilidad.store.engine import warehouse
from movilidad.store.migrations import differing
from movilidad.store.roles import Role

_ALERT_LATE = timedelta(hours=1)  # what is due goes out with the next pass, every ten minutes
_DELIVERY_MISSED = timedelta(days=1)
# publishing takes its seconds
_GRACE = timedelta(minutes=15)


def of_warehouse(now: datetime, began: datetime) -> list[Check]:
    """All that the warehouse tells; only that it does not answer, if so."""
    try:
        with warehouse(Role.READ).connect() as connection:
            return [_database("bien", "La base de datos responde."), *_known(connection, now, began)]
    except (SQLAlchemyError, UsageError):  # the driver's own text may hold an address with its password
        return [_database("mal", "La base de datos no responde.")]


def _database(state: State, sentence: str) -> Check:
    return Check("base_de_datos", "Base de datos", state, sentence)


def _known(connection: Connection, now: datetime, began: datetime) -> Iterator[Check]:
    schema = _schema(connection)
    yield schema
    if schema.estado == "bien":
        yield _alerts(connection, now)
        yield _deliveries(connection, now)
        yield _calendar(connection, now, began)
        yield _incidents(connection, now)


def _schema(connection: Connection) -> Check:
    name, title = "esquema", "Esquema de la bodega"
    if odd := differing(connection):
        return Check(name, title, "mal", "El esquema no es el de esta versión del programa.", tuple(odd))
    return Check(name, title, "bien", "El esquema es el de esta versión del programa.")


def _alerts(connection: Connection, now: datetime) -> Check:
    name, title = "avisos", "Avisos"
    lost, oldest = len(outbox.dead(connection)), outbox.oldest_due(connection, now)
    details = (f"El más antiguo que espera debía salir hace {span(now - oldest)}.",) if oldest else ()
    if lost:
        return Check(name, title, "mal", f"Avisos que no se pudieron entregar: {lost:,}.", details)
    if oldest and now - oldest > _ALERT_LATE:
        return Check(name, title, "mal", "Hay avisos sin enviar desde hace más de una hora.", details)
    return Check(name, title, "bien", "Los avisos salen.", details)


def _deliveries(connection: Connection, now: datetime) -> Check:
    """What every target should have by now."""
    name, title = "entregas", "Entregas"
    try:
        waiting = list(_waiting(connection))
    except UsageError as error:
        return Check(name, title, "mal", "La lista de destinos tiene un error.", (str(error),))
    late = [each for each in waiting if now - each[2] > LATE]
    details = tuple(
        f"{target}: {release} espera desde hace {span(now - since)}." for target, release, since in late
    )
    if not late:
        return Check(name, title, "bien", "Los destinos tienen lo publicado.")
    missed = any(now - since > _DELIVERY_MISSED for *_, since in late)
    return Check(name, title, "mal" if missed else "atencion", f"Entregas atrasadas: {len(late):,}.", details)


def _waiting(connection: Connection) -> Iterator[tuple[str, str, datetime]]:
    """Target, release, and since when readers have it."""
    for target in load_targets():
        for release in lacking(connection, target.nombre):
            if release.publicada:
                yield target.titulo, release.publicacion_id, release.publicada


def _calendar(connection: Connection, now: datetime, began: datetime) -> Check:
    name, title = "calendario", "Calendario"
    try:
        late = overdue(connection, now - _GRACE, began)
    except UsageError as error:
        return Check(name, title, "mal", "El calendario tiene un error.", (str(error),))
    details = tuple(f"{each.label}: se anunció para {moment(each.momento, now)}." for each in late)
    if late:
        return Check(name, title, "mal", f"Publicaciones atrasadas: {len(late):,}.", details)
    return Check(name, title, "bien", "Ninguna publicación está atrasada.")


def _incidents(connection: Connection, now: datetime) -> Check:
    name, title = "incidentes", "Incidentes"
    found = incidents.opened(connection)
    critical = sum(each.critico for each in found)
    details = tuple(f"{each.about.titulo}: {each.titulo}, desde {moment(each.desde, now)}." for each in found)
    if critical:
        return Check(name, title, "mal", f"Incidentes críticos abiertos: {critical:,}.", details)
    if found:
        return Check(name, title, "atencion", f"Incidentes abiertos, ninguno crítico: {len(found):,}.", details)
    return Check(name, title, "bien", "No hay incidentes abiertos.")
