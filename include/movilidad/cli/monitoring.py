"""Commands about the monitoring of the platforms: what is going on, and the evaluation of a month."""

from typing import TYPE_CHECKING, Any

from movilidad.cli import words
from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, MonthArgument, group, tell
from movilidad.model.periods import TZ, Month

if TYPE_CHECKING:
    from movilidad.monitoring import Incident

app = group("Seguimiento de las plataformas: incidentes, evaluación mensual.")


@app.command()
def incidents(as_json: JsonOption = False) -> None:
    """Muestra qué plataformas no responden, responden mal o van lentas, y desde cuándo."""
    from movilidad import monitoring
    from movilidad.store.engine import warehouse

    with deployment(), warehouse().connect() as connection:
        found = [_record(each) for each in monitoring.open_incidents(connection)]
    lines = [f"{each['fuente']}  {each['clase']}, desde {each['desde']}: {each['motivo']}" for each in found]
    tell("\n".join(lines) or "Ninguna plataforma tiene un incidente abierto.", found, as_json)


@app.command()
def report(month: MonthArgument, as_json: JsonOption = False) -> None:
    """Publica la evaluación de cada plataforma en un mes: PDF, página y CSV; si nada cambió, dice la vigente."""
    from movilidad.model.settings import get_settings
    from movilidad.publishing.platforms import publish_evaluations

    wanted = Month.parse(month)
    with deployment():
        name = publish_evaluations(wanted, words.now())
        folder = get_settings().publicaciones / name
    tell(f"{name}: {folder}", {"publicacion_id": name, "carpeta": str(folder)}, as_json)


def _record(each: "Incident") -> dict[str, Any]:
    return {
        "fuente": each.fuente,
        "clase": each.clase,
        "desde": each.desde.astimezone(TZ).isoformat(timespec="minutes"),
        "chequeos": each.chequeos,
        "motivo": each.motivo,
    }
