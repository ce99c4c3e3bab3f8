"""Past months into the core, without Airflow and without reports: what a new month is compared with.

python -m drill.history FIRST LAST
"""

import sys
from multiprocessing import get_context

from movilidad.model.periods import Month
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract, load_contract, sources_of


def bring(asked: tuple[str, str]) -> None:
    """One month of one source."""
    source, month = asked
    ingest(source, Month.parse(month), Connection.from_environment(load_contract(source).conexion))


def _tells_of_persons(contract: Contract) -> bool:
    return any("personas" in dataset.nucleo for dataset in contract.conjuntos.values())


def main(first: str, last: str) -> None:
    """Bring the sources that tell of persons: it is their numbers and shares that are compared."""
    sources = [name for name in sources_of("mensual") if _tells_of_persons(load_contract(name))]
    asked = [(name, str(month)) for month in Month.parse(first).through(Month.parse(last)) for name in sources]
    with get_context("spawn").Pool(2) as pool:
        pool.map(bring, asked, chunksize=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
