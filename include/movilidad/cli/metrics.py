"""Commands about the figures of the installation itself: show them, send them to a collector."""

import typer

from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, group, tell

app = group("Cifras del funcionamiento: lo que se mide de esta instalación.")


@app.command("list")
def list_figures(as_json: JsonOption = False) -> None:
    """Muestra todas las cifras como están ahora."""
    from movilidad.observation.figures import FIGURES
    from movilidad.observation.readings import readings

    with deployment():
        found = [(figure, each) for figure in FIGURES for each in readings(figure)]
    lines = [
        f"{figure.name}  {' '.join(each.labels.values())}  {each.value:g} {figure.unit}" for figure, each in found
    ]
    records = [
        {"nombre": figure.name, "unidad": figure.unit, "de": each.labels, "valor": each.value}
        for figure, each in found
    ]
    tell("\n".join(lines), records, as_json)


@app.command("send")
def send() -> None:
    """Envía las cifras a un recolector (OTLP), cada minuto, hasta que se detenga.

    La dirección se lee de OTEL_EXPORTER_OTLP_ENDPOINT, el intervalo de OTEL_METRIC_EXPORT_INTERVAL (milisegundos).
    """
    import signal

    from movilidad.observation.export import exported

    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before any thread begins: they inherit it
    with deployment(), exported():
        typer.echo("Se envían las cifras. Para terminar: Ctrl-C")
        signal.sigwait(ends)
