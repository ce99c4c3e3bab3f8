"""The files that an office writes about its own sources: those of the product, or those of the folder ``oficina``.

The folder holds ``sources``, ``sql/extraccion/<fuente>``, ``expectations``, ``codelists`` and ``calendario.yml``.
Where it has ``sources``, its contracts are all there are: what the product's platforms deliver is not waited for.
Every other file goes before the product's of the same name, which serves where there is none.
"""

from pathlib import Path

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings

_CONTRACTS = "sources"
_CALENDAR = "calendario.yml"


def contracts_folder() -> Path:
    """Where the contracts are, all of them."""
    return _own_contracts() or paths.CONTRACTS


def has_own_contracts() -> bool:
    """Whether the sources are the office's: those that the product simulates are none of its."""
    return _own_contracts() is not None


def query_file(source: str, query: str) -> Path:
    """Where a query of a SQL source is, or should be."""
    return _own("sql", "extraccion", source, f"{query}.sql") or paths.SQL / "extraccion" / source / f"{query}.sql"


def suite_file(name: str) -> Path:
    """Where an expectation suite is, or should be."""
    return _own("expectations", f"{name}.yml") or paths.EXPECTATIONS / f"{name}.yml"


def code_list_file(name: str) -> Path:
    """Where a code list is, or should be."""
    return _own("codelists", f"{name}.csv") or paths.CODELISTS / f"{name}.csv"


def calendar_file() -> Path:
    """Where the release calendar is."""
    return _own(_CALENDAR) or paths.CALENDAR


def own_files() -> dict[str, Path]:
    """What of the folder a figure may depend on, by its path in it; the calendar says only when."""
    folder = _own_folder()
    if folder is None:
        return {}
    named = {file.relative_to(folder).as_posix(): file for file in paths.files_below(folder)}
    return {name: file for name, file in named.items() if name != _CALENDAR}


def _own_contracts() -> Path | None:
    folder = _own_folder()
    return folder / _CONTRACTS if folder and (folder / _CONTRACTS).is_dir() else None


def _own(*parts: str) -> Path | None:
    folder = _own_folder()
    file = folder.joinpath(*parts) if folder else None
    return file if file and file.is_file() else None


def _own_folder() -> Path | None:
    """The office's folder; a UsageError if the setting names one that is not there."""
    folder = get_settings().oficina
    if folder and not folder.is_dir():
        raise UsageError(
            "no existe la carpeta de la oficina",
            place=str(folder),
            remedy="cree la carpeta o corrija MOVILIDAD_OFICINA; docs/contratos.md dice qué lleva",
        )
    return folder
