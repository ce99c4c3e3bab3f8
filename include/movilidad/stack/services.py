"""``make stack``: the containers' services without containers, in a folder of their own."""

import os
import time

import typer

from movilidad.model import paths
from movilidad.model.settings import get_settings
from movilidad.stack.distributed import distributed
from movilidad.stack.installation import Installation
from movilidad.stack.keys import ADMINISTRATOR, ADMINISTRATOR_KEY
from movilidad.stack.processes import interrupt_on_sigterm
from movilidad.stack.report import for_a_report, make_report
from movilidad.stack.running import Running, dag_names

_FOLDER = paths.PROJECT / ".movilidad" / "servicios"


def stack(month: str) -> None:
    """Start all services; make the report of a month on them and end, or keep them until Ctrl-C."""
    os.environ.setdefault("MOVILIDAD_CARPETA", str(_FOLDER))
    os.environ.setdefault("MOVILIDAD_PUBLICACIONES", str(_FOLDER / "publicaciones"))
    get_settings.cache_clear()
    interrupt_on_sigterm()
    if month:
        make_report(month, lambda say: for_a_report(distributed(Installation.open(), say)))
        return
    installation = Installation.open()
    with distributed(installation, typer.echo) as environment:
        environment.api.wake_only(dag_names())
        _tell(installation, environment)
        try:
            while True:
                environment.look_after()
                time.sleep(1)
        except KeyboardInterrupt:
            typer.echo("Se detienen los servicios…")


def _tell(installation: Installation, environment: Running) -> None:
    password = (installation.folder / "secretos" / ADMINISTRATOR_KEY).read_text(encoding="utf-8")
    typer.echo("\nLos servicios están en marcha. Para detenerlos: Ctrl-C")
    typer.echo(f"  Airflow:     {environment.url}")
    typer.echo(f"  Portal:      {environment.portal}")
    typer.echo(f"  Usuario:     {ADMINISTRATOR}")
    typer.echo(f"  Contraseña:  {password}")
