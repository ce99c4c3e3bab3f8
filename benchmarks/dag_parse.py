"""How long Airflow takes to read the DAG folder, beside what importing Airflow's own task SDK takes.

    .venv/bin/python benchmarks/dag_parse.py

Five fresh processes; prints the median seconds of each and their ratio.
"""

import os
import statistics
import subprocess
import sys
import tempfile

from movilidad.model import paths

RUNS = 5
PROGRAM = """
import sys, time
sys.path.insert(0, sys.argv[2])
begin = time.perf_counter()
import airflow.sdk
from airflow.dag_processing.dagbag import DagBag
imported = time.perf_counter()
bag = DagBag(sys.argv[1])
assert not bag.import_errors
print(imported - begin, time.perf_counter() - imported, file=sys.stderr)
"""


def main() -> None:
    """Measure and print."""
    pairs = [_measure() for _ in range(RUNS)]
    sdk, folder = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"import of Airflow {sdk:.2f} s, reading the DAG folder {folder:.2f} s, ratio {folder / sdk:.2f}")


def _measure() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(paths.DAGS), str(paths.PROJECT / "plugins")],
            env={**os.environ, "AIRFLOW_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    sdk, folder = done.stderr.strip().splitlines()[-1].split()
    return float(sdk), float(folder)


if __name__ == "__main__":
    main()
