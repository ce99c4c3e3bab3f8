"""Commands about the places where publications are delivered."""

from typing import Annotated

import typer

from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, group, require, tell

app = group("Destinos: dónde más se entregan las publicaciones.")


@app.command("check")
def check(
    target: Annotated[str, typer.Argument(metavar="[DESTINO]", help="Un destino; todos si se omite.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Dice si cada destino responde y deja escribir, y cuánto le falta por recibir."""
    from movilidad.publishing.targets.configuration import find_target, load_targets
    from movilidad.publishing.targets.delivery import check, pending
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    with deployment():
        found = [
            {
                "destino": each.nombre,
                "titulo": each.titulo,
                "problema": check(each),
                "pendientes": pending(warehouse(Role.READ), each.nombre),
            }
            for each in ([find_target(target)] if target else load_targets())
        ]
    lines = [
        f"{'MAL ' if each['problema'] else 'bien'}  {each['destino']} ({each['titulo']}):"
        f" {each['problema'] or 'responde y deja escribir.'} Pendientes: {len(each['pendientes']):,}."
        for each in found
    ]
    tell("\n".join(lines) or "No hay destinos configurados.", found, as_json)
    require(not any(each["problema"] for each in found))
