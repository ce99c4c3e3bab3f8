"""``movilidad alerts``: what is going on, whom it could not be told, and whether everybody can be reached."""

from typing import Annotated, Any

import typer

from movilidad.model.periods import TZ

alerts_app = typer.Typer(
    help="Avisos: incidentes abiertos, avisos sin entregar, pruebas.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)

JsonOption = Annotated[bool, typer.Option("--json", help="Resultado en JSON, para programas.")]


@alerts_app.command("list")
def alerts_list(as_json: JsonOption = False) -> None:
    """Muestra los incidentes abiertos y los avisos que no llegaron; 1 si hay de estos."""
    from movilidad import alerts, cli

    with cli._deployment():
        found, dead = alerts.open_incidents(), alerts.dead_letters()
    incidents = [
        {
            "incidente": each.incidente_id,
            "clase": each.clase,
            "asunto": each.asunto,
            "periodo": each.periodo or None,
            "titulo": f"{each.about.titulo}: {each.titulo}",
            "critico": each.critico,
            "desde": each.desde.astimezone(TZ).isoformat(timespec="minutes"),
            "veces": each.veces,
            "que": each.que,
        }
        for each in found
    ]
    letters = [vars(each) for each in dead]
    lines = [_incident(each) for each in incidents] or ["No hay incidentes abiertos."]
    lines += [f"SIN ENTREGAR  {each.persona} por {each.canal}, «{each.titulo}»: {each.problema}" for each in dead]
    cli._tell("\n".join(lines), {"incidentes": incidents, "sin_entregar": letters}, as_json)
    if dead:
        raise typer.Exit(cli.FAILED)


@alerts_app.command("test")
def alerts_test(as_json: JsonOption = False) -> None:
    """Manda un mensaje de prueba a cada persona por cada vía; 1 si alguno no salió."""
    from movilidad import cli
    from movilidad.alerts.trial import try_everybody
    from movilidad.sources.connection import Connection

    with cli._deployment():
        found = try_everybody(cli._now(), Connection.from_environment)
    lines = [
        f"MAL   {each.persona} por {each.canal}: {each.problema}"
        if each.problema
        else f"bien  {each.persona} por {each.canal}: enviado."
        for each in found
    ]
    cli._tell("\n".join(lines), [vars(each) for each in found], as_json)
    if any(each.problema for each in found):
        raise typer.Exit(cli.FAILED)


@alerts_app.command("retry")
def alerts_retry(
    discard: Annotated[bool, typer.Option("--discard", help="Darlos por perdidos en vez de repetirlos.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Manda otra vez los avisos que no llegaron, o los descarta; 1 si alguno sigue sin llegar."""
    from movilidad import alerts, cli
    from movilidad.sources.connection import Connection

    with cli._deployment():
        count = alerts.retry(cli._now(), Connection.from_environment, discard=discard)
        left = alerts.dead_letters()
    done = "descartados" if discard else "repetidos"
    cli._tell(
        f"Avisos {done}: {count:,}. Sin entregar: {len(left):,}.", {done: count, "quedan": len(left)}, as_json
    )
    if left:
        raise typer.Exit(cli.FAILED)


def _incident(record: dict[str, Any]) -> str:
    mark = "CRÍTICO " if record["critico"] else ""
    period = f" {record['periodo']}" if record["periodo"] else ""
    return f"{record['incidente']:>5}  {mark}{record['titulo']}{period}, desde {record['desde']}: {record['que']}"
