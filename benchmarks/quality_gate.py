"""A month of a million applications from the platform into the core: extraction, suite, core.

    .venv/bin/python benchmarks/quality_gate.py [APPLICATIONS]

The platform is a PostgreSQL database on a server of its own, filled by the database itself: as many
applications as asked for (a million unless given), of three quarters as many persons, some of both faulty, and
20,000 departures. The product's own contract, queries and suite bring the month in, in a process of its own.
Prints seconds per step and the peak memory of that process; ends with an error beyond 90 seconds or 3 GB. The
database server's own memory is not counted.
"""

import resource
import subprocess
import sys
import time

from invented_platform import MONTH, fill_platform, platform_connection
from invented_warehouse import invented_warehouse

from movilidad.model.settings import get_settings
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
from movilidad.sources.contracts import load_contract
from movilidad.sources.extraction import extract

APPLICATIONS, DEPARTURES = 1_000_000, 20_000
MOST_SECONDS, MOST_MEGABYTES = 90.0, 3 * 1024


def main() -> None:
    """Fill, measure in a child process, compare with the limits."""
    if sys.argv[1:2] == ["--child"]:
        child()
        return
    applications = int(sys.argv[1]) if sys.argv[1:] else APPLICATIONS
    with invented_warehouse() as engine:
        fill_platform(engine, applications, DEPARTURES)
        done = subprocess.run([sys.executable, __file__, "--child"], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        print(done.stdout, end="")
        seconds, megabytes = map(float, done.stdout.splitlines()[-1].split()[1::2])
    if applications >= APPLICATIONS and (seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES):
        sys.exit(f"beyond {MOST_SECONDS:.0f} s or {MOST_MEGABYTES} MB")


def child() -> None:
    """Bring the month in, and tell how long each step took."""
    contract = load_contract("programa_trabajo_temporal")
    platform = platform_connection(get_settings().warehouse_url())
    begin = time.perf_counter()
    snapshot_id = extract(contract, MONTH, platform)
    extracted = time.perf_counter()
    verdict = check(snapshot_id, MONTH)
    judged = time.perf_counter()
    admit(verdict.require_approved(), MONTH)
    admitted = time.perf_counter()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(verdict.motivo)
    for name, seconds in (
        ("extraction", extracted - begin),
        ("suite", judged - extracted),
        ("core", admitted - judged),
    ):
        print(f"{name:12}{seconds:8.1f} s")
    print(f"seconds {admitted - begin:.1f} megabytes {megabytes:.0f}")


if __name__ == "__main__":
    main()
