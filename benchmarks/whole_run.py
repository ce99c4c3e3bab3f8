"""Time and peak memory of a whole report, first and second run, in folders of its own.

    .venv/bin/python benchmarks/whole_run.py [MONTH]

Prints one row per run: seconds, peak memory of all processes together (proportional set size, so that shared pages
count once), and the ratio of the second run to the first.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.5


def main() -> None:
    """Run twice and print the table."""
    month = sys.argv[1] if len(sys.argv) > 1 else "2026-10"
    with tempfile.TemporaryDirectory(prefix="movilidad-") as folder:
        runs = [_measure(Path(folder), month) for _ in range(2)]
    print(f"{'run':8}{'seconds':>9}{'peak MB':>9}")
    for name, (seconds, megabytes) in zip(("first", "second"), runs, strict=True):
        print(f"{name:8}{seconds:9.1f}{megabytes:9.0f}")
    print(f"second / first: {runs[1][0] / runs[0][0]:.2f} of the time")


def _measure(folder: Path, month: str) -> tuple[float, float]:
    environment = {
        **os.environ,
        "MOVILIDAD_CARPETA": str(folder / "carpeta"),
        "MOVILIDAD_PUBLICACIONES": str(folder / "publicaciones"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begin, peak = time.monotonic(), 0.0
    run = subprocess.Popen([sys.executable, "-m", "movilidad.stack", "report", "--month", month], env=environment)
    while run.poll() is None:
        peak = max(peak, _memory(run.pid, folder))
        time.sleep(SAMPLE_SECONDS)
    if run.returncode:
        sys.exit(run.returncode)
    return time.monotonic() - begin, peak / 1e6


def _memory(root: int, folder: Path) -> float:
    """Bytes that the run's processes and its database use together."""
    total = 0.0
    for process in {*psutil.Process(root).children(recursive=True), psutil.Process(root), *_database(folder)}:
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def _database(folder: Path) -> set[psutil.Process]:
    """The embedded server's processes, which are nobody's children."""
    found = set()
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and str(folder) in " ".join(process.info["cmdline"] or []):
            found |= {process, *process.children()}
    return found


if __name__ == "__main__":
    main()
