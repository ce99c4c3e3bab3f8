"""Running the programs of this environment."""

import subprocess
import sys
from pathlib import Path

from movilidad.model import paths


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment in the project's folder and wait for it; its output is text."""
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    return subprocess.run(command, cwd=paths.PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - ours


def last_line(text: str) -> str:
    """What a program said last, which is where it says what went wrong."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
