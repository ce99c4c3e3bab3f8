"""Commands about the key of the pseudonyms."""

from pathlib import Path
from typing import Annotated

import typer

from movilidad.cli import words
from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, group, tell

app = group("La clave de los seudónimos.")


@app.command("rotate")
def rotate(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="ARCHIVO",
            help="Archivo para la clave nueva, si la que se usa está en MOVILIDAD_CLAVE_SEUDONIMOS.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Cambia la clave; cada persona sigue siendo la misma, y lo publicado se puede volver a calcular igual.

    Detenga antes los servicios. Si se interrumpe, repita la orden tal cual.
    """
    from movilidad.store.engine import warehouse
    from movilidad.store.rotation import rotate as change

    with deployment():
        done = change(warehouse(), output, words.operator())
    lines = [f"Clave cambiada: {done.personas:,} personas, {done.instantaneas:,} instantáneas.", _AFTERWARDS]
    if not done.in_use:
        lines.append(
            f"La clave nueva está en {done.archivo}. Póngala en MOVILIDAD_CLAVE_SEUDONIMOS, borre ese archivo y"
            " arranque los servicios: con la anterior se niegan a cargar registros."
        )
    content = {
        "personas": done.personas,
        "instantaneas": done.instantaneas,
        "archivo": str(done.archivo),
        "en_uso": done.in_use,
    }
    tell("\n".join(lines), content, as_json)


_AFTERWARDS = (
    "Los respaldos anteriores siguen bajo la clave de entonces: haga uno nuevo y destruya los que ya no necesite"
    " (docs/seguridad.md)."
)
