"""One source, one month, from the platform into the core."""

from movilidad.model.periods import Month
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.sources.extraction import extract


def ingest(fuente: str, month: Month, connection: Connection) -> str:
    """Extract, check, admit; gives the ``carga_id``. Any step may be killed and the whole run again.

    Raises:
        UnavailableError: the platform does not answer.
        DataError: what it gave is unusable, or its quality was not approved.
    """
    snapshot_id = extract(load_contract(fuente), month, connection)
    check(snapshot_id, month).require_approved()
    return admit(snapshot_id, month)
