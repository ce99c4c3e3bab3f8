"""The commands behind ``make audit`` and ``make lock``."""

import sys
from datetime import datetime
from pathlib import Path

import typer

from movilidad.dependencies.accepted import accepted
from movilidad.dependencies.age import age, dates, note_dates
from movilidad.dependencies.inventory import inventory
from movilidad.dependencies.licences import licences
from movilidad.dependencies.lock import LOCK, pins
from movilidad.dependencies.outcome import Outcome
from movilidad.dependencies.vulnerabilities import OSV, vulnerabilities
from movilidad.model.command import run_command
from movilidad.model.periods import TZ
from movilidad.model.settings import get_settings

app = typer.Typer(add_completion=False, help="Lo que el producto usa de otros.", pretty_exceptions_enable=False)


@app.command()
def audit(
    osv: str = typer.Option(OSV, help="Servicio de avisos de vulnerabilidades, si no es el público."),
    sbom: str = typer.Option("", help="Archivo del inventario; si se omite, .movilidad/sbom.json."),
) -> None:
    """Revisa vulnerabilidades, licencias y antigüedad, y hace el inventario."""
    allowed, today = accepted(), datetime.now(TZ).date()
    outcomes = [
        vulnerabilities(LOCK, allowed.vulnerabilidades, today, osv),
        licences(),
        age(pins(), dates(), allowed.antiguas, today),
        inventory(Path(sbom) if sbom else get_settings().carpeta / "sbom.json"),
    ]
    for outcome in outcomes:
        _tell(outcome)
    if any(outcome.findings for outcome in outcomes):
        typer.echo(
            "Corríjalo o acéptelo con motivo y plazo: docs/seguridad.md, «Dependencias y secretos».", err=True
        )
        sys.exit(1)


@app.command()
def note() -> None:
    """Anota cuándo salió cada versión fijada (lo usa «make lock»)."""
    note_dates()


def _tell(outcome: Outcome) -> None:
    mark = "✗" if outcome.findings else "✓" if outcome.checked else "?"
    typer.echo(f"{mark} {outcome.subject}: {outcome.summary}")
    for finding in outcome.findings:
        typer.echo(f"    ✗ {finding}")
    for remark in outcome.notes:
        typer.echo(f"    · {remark}")


if __name__ == "__main__":
    run_command(app)
