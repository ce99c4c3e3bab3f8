"""Commands that containers run before everything else."""

import os
from pathlib import Path
from typing import Annotated

import typer

from movilidad.cli.words import group, tell
from movilidad.model.errors import UsageError

app = group("Puesta en marcha: claves y bases de datos.")


@app.command("secrets")
def secrets(
    folder: Annotated[Path, typer.Argument(metavar="CARPETA", help="Para las claves.", show_default=False)],
) -> None:
    """Crea las claves que falten; las que hay no se tocan.

    Las direcciones de los servidores se leen de MOVILIDAD_SERVIDOR_POSTGRES y MOVILIDAD_SERVIDOR_REDIS.
    """
    from movilidad.stack.keys import keep_keys

    made = keep_keys(folder, _server("POSTGRES"), _server("REDIS"))
    tell(f"Claves nuevas: {', '.join(made) or 'ninguna'}. Carpeta: {folder}.", None, False)


@app.command("database")
def database() -> None:
    """Crea la base de datos de la bodega, si no existe."""
    from movilidad.model.settings import get_settings
    from movilidad.store.creation import create_database

    made = create_database(get_settings().warehouse_url())
    tell("Base de datos creada." if made else "La base de datos ya existía.", None, False)


def _server(name: str) -> str:
    variable = f"MOVILIDAD_SERVIDOR_{name}"
    address = os.environ.get(variable, "")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise UsageError(f"{variable} no es una dirección", remedy=f"defínala como servidor:puerto ({variable})")
    return address
