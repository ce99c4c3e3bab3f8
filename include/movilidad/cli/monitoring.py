"""Commands about the monitoring of the platforms: what is going on."""

from typing import TYPE_CHECKING, Any

from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, group, tell
from movilidad.model.periods import TZ

if TYPE_CHECKING:
    from movilidad.monitoring import Incident

app = group("Seguimiento de las plataformas. Su evaluación mensual: movilidad release build plataformas MES.")


@app.command()
def incidents(as_json: JsonOption = False) -> None:
    """Muestra qué plataformas no responden, responden mal o van lentas, y desde cuándo."""
    from movilidad import monitoring
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    with deployment(), warehouse(Role.READ).connect() as connection:
        found = [_record(each) for each in monitoring.open_incidents(connection)]
    lines = [f"{each['fuente']}  {each['clase']}, desde {each['desde']}: {each['motivo']}" for each in found]
    tell("\n".join(lines) or "Ninguna plataforma tiene un incidente abierto.", found, as_json)


def _record(each: "Incident") -> dict[str, Any]:
    return {
        "fuente": each.fuente,
        "clase": each.clase,
        "desde": each.desde.astimezone(TZ).isoformat(timespec="minutes"),
        "chequeos": each.chequeos,
        "motivo": each.motivo,
    }
