"""The loads that a release counts, as its candidate fixes them, and whether this warehouse still has them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Engine, text

from movilidad.disclosure.patterns import Rules
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.monitoring.evaluation import of_load
from movilidad.publishing.candidate import Candidate, FrozenInput
from movilidad.publishing.platforms.told import Told, told_of
from movilidad.quality.findings.history import summary
from movilidad.sources.contracts import load_contract
from movilidad.statistics.inputs import Load
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def frozen(engine: Engine, loads: Mapping[Month, Iterable[Load]]) -> tuple[FrozenInput, ...]:
    """The loads with what is known of them, in order of months and of the sources' names."""
    with engine.connect() as connection, warehouse(Role.WATCH).connect() as watching:
        return tuple(
            _freeze(connection, month, load, _told(watching, month, load))
            for month, found in loads.items()
            for load in sorted(found, key=lambda each: each.fuente)
        )


def missing_loads(engine: Engine, candidate: Candidate) -> list[str]:
    """The loads that this warehouse does not have, or has from another snapshot."""
    query = text("SELECT carga_id, snapshot_id FROM control.cargas WHERE carga_id = ANY(:ids)")
    with engine.connect() as connection:
        rows = connection.execute(query, {"ids": [entry.carga_id for entry in candidate.entradas]})
        known = {row.carga_id: row.snapshot_id for row in rows}
    return [f"la carga de {e.fuente}" for e in candidate.entradas if known.get(e.carga_id) != e.snapshot_id]


def _told(connection: Connection, month: Month, found: Load) -> Told:
    # a release is public, and its manifest is all that it is made again from: it never learns a hidden count
    delivery = of_load(connection, load_contract(found.fuente), month, found.carga_id)
    return told_of(delivery, Rules(**get_settings().thresholds))


def _freeze(connection: Connection, month: Month, found: Load, told: Told) -> FrozenInput:
    contract = load_contract(found.fuente)
    query = text(
        "SELECT i.contrato_sha256, c.reglas_sha256"
        " FROM control.cargas c JOIN control.instantaneas i USING (snapshot_id) WHERE c.carga_id = :id"
    )
    row = connection.execute(query, {"id": found.carga_id}).mappings().one()
    quality = summary(connection, found.fuente, month)
    return FrozenInput(
        mes=str(month),
        fuente=found.fuente,
        titulo=contract.titulo,
        licencia=contract.licencia,
        carga_id=found.carga_id,
        snapshot_id=found.snapshot_id,
        contrato_sha256=row["contrato_sha256"],
        reglas_sha256=row["reglas_sha256"],
        demostracion=found.demostracion,
        filas=told.filas,
        en_cuarentena=told.en_cuarentena,
        completitud=told.completitud,
        dias_tarde=quality.dias_tarde,
        excepciones=quality.excepciones,
        ocultos=told.ocultos,
    )
