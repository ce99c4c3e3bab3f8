"""Commands about alerts: what is going on, whom it could not be told, whether everybody can be reached."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from movilidad.cli import words
from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, group, require, tell
from movilidad.model.periods import TZ

if TYPE_CHECKING:
    from movilidad.alerts import DeadLetter, Incident
    from movilidad.alerts.trial import Trial

app = group("Avisos: incidentes abiertos, avisos sin entregar, pruebas.")


@app.command("list")
def open_incidents(as_json: JsonOption = False) -> None:
    """Muestra los incidentes abiertos y los avisos que no llegaron; 1 si hay de estos."""
    from movilidad import alerts

    with deployment():
        found, dead = alerts.open_incidents(), alerts.dead_letters()
    lines = [_line(each) for each in found] or ["No hay incidentes abiertos."]
    content = {"incidentes": [_record(each) for each in found], "sin_entregar": [vars(each) for each in dead]}
    tell("\n".join([*lines, *(_lost(each) for each in dead)]), content, as_json)
    require(not dead)


@app.command("test")
def try_everybody(as_json: JsonOption = False) -> None:
    """Manda un mensaje de prueba a cada persona por cada vía; 1 si alguno no salió."""
    from movilidad.alerts import trial
    from movilidad.sources.connection import Connection

    with deployment():
        found = trial.try_everybody(words.now(), Connection.from_environment)
    tell("\n".join(_tried(each) for each in found), [vars(each) for each in found], as_json)
    require(not any(each.problema for each in found))


@app.command("retry")
def retry(
    discard: Annotated[bool, typer.Option("--discard", help="Darlos por perdidos en vez de repetirlos.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Manda otra vez los avisos que no llegaron, o los descarta; 1 si alguno sigue sin llegar."""
    from movilidad import alerts
    from movilidad.sources.connection import Connection

    with deployment():
        count = alerts.retry(words.now(), Connection.from_environment, discard=discard)
        left = len(alerts.dead_letters())
    done = "descartados" if discard else "repetidos"
    tell(f"Avisos {done}: {count:,}. Sin entregar: {left:,}.", {done: count, "sin_entregar": left}, as_json)
    require(not left)


def _line(incident: "Incident") -> str:
    mark = "CRÍTICO " if incident.critico else ""
    period = f", {incident.periodo}" if incident.periodo else ""
    since = f"{incident.desde.astimezone(TZ):%Y-%m-%d %H:%M}"
    what = f"{incident.about.titulo}: {incident.titulo}{period}"
    return f"{incident.incidente_id:>5}  {mark}{what}, desde {since}: {incident.que}"


def _record(incident: "Incident") -> dict[str, Any]:
    return {
        "incidente": incident.incidente_id,
        "clase": incident.clase,
        "asunto": incident.asunto,
        "periodo": incident.periodo or None,
        "titulo": f"{incident.about.titulo}: {incident.titulo}",
        "critico": incident.critico,
        "desde": incident.desde.astimezone(TZ).isoformat(timespec="minutes"),
        "veces": incident.veces,
        "que": incident.que,
    }


def _lost(letter: "DeadLetter") -> str:
    return f"SIN ENTREGAR  {letter.persona} por {letter.canal}, «{letter.titulo}»: {letter.problema}"


def _tried(trial: "Trial") -> str:
    place = f"{trial.persona} por {trial.canal}"
    return f"MAL   {place}: {trial.problema}" if trial.problema else f"bien  {place}: enviado."
