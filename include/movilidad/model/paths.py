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
