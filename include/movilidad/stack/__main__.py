"""The commands behind ``make report``, ``make up`` and ``make down``."""

import typer

from movilidad.model.command import run_command
from movilidad.stack import operation, services
from movilidad.stack.report import make_report

app = typer.Typer(add_completion=False, help="El sistema entero en esta máquina.", pretty_exceptions_enable=False)


@app.command()
def report(
    month: str = typer.Option("", help="Mes, por ejemplo 2026-10; el último completo si se omite."),
) -> None:
    """Hace el informe de un mes, de principio a fin, con Airflow."""
    make_report(month)


@app.command()
def up(port: int = typer.Option(8080, help="Puerto de la interfaz, si está libre.")) -> None:
    """Arranca el entorno de operación y deja la interfaz de Airflow abierta."""
    operation.up(port)


@app.command()
def serve(port: int) -> None:
    """Mantiene el entorno en marcha hasta recibir SIGTERM (lo usa «up»)."""
    operation.serve(port)


@app.command()
def stack(
    month: str = typer.Option("", help="Mes cuyo informe se hace; sin él, los servicios quedan en marcha."),
) -> None:
    """Arranca los servicios de docker-compose.yml como procesos de esta máquina."""
    services.stack(month)


@app.command()
def down() -> None:
    """Detiene el entorno de operación."""
    operation.down()


if __name__ == "__main__":
    run_command(app)
