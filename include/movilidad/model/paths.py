"""Where the parts of the checkout are. The package is installed editable, so the checkout is its parent."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
INCLUDE = PROJECT / "include"
CODELISTS = INCLUDE / "codelists"
CONTRACTS = INCLUDE / "sources"
DATA = INCLUDE / "datos"
SQL = INCLUDE / "sql"
TEMPLATES = INCLUDE / "templates"
TABLES = INCLUDE / "cuadros.yml"
CALENDAR = INCLUDE / "calendario.yml"
ALERTS = INCLUDE / "avisos.yml"
SIGNATORIES = INCLUDE / "visto_bueno.yml"
EVALUATION = INCLUDE / "evaluacion.yml"
EXPECTATIONS = PROJECT / "expectations"
DAGS = PROJECT / "dags"


def files_below(folder: Path) -> list[Path]:
    """Files of a folder in order of their paths, without caches and hidden files."""
    files = [file for file in folder.rglob("*") if file.is_file() and not _passing(file.relative_to(folder))]
    return sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def _passing(path: Path) -> bool:
    return any(part == "__pycache__" or part.startswith(".") or part.endswith("~") for part in path.parts)
