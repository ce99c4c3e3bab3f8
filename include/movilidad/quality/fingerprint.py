"""The hash of everything that decides a verdict and what is admitted: while it stays, neither is done again."""

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from movilidad.model import codelists, identifiers, limits, office
from movilidad.model.periods import Month
from movilidad.quality.exceptions import Accepted
from movilidad.quality.suites import suite_file
from movilidad.sources.contracts import Contract
from movilidad.store import core

# what places and wages are read by, whatever the contract names
_ALWAYS = ("departamentos", "municipios", "limites_salario")


def rules_sha256(contract: Contract, month: Month, accepted: Accepted) -> str:
    """Hash over suite, contract, code lists, the source text of the rules' program, the engine and the month.

    The month counts only for a source that gives the records of one month: its rules speak of it. Exceptions count
    while they hold: a verdict that one of them allowed is made again when it has ended.
    """
    digest = hashlib.sha256()
    suite = suite_file(contract)
    parts = [
        suite.read_bytes() if suite.is_file() else b"",
        contract.sha256().encode(),
        *(_list_bytes(name) for name in _lists(contract)),
        _program(),
        str(month).encode() if contract.alcance == "mes" else b"",
        *([decided] if (decided := accepted.digest()) else []),
    ]
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def load_id(contract: Contract, snapshot_id: str, rules: str) -> str:
    """Name of the load that a snapshot becomes under these rules: ``<fuente>-<20 hex>``."""
    digest = hashlib.sha256(f"{snapshot_id}\n{rules}".encode()).hexdigest()
    return f"{contract.fuente}-{digest[:20]}"


def _lists(contract: Contract) -> list[str]:
    named = {
        name
        for dataset in contract.conjuntos.values()
        for column in dataset.columnas.values()
        for name in (column.lista, *column.conversiones)
        if name
    }
    return sorted({*named, *_ALWAYS})


def _list_bytes(name: str) -> bytes:
    return f"{name}\n".encode() + office.code_list_file(name).read_bytes()


@lru_cache
def _program() -> bytes:
    """Source text of this room and of what it reads values by, and the version of the engine."""
    modules = [*sorted(Path(__file__).parent.glob("*.py"))]
    modules += [Path(str(module.__file__)) for module in (codelists, identifiers, limits, core)]
    digest = hashlib.sha256(version("great-expectations").encode())
    for file in modules:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.digest()
