"""``make up`` and ``make down``: the operator's environment, in the background until it is stopped."""

import json
import os
import signal
import subprocess
import sys
import time

import typer
from rich.console import Console

from movilidad.model.atomic import write_file
from movilidad.model.errors import UnavailableError
from movilidad.stack.environment import free_port, is_free
from movilidad.stack.installation import OPERATOR, Installation
from movilidad.stack.processes import interrupt_on_sigterm
from movilidad.stack.running import dag_names, running

_PATIENCE = 900.0  # the first time the simulated platforms are filled, which takes a busy machine minutes


def up(port: int) -> None:
    """Start the environment, unless it runs, and print where it is."""
    console = Console()
    installation = Installation.open()
    if installation.running() is None:
        _start(installation, port if is_free(port) else free_port(), console)
    state = installation.running() or {}
    console.print("\n[bold]Airflow está listo[/bold]")
    console.print(f"  Dirección:   {state['url']}")
    console.print(f"  Usuario:     {OPERATOR}")
    console.print(f"  Contraseña:  {installation.password}", highlight=False)
    console.print("  Para detenerlo: make down")


def down() -> None:
    """Stop the environment, if it runs, and wait until it has ended."""
    console = Console()
    installation = Installation.open()
    state = installation.running()
    if state is None:
        console.print("El entorno no está en marcha.")
        return
    os.kill(state["pid"], signal.SIGTERM)
    deadline = time.monotonic() + 60
    while installation.running() is not None:
        if time.monotonic() > deadline:
            raise UnavailableError("el entorno no se detuvo", remedy=f"termine el proceso {state['pid']}")
        time.sleep(0.2)
    console.print("El entorno se detuvo.")


def serve(port: int) -> None:
    """Keep the environment running until SIGTERM or SIGINT."""
    installation = Installation.open()
    interrupt_on_sigterm()
    try:
        with running(installation, typer.echo, port=port, with_triggerer=True) as found:
            found.api.wake_only(dag_names())
            ours = {name: value for name, value in found.environment.items() if name.startswith("MOVILIDAD_")}
            state = {"pid": os.getpid(), "url": found.url, "environment": ours}
            write_file(installation.state, json.dumps(state).encode())
            while True:
                found.look_after()
                time.sleep(1)
    except KeyboardInterrupt:
        pass
    finally:
        installation.state.unlink(missing_ok=True)


def _start(installation: Installation, port: int, console: Console) -> None:
    installation.logs.mkdir(parents=True, exist_ok=True)
    log = installation.logs / "entorno.log"
    with log.open("wb") as handle:
        child = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "movilidad.stack", "serve", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _PATIENCE
    with console.status("Arrancando…") as status:
        while installation.running() is None:
            lines = log.read_text(errors="replace").splitlines()
            status.update(lines[-1] if lines else "Arrancando…")
            if child.poll() is not None or time.monotonic() > deadline:
                child.terminate()
                raise UnavailableError("el entorno no arrancó", remedy=f"lea {log}")
            time.sleep(0.3)
