"""Commands about the simulated platforms."""

from pathlib import Path
from typing import Annotated

import typer

from movilidad.cli.deployment import connection_of, deployment
from movilidad.cli.words import group, tell
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month

app = group("Plataformas simuladas, para probar sin datos reales.")


@app.command("seed")
def seed(
    scale: Annotated[int, typer.Option(min=1, help="Cuántas veces el tamaño real.")] = 1,
    until: Annotated[str, typer.Option(metavar="MES", help="Último mes simulado.")] = "2026-10",
    folder: Annotated[str, typer.Option(metavar="CARPETA", help="Donde quedan los archivos simulados.")] = "",
) -> None:
    """Llena las plataformas simuladas: registros verosímiles de nadie."""
    last = Month.parse(until)
    from movilidad.demo.seeding import seed
    from movilidad.model.settings import get_settings
    from movilidad.sources.contracts import load_contract

    with deployment(create=True):
        connection = connection_of(load_contract("programa_trabajo_temporal"))
        if not connection.extra.get("demostracion"):
            raise UsageError(
                "la conexión de la plataforma no está marcada como demostración",
                source="programa_trabajo_temporal",
                remedy="nunca llene una plataforma real; en una de prueba ponga «demostracion» en su extra",
            )
        target = Path(folder) if folder else get_settings().carpeta / "demo"
        url = connection.sql_url().render_as_string(hide_password=False)
        seed(url, target, scale=scale, until=last, report=lambda what: typer.echo(what, err=True))
    tell(f"Plataformas simuladas llenas hasta {last.label}; archivos en {target}.", None, False)
