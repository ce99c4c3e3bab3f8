"""The command that shows the audit trail."""

from dataclasses import asdict
from typing import Annotated

import typer

from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, tell
from movilidad.model.periods import TZ


def audit(
    about: Annotated[
        str,
        typer.Argument(metavar="[ASUNTO]", help="Una publicación, una fuente o un periodo; todo si se omite."),
    ] = "",
    newest: Annotated[int, typer.Option("--last", min=1, help="Cuántas anotaciones.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Muestra la bitácora: quién vio lo apartado en cuarentena, quién decidió qué y cuándo."""
    from movilidad.store.audit_trail import entries
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    with deployment(), warehouse(Role.READ).connect() as connection:
        found = entries(connection, newest, about)
    lines = [
        f"{each.momento.astimezone(TZ):%Y-%m-%d %H:%M:%S}  {each.quien}: {each.que}, {each.objeto}"
        f"{f' ({each.periodo})' if each.periodo and each.periodo not in each.objeto else ''}"
        for each in found
    ]
    records = [{**asdict(each), "momento": each.momento.astimezone(TZ).isoformat()} for each in found]
    tell("\n".join(lines) or "La bitácora no tiene anotaciones.", records, as_json)
