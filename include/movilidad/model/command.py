"""Commands of this project's own maintenance, beside those of ``movilidad``."""

import sys
from collections.abc import Callable

from movilidad.model.errors import MovilidadError, UsageError


def run_command(app: Callable[[], object]) -> None:
    """Run a command; wrong input ends with one line, not with a traceback."""
    try:
        app()
    except MovilidadError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2 if isinstance(error, UsageError) else 1)
