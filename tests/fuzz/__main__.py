"""Fuzz for some minutes: ``make fuzz MINUTES=10 FIRST=1``."""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from fuzz import contracts, databases, documents, tables, texts
from fuzz.rounds import Tally, play
from fuzz.target import Target
from fuzz.verdict import READ, REFUSED
from movilidad.stack.postgres import socket_folder_of, start_server

_GUIDED = ("csv", "json", "xml", "contrato", "numero", "fecha", "instante", "cui")


def main() -> int:
    """Half of the time by generated examples, half by coverage; gives whether anything was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Entradas al azar.")
    parser.add_argument("--minutes", type=float, default=10.0, help="cuánto tiempo")
    parser.add_argument("--first", type=int, default=1, help="la primera semilla")
    parser.add_argument("--only", default="", help="solo los objetivos cuyo nombre empieza así")
    asked = parser.parse_args()
    guided = [] if asked.only or not find_spec("atheris") else [*_GUIDED]
    minutes = asked.minutes / 2 if guided else asked.minutes
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True))
        server = start_server(Path(name))
        stack.callback(server.cleanup)
        found = [each for each in _targets(stack, socket_folder_of(server)) if each.name.startswith(asked.only)]
        tallies = play(found, minutes, asked.first)
    for tally in tallies:
        _tell(tally)
    bad = [each for each in guided if not _guide(each, 60 * minutes / len(guided), asked.first)]
    failed = [tally.target.name for tally in tallies if tally.failures or tally.shows_nothing]
    unplayed = [tally.target.name for tally in tallies if not tally.outcomes and not tally.failures]
    if unplayed:
        print(f"sin tiempo para: {', '.join(unplayed)}")  # noqa: T201
    print(f"{len(failed) + len(bad)} objetivos con fallas" if failed or bad else "sin fallas")  # noqa: T201
    return 1 if failed or bad or unplayed else 0


def _targets(stack: ExitStack, postgres: str) -> list[Target]:
    return [
        *texts.targets(),
        *tables.targets(),
        *stack.enter_context(documents.targets()),
        *stack.enter_context(contracts.targets()),
        *stack.enter_context(databases.targets(postgres)),
    ]


def _tell(tally: Tally) -> None:
    read, refused = tally.outcomes[READ], tally.outcomes[REFUSED]
    print(  # noqa: T201
        f"{tally.target.name:32} {read:9,} {READ} {refused:9,} {REFUSED}"
        f" {tally.seconds:7.1f} s, la más lenta {tally.slowest:.2f} s"
    )
    if tally.shows_nothing:
        print("    ✗ nunca se leyó nada")  # noqa: T201
    for seed, said in tally.failures:
        print(f"    ✗ semilla {seed}: {said}")  # noqa: T201


def _guide(name: str, seconds: float, seed: int) -> bool:
    """Coverage-guided, in a process of its own; whether nothing was found."""
    command = [sys.executable, "-m", "fuzz.guided", name, str(max(1, round(seconds))), str(seed)]
    with tempfile.TemporaryDirectory() as folder:
        # in a folder of its own, where it may leave what it found: so no relative path
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(("Done", "stat::"))]
    print(f"guiado por cobertura: {name:10} {' '.join(said) if not done.returncode else done.stderr[-3000:]}")  # noqa: T201
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
