"""Commands about publications."""

from datetime import datetime
from typing import Annotated

import typer

from movilidad.cli import verification, words
from movilidad.cli.deployment import deployment
from movilidad.cli.words import (
    ApproverOption,
    JsonOption,
    PeriodArgument,
    ReasonOption,
    ReleaseArgument,
    SeriesArgument,
    TargetOption,
    group,
    require,
    tell,
)
from movilidad.model.periods import Period

app = group("Publicaciones: hacer, publicar, entregar, corregir, retirar, comprobar.")
app.command("verify")(verification.verify)


@app.command("build")
def build(series: SeriesArgument, period: PeriodArgument, as_json: JsonOption = False) -> None:
    """Calcula, protege y redacta la publicación de un periodo; queda en borrador.

    Si ninguna cifra cambió, no hace nada nuevo y dice cuál es la publicación vigente.
    """
    now = words.now()
    wanted = Period.parse(period).require_complete(now)
    from movilidad.publishing.embargo import announce
    from movilidad.publishing.releases import build

    with deployment():
        announce(series, wanted, now)
        built = build(series, wanted, now.date())
    tell(built, {"publicacion_id": built}, as_json)


@app.command("publish")
def publish(release: ReleaseArgument, as_json: JsonOption = False) -> None:
    """Hace pública una publicación, entera y de una vez. Repetirlo no cambia nada."""
    from movilidad.publishing.releases import needed, publish

    with deployment():
        needed(release, words.now())  # what is odd and nobody decided stops the publication
        folder = publish(release, words.now())
    tell(f"Publicado en {folder}", {"publicacion_id": release, "carpeta": str(folder)}, as_json)


@app.command("decide")
def decide(
    release: ReleaseArgument,
    decision: Annotated[
        str,
        typer.Option(
            "--decision",
            metavar="DECISIÓN",
            help="publicar, publicar_con_nota, retener o rechazar.",
            show_default=False,
        ),
    ],
    signed: Annotated[
        list[str],
        typer.Option(
            "--by",
            metavar="QUIEN",
            help="Usuario de un firmante; si no los hay, un cargo u oficina. Dos veces si firman dos.",
            show_default=False,
        ),
    ],
    note: Annotated[str, typer.Option("--note", metavar="TEXTO", help="Nota, para los lectores.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Decide si sale un borrador en que algo es raro. En Airflow se decide en la tarea «Visto bueno»."""
    from movilidad.publishing.releases import decide, needed

    with deployment():
        needed(release, words.now())  # what is odd is recorded beside the decision
        decide(release, signed, decision, note, words.now())
    tell(f"Anotado: {decision}, {release}.", {"publicacion_id": release, "decision": decision}, as_json)


@app.command("show")
def show(release: ReleaseArgument, as_json: JsonOption = False) -> None:
    """Muestra en qué está una publicación: fechas, borrador, y quién decidió qué y cuándo."""
    from movilidad.publishing.release_state import state_of

    with deployment():
        state = state_of(release)
    lines = [
        f"{state['publicacion_id']}  {state['estado']}  {state['fecha_publicacion']}",
        f"  Anunciada: {state['anunciada'] or 'sin fecha'}",
        f"  Archivos: {state['carpeta']}",
        *(f"  Decisión: {each['dicha']}{_noted(each['nota'])}" for each in state["decisiones"]),
    ]
    tell("\n".join(lines), state, as_json)


@app.command("explain")
def explain(
    period: Annotated[
        str, typer.Argument(metavar="PERIODO", help="Periodo, por ejemplo mensual/2026-10.", show_default=False)
    ],
    kind: Annotated[
        str, typer.Option("--type", metavar="TIPO", help="revision o correccion.", show_default=False)
    ],
    reason: ReasonOption,
    approver: ApproverOption,
    as_json: JsonOption = False,
) -> None:
    """Dice, antes de hacerla, por qué sale la próxima revisión de un periodo y quién la aprueba."""
    from movilidad.publishing.releases import explain

    with deployment():
        release = explain(period, kind, reason, approver, words.now())
    tell(f"Anotado para {release}. Ahora: movilidad release build.", {"publicacion_id": release}, as_json)


@app.command("schedule")
def schedule(
    release: ReleaseArgument,
    moment: Annotated[
        datetime,
        typer.Argument(
            metavar="MOMENTO",
            help="Hora de Guatemala, por ejemplo 2026-12-05T09:00.",
            formats=["%Y-%m-%dT%H:%M"],
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Anuncia desde qué minuto puede ser pública una publicación; antes, publicarla se rechaza."""
    from movilidad.publishing.releases import schedule

    with deployment():
        announced = schedule(release, moment, words.now())
    content = {"publicacion_id": release, "no_antes": announced.isoformat()}
    tell(f"{release} no sale antes del {announced:%Y-%m-%d a las %H:%M}.", content, as_json)


@app.command("withdraw")
def withdraw(
    release: ReleaseArgument, reason: ReasonOption, approver: ApproverOption, as_json: JsonOption = False
) -> None:
    """Retira una publicación: en su lugar queda un aviso con el motivo. También en los destinos."""
    from movilidad.publishing.releases import withdraw
    from movilidad.publishing.targets.delivery import deliver_all

    with deployment():
        folder = withdraw(release, reason, approver, words.now())
        done = deliver_all(release, None, words.now())
    lines = [f"Retirada; el aviso está en {folder}", *(_delivered(vars(each)) for each in done)]
    content = {"publicacion_id": release, "carpeta": str(folder), "destinos": [vars(each) for each in done]}
    tell("\n".join(lines), content, as_json)
    require(all(each.ok for each in done))


@app.command("deliver")
def deliver(
    release: Annotated[str, typer.Argument(metavar="[ID]", help="Publicación; lo pendiente si se omite.")] = "",
    target: TargetOption = "",
    as_json: JsonOption = False,
) -> None:
    """Entrega una publicación a los destinos configurados. Repetirlo no cambia nada."""
    from movilidad.publishing.targets.delivery import deliver_all

    with deployment():
        done = deliver_all(release or None, target or None, words.now())
    lines = [_delivered(vars(each)) for each in done]
    tell("\n".join(lines) or "No hay nada que entregar.", [vars(each) for each in done], as_json)
    require(all(each.ok for each in done))


@app.command("list")
def list_all(as_json: JsonOption = False) -> None:
    """Lista las publicaciones y los borradores, del más reciente al más antiguo."""
    from movilidad.publishing.decisions import newest_decisions
    from movilidad.publishing.register import releases
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    with deployment(), warehouse(Role.READ).connect() as connection:
        found = releases(connection)
        decided = newest_decisions(connection)
    records = [
        {
            "publicacion_id": release.publicacion_id,
            "estado": release.estado,
            "fecha_publicacion": release.fecha_publicacion.isoformat(),
            "demostracion": release.demostracion,
            "carpeta": str(release.public_folder) if release.is_public else None,
            "decision": last.decision if (last := decided.get(release.publicacion_id)) else None,
        }
        for release in found
    ]
    lines = [
        f"{row['publicacion_id']}  {row['estado']}  {row['fecha_publicacion']}  {row['decision'] or ''}".rstrip()
        for row in records
    ]
    tell("\n".join(lines) or "No hay publicaciones.", records, as_json)


def _noted(note: str) -> str:
    return f". Nota: {note}" if note else ""


def _delivered(delivery: dict[str, str]) -> str:
    problem = delivery["problema"]
    place = f"{delivery['publicacion_id']} en {delivery['destino']}"
    return f"MAL   {place}: {problem}" if problem else f"bien  {place}: {delivery['estado']}."
