"""The values of the figures as they are now."""

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from movilidad.model.settings import get_settings
from movilidad.observation.figures import AIRFLOW, ANSWERS, DISK, UNDELIVERED, WAREHOUSE, Database, Figure
from movilidad.publishing.targets.configuration import load_targets
from movilidad.publishing.targets.state import lacking
from movilidad.store.engine import engine_for, warehouse
from movilidad.store.roles import Role

_log = logging.getLogger(__name__)

#: as Airflow itself reads it
_AIRFLOW_URL = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


@dataclass(frozen=True)
class Reading:
    """A value of a figure, and of what."""

    value: float
    labels: dict[str, str]


def readings(figure: Figure) -> list[Reading]:
    """All values of a figure; none while its database does not answer, which ``ANSWERS`` tells."""
    try:
        return list(_readings(figure))
    except SQLAlchemyError as error:  # the driver's own text may hold an address with its password
        _log.warning("no se pudo leer «%s» (%s)", figure.name, type(error).__name__)
        return []


def _readings(figure: Figure) -> Iterator[Reading]:
    if figure is ANSWERS:
        yield from (Reading(float(_answers(engine)), {"base": name}) for name, engine in _databases().items())
    elif figure is DISK:
        yield from (Reading(free, {"carpeta": name}) for name, (free, _) in disks().items())
    elif figure is UNDELIVERED:
        with warehouse(Role.READ).connect() as connection:
            for target in load_targets():
                yield Reading(len(lacking(connection, target.nombre)), {"destino": target.nombre})
    elif engine := _databases().get(figure.database):
        with engine.connect() as connection:
            for *labels, (_, value) in (row._mapping.items() for row in connection.execute(text(figure.query))):
                yield Reading(float(value), {str(name): str(label) for name, label in labels})


def disks() -> dict[str, tuple[int, int]]:
    """What the program writes to → bytes that are free, and all."""
    settings = get_settings()
    kept = {"datos": settings.carpeta, "publicaciones": settings.publicaciones}
    return {name: _disk(folder) for name, folder in kept.items() if folder.is_dir()}


def _disk(folder: os.PathLike[str]) -> tuple[int, int]:
    found = shutil.disk_usage(folder)
    return found.free, found.total


def _databases() -> dict[Database, Engine]:
    """The warehouse, and Airflow's own database where its address is known."""
    url = os.environ.get(_AIRFLOW_URL, "")
    found = {WAREHOUSE: warehouse(Role.READ)}
    if url.startswith("postgresql"):
        found[AIRFLOW] = engine_for(url)
    return found


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT true")))
    except SQLAlchemyError:
        return False
