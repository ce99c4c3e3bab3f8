"""Commands about the platforms and institutions that give data."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from movilidad.cli import words
from movilidad.cli.deployment import connection_of, deployment
from movilidad.cli.words import JsonOption, group, require, tell
from movilidad.model.errors import MovilidadError

if TYPE_CHECKING:
    from movilidad.sources.contracts import Contract

app = group("Fuentes: plataformas e instituciones.")


@app.command("check")
def check(
    source: Annotated[str, typer.Argument(metavar="[FUENTE]", help="Una fuente; todas si se omite.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Dice si cada fuente responde, si cambió de forma y hasta qué mes llega."""
    from movilidad.sources.contracts import contract_names, load_contract

    contracts = [load_contract(name) for name in ([source] if source else contract_names())]
    with deployment(platforms=True):
        checks = [_checked(contract) for contract in contracts]
    lines = [
        f"{'bien' if check['correcta'] else 'MAL '}  {check['fuente']}: {check['mensaje']}" for check in checks
    ]
    tell("\n".join(lines), checks, as_json)
    require(all(check["correcta"] for check in checks))


def _checked(contract: "Contract") -> dict[str, Any]:
    """The check of one source; a missing connection is a finding about it, not an end for the others."""
    from movilidad.sources.checking import check_source, impatient

    try:
        found = check_source(contract, impatient(connection_of(contract)), words.now())
    except MovilidadError as error:
        return {"fuente": contract.fuente, "alcanzable": False, "correcta": False, "mensaje": str(error)}
    return {**vars(found), "ultimo_mes": str(found.ultimo_mes) if found.ultimo_mes else None}
