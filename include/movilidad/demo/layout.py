"""Where a seeding leaves what the simulated institutions serve, in one folder."""

from pathlib import Path

#: every record key of the simulation begins with this; that is how demonstration data are recognised
PREFIX = "DEMO-"


def marker(folder: Path) -> Path:
    """Says which seeding the folder holds, complete; written last."""
    return folder / "sembrado.json"


def registry(folder: Path) -> Path:
    """SQLite file behind the HTTP server: recruiters, reported workers, complaints, exchange rates."""
    return folder / "servicios.sqlite"


def job_bank(folder: Path) -> Path:
    """Parquet file from which the HTTP server makes the registrations of the job bank."""
    return folder / "tu_empleo.parquet"


def token(folder: Path) -> Path:
    """The bearer token of both registers and of the job bank; readable by its owner only."""
    return folder / "token_reclutadores"


def budget(folder: Path) -> Path:
    """Folder of the monthly budget spreadsheets."""
    return folder / "presupuesto"


def training(folder: Path) -> Path:
    """Folder of the monthly files of courses and certifications."""
    return folder / "capacitaciones"


def actions(folder: Path) -> Path:
    """Folder of the book of actions."""
    return folder / "acciones"


def truth(folder: Path) -> Path:
    """Folder of the truth kept aside for tests; the product never reads it."""
    return folder / "verdad"


def fallback(folder: Path) -> Path:
    """Folder with the exchange rates as CSV files, for when the service fails."""
    return folder / "respaldo"
