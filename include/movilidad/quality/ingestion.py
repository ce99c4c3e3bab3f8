"""One source, one month, from the platform into the core."""

from collections.abc import Iterable

from movilidad.model.errors import DataError, MovilidadError, UnavailableError
from movilidad.model.periods import Month
from movilidad.quality.admission import admit
from movilidad.quality.findings.finding import Finding
from movilidad.quality.findings.store import keep
from movilidad.quality.gate import check
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract, load_contract
from movilidad.sources.extraction import extract
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_KIND = "lectura"


def ingest(fuente: str, month: Month, connection: Connection) -> str:
    """Extract, check, admit; gives the ``carga_id``. Any step may be killed and the whole run again.

    Raises:
        UnavailableError: the platform does not answer.
        DataError: what it gave is unusable, or its quality was not approved.
    """
    snapshot_id = bring(load_contract(fuente), month, connection)
    check(snapshot_id, month).require_approved()
    return admit(snapshot_id, month)


def bring(contract: Contract, month: Month, connection: Connection) -> str:
    """Extract; give the snapshot's name. A delivery that cannot be used is a finding too, not only an error."""
    try:
        snapshot_id = extract(contract, month, connection)
    except (DataError, UnavailableError) as error:
        _note(contract, month, [_finding(error)])
        raise
    _note(contract, month, [])
    return snapshot_id


def _note(contract: Contract, month: Month, found: Iterable[Finding]) -> None:
    with warehouse(Role.INGEST).begin() as connection:
        keep(connection, contract.fuente, str(month), found, [_KIND])


def _finding(error: MovilidadError) -> Finding:
    silent = isinstance(error, UnavailableError)
    rows = "" if error.rows is None else f", {error.rows:,} filas"
    return Finding(
        asunto=f"{_KIND}/{'sin_respuesta' if silent else 'inservible'}",
        gravedad="critical",
        que=f"No se pudo leer el mes: {error.what.rstrip('.')}.",
        cuanto=f"{error.place or 'toda la fuente'}{rows}",
        que_hacer=error.remedy or "Avise al responsable de la fuente.",
    )
