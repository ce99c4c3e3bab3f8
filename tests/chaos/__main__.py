"""Play months full of faults: ``make chaos SEEDS=200 FIRST=1``."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from chaos.schedule import MONTH
from movilidad.model import paths
from movilidad.stack.environment import inherited_without
from movilidad.stack.postgres import database_url, socket_folder_of, start_server
from movilidad.stack.processes import end_with_parent
from movilidad.store.creation import create_database

_DATABASE = "plataformas"


def main() -> int:
    """Seed the platforms once, share the seeds among jobs, print what came of them."""
    asked = _arguments()
    begun = time.monotonic()
    seeds = list(range(asked.first, asked.first + asked.seeds))
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = start_server(folder / "postgres")
        try:
            socket = socket_folder_of(server)
            _sow(socket, folder)
            results = folder / "resultados.jsonl"
            where = [str(folder / "demo"), socket, _DATABASE, str(results)]
            parts = [seeds[number :: asked.jobs] for number in range(asked.jobs)]
            jobs = [
                subprocess.Popen(
                    [sys.executable, "-m", "chaos.job", *where, *map(str, part)],
                    env=_environment(folder / f"airflow-{number}"),
                    preexec_fn=end_with_parent,  # noqa: PLW1509 - only a system call, no locks
                )
                for number, part in enumerate(parts)
                if part
            ]
            failed = [job.wait() for job in jobs]
            _tell(results, len(seeds), time.monotonic() - begun)
        finally:
            server.cleanup()
    return 1 if any(failed) else 0


def _environment(home: Path) -> dict[str, str]:
    """Airflow reads where it is at home when it is imported."""
    return {
        **inherited_without("AIRFLOW", "MOVILIDAD"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(paths.PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chaos", description="Meses con averías al azar.")
    parser.add_argument("--seeds", type=int, default=200, help="cuántos meses")
    parser.add_argument("--first", type=int, default=1, help="la primera semilla")
    parser.add_argument("--jobs", type=int, default=2, help="cuántos a la vez")
    return parser.parse_args()


def _sow(socket: str, folder: Path) -> None:
    """The simulated platforms, which no month changes."""
    from movilidad.demo.seeding import seed

    url = database_url(socket, _DATABASE)
    create_database(url)
    seed(url, folder / "demo", until=MONTH)


def _tell(results: Path, asked: int, seconds: float) -> None:
    """What came of all seeds."""
    lines = results.read_text(encoding="utf-8").splitlines() if results.is_file() else []
    found = [json.loads(line) for line in lines]
    bad = [each["seed"] for each in found if each["wrong"]]
    kinds = Counter(fault.partition(" en ")[0].partition(" de ")[0] for each in found for fault in each["faults"])
    for kind, count in kinds.most_common():
        print(f"{count:5} {kind}")  # noqa: T201
    which = f" (semillas {', '.join(map(str, sorted(bad)))})" if bad else ""
    well = f"{len(found) - len(bad)} bien, {len(bad)} mal{which}"
    print(f"{len(found)} de {asked} meses jugados en {seconds / 60:.1f} min: {well}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
