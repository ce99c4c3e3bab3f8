"""Opening a source with the connector that its contract names."""

import importlib
from contextlib import AbstractContextManager
from typing import cast

from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.reader import Reader

_CONNECTORS = {"sql": "sql", "rest": "rest", "archivo": "file", "soap": "soap"}


def open_source(contract: Contract, connection: Connection, month: Month) -> AbstractContextManager[Reader]:
    """The source, open for one month; a connector is imported when it is first used."""
    module = importlib.import_module(f"movilidad.sources.{_CONNECTORS[contract.conector]}")
    return cast("AbstractContextManager[Reader]", module.open_reader(contract, connection, month))
