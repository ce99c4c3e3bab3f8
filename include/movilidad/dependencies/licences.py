"""Whether the licence of all that is installed is one that the product may use: ``[tool.pip-licenses]``."""

import json

from movilidad.dependencies.outcome import Outcome
from movilidad.dependencies.programs import last_line, run
from movilidad.model.errors import UnavailableError


def licences(*options: str) -> Outcome:
    """Compare the installed packages' licences with the allowed ones.

    Args:
        options: of pip-licenses, in place of what ``pyproject.toml`` says.
    """
    done = run("pip-licenses", "--format", "json", *options)
    if done.returncode == 0:
        seen = json.loads(done.stdout)
        kinds = len({package["License"] for package in seen})
        return Outcome("Licencias", f"{len(seen)} paquetes con {kinds} licencias, todas permitidas")
    said = last_line(done.stderr)
    if "allow-only" not in said:
        raise UnavailableError(f"pip-licenses no pudo leer las licencias: {said}")
    return Outcome("Licencias", "hay una que no está entre las permitidas", (said,))
