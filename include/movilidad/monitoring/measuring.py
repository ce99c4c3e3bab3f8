"""One look at a source: asked, kept, and incidents opened or closed by it."""

from datetime import datetime

from movilidad.monitoring.checks import as_check, keep
from movilidad.monitoring.keeping import find_incidents
from movilidad.sources.checking import check_source, impatient
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def measure(contract: Contract, connection: Connection, now: datetime) -> str:
    """Look at a source and keep what was seen; give a sentence. That it does not answer is a result, no error."""
    found = check_source(contract, impatient(connection), now)
    look = as_check(found, now, demo=bool(connection.extra.get("demostracion")))
    with warehouse(Role.WATCH).begin() as database:
        keep(database, look)
        find_incidents(database, contract.fuente, now)
    return found.mensaje
